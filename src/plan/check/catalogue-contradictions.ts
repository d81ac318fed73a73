import { formatNumber } from "../../base/units.ts";
import { peakTflops, specifiedTflops } from "../../catalog/peak-tflops.ts";
import { hardwareFlopsPerToken } from "../speed/flops.ts";
import { matmulFormat } from "../speed/matmul-time.ts";
import type { SpeedRun } from "../speed/throughput.ts";
import type { RowText } from "./row-text.ts";

/**
 * Largest ratio between a stated size and the catalogue's. Names are rounded (7B for 7.24), and omit embeddings or a
 * vision part (MPT-125m has 174 million with a long table of positions). A larger ratio means another model.
 */
const SIZE_TOLERANCE = 1.6;

/**
 * Largest ratio between the stated memory of a GPU and the catalogue's: it covers GB compared with GiB, and memory that
 * a driver reserves.
 */
const MEMORY_TOLERANCE = 1.5;

/** No GPU has this many GiB. A higher peak on an unnamed GPU is in another unit, or is the sum over several GPUs. */
const NO_GPU_GIB = 512;

/** A row, the run parsed from it, and whether it names a GPU of the catalogue. */
export type KnownRow = { text: RowText; run: SpeedRun; isGpuKnown: boolean };

/** Reason why a row is implausible for the model and the GPU that it names; otherwise undefined. */
export function catalogueContradiction({ text, run, isGpuKnown }: KnownRow): string | undefined {
  return sizeContradiction(text, run) ?? (isGpuKnown ? cardContradiction(text, run) : undefined);
}

function sizeContradiction(text: RowText, { shape }: SpeedRun): string | undefined {
  const stated = Number(text("params_b"));
  const [all, active] = [shape.paramCount / 1e9, shape.activeParamCount / 1e9];
  if (stated === 0 || (stated <= all * SIZE_TOLERANCE && stated >= active / SIZE_TOLERANCE)) return undefined;
  const ofWhich = active < all ? `${formatNumber(all, 3)} (${formatNumber(active, 3)} active)` : formatNumber(all, 3);
  return `params_b is ${text("params_b")}, but ${shape.id} has ${ofWhich} billion parameters: another model?`;
}

function cardContradiction(text: RowText, { gpu }: SpeedRun): string | undefined {
  const [stated, gpuGib] = [Number(text("gpu_mem_gb")), gpu.memoryGib];
  if (stated === 0 || (stated <= gpuGib * MEMORY_TOLERANCE && stated >= gpuGib / MEMORY_TOLERANCE)) return undefined;
  return `gpu_mem_gb is ${text("gpu_mem_gb")}, but ${gpu.id} has ${gpuGib} GiB: another GPU, or a sum over GPUs`;
}

/** Reason why no GPU can have had the peak of a column, in GiB; otherwise undefined. */
export function aboveTheCard({ text, run, isGpuKnown }: KnownRow, column: string, gib: number): string | undefined {
  const gpuGib = Math.max(Number(text("gpu_mem_gb")), isGpuKnown ? run.gpu.memoryGib : 0);
  // GPU sizes are sold in GB that equal GiB within a tenth; a larger difference means another unit, or a sum over GPUs.
  if (gib <= 1.1 * (gpuGib || NO_GPU_GIB)) return undefined;
  const place = gpuGib === 0 ? ", more than any GPU has" : ` on a GPU with ${gpuGib}`;
  return `${column} is ${text(column)}${place}: another unit, or a sum over GPUs`;
}

/**
 * Reason why no GPU can train this many tokens per second; otherwise undefined. Only matrix products count, including
 * recomputed ones.
 */
export function aboveThePeak({ run: { shape, spec, gpu } }: KnownRow, tokensPerSec: number): string | undefined {
  const formats = ["bf16", matmulFormat(spec.precision)] as const;
  // Desktop GPUs run above the clock of their specification.
  const peak = Math.max(
    ...formats.flatMap((format) => [specifiedTflops(gpu, format) ?? 0, peakTflops(gpu, format) ?? 0]),
  );
  // Rows may be much shorter than the maximum sequence length, so attention is not counted.
  const needed = (tokensPerSec * hardwareFlopsPerToken(shape, { ...spec, sequenceTokens: 1 })) / 1e12;
  if (peak === 0 || needed <= peak) return undefined;
  return `tokens_per_s_per_gpu is ${tokensPerSec}: ${(needed / peak).toFixed(1)} times what ${gpu.id} can compute; is it the sum of all GPUs?`;
}
