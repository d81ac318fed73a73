import { attentionSec } from "./attention-time.ts";
import { matmulsSec } from "./compute-time.ts";
import { autocastSec, dequantSec, doraSec, elementwiseSec, lossSec, mergeSec } from "./elementwise-time.ts";
import type { MicroStep } from "./step-run.ts";

/** Seconds of the kernels of one micro-step on one GPU, by kind of work. */
export type MicroTime = {
  matmulSec: number;
  attentionSec: number;
  elementwiseSec: number;
  lossSec: number;
  dequantSec: number;
};

/** Number of cached results per model and GPU; a fleet search needs several hundred. */
const MOST_KEPT = 5000;

const kept = new WeakMap<MicroStep["shape"], WeakMap<MicroStep["gpu"], Map<string, MicroTime>>>();

/**
 * Kernel times of a micro-step, cached because a fleet search computes the same ones repeatedly. The key covers all of
 * `MicroStep`, so nothing outside the key can be read.
 */
export function microTime(micro: MicroStep): MicroTime {
  const answers = answersOf(micro);
  const key = JSON.stringify({ ...micro, shape: null, gpu: null });
  const found = answers.get(key);
  if (found !== undefined) return found;
  const made = microTimeOf(micro);
  if (answers.size >= MOST_KEPT) answers.clear();
  answers.set(key, made);
  return made;
}

/** Kernel times of a micro-step, without the cache. */
export function microTimeOf(micro: MicroStep): MicroTime {
  return {
    matmulSec: matmulsSec(micro),
    attentionSec: attentionSec(micro),
    elementwiseSec: elementwiseSec(micro) + doraSec(micro) + autocastSec(micro) + mergeSec(micro),
    lossSec: lossSec(micro),
    dequantSec: dequantSec(micro),
  };
}

function answersOf({ shape, gpu }: MicroStep): Map<string, MicroTime> {
  const ofShape = kept.get(shape) ?? new WeakMap<MicroStep["gpu"], Map<string, MicroTime>>();
  kept.set(shape, ofShape);
  const answers = ofShape.get(gpu) ?? new Map<string, MicroTime>();
  ofShape.set(gpu, answers);
  return answers;
}
