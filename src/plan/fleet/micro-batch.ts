import type { MemoryPlan } from "../../domain/memory-plan.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { trainMemory, type TrainRun } from "../memory/memory.ts";

/** A micro-batch with the number of micro-steps that preserves the batch of an optimizer step. */
export type MicroBatch = Pick<RunSpec, "batchSequences" | "gradAccum">;

/** Memory of one micro-batch on a GPU. */
type TriedBatch = { batch: MicroBatch; memory: MemoryPlan };

/**
 * Micro-batches that make up the same optimizer step on one data-parallel rank, smallest first: powers of two that
 * divide its sequences, and all sequences at once.
 *
 * @param sequences  sequences of an optimizer step on one rank
 */
export function microBatches(sequences: number): MicroBatch[] {
  const sizes: number[] = [];
  for (let size = 1; size < sequences && sequences % size === 0; size *= 2) sizes.push(size);
  return [...sizes, sequences].map((size) => ({ batchSequences: size, gradAccum: sequences / size }));
}

/**
 * The micro-batches that fit at p90, smallest first, and the smallest that does not fit. With accumulation, memory
 * increases with the micro-batch, so the largest that fits is found by bisection. All sequences at once is tried
 * separately: it keeps no gradients between micro-steps, and so may need less than a smaller micro-batch.
 *
 * @param batches  those of `microBatches`
 * @param holds  condition for fitting; default: at p90
 */
export function fittingBatches(
  batches: readonly MicroBatch[],
  memoryOf: (batch: MicroBatch) => MemoryPlan,
  holds: (fits: MemoryPlan["fits"]) => boolean = (fits) => fits === "yes",
): { fitting: TriedBatch[]; misfit: TriedBatch | undefined } {
  const known = new Map<MicroBatch, MemoryPlan>();
  const tried = (batch: MicroBatch): TriedBatch => {
    const memory = known.get(batch) ?? memoryOf(batch);
    known.set(batch, memory);
    return { batch, memory };
  };
  const isHeld = (batch: MicroBatch): boolean => holds(tried(batch).memory.fits);
  const accumulated = batches.filter(({ gradAccum }) => gradAccum > 1);
  let [low, high] = [0, accumulated.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isHeld(accumulated[middle]!)) low = middle + 1;
    else high = middle;
  }
  const atOnce = batches.filter((batch) => batch.gradAccum === 1 && isHeld(batch));
  const misfit = accumulated[low] ?? batches.find((batch) => batch.gradAccum === 1 && !atOnce.includes(batch));
  return {
    fitting: [...accumulated.slice(0, low), ...atOnce].map(tried),
    misfit: misfit === undefined ? undefined : tried(misfit),
  };
}

/**
 * The run with a micro-batch that fits at the same batch per optimizer step: its own if that fits at p90, otherwise the
 * largest smaller one that does, otherwise the largest whose median fits, otherwise its own.
 */
export function withMicroBatch(run: TrainRun): TrainRun & { memory: MemoryPlan } {
  const asked = { ...run, memory: trainMemory(run) };
  const { batchSequences, gradAccum } = run.spec;
  if (asked.memory.fits === "yes" || asked.memory.fits === "unknown") return asked;
  const smaller = microBatches(batchSequences * gradAccum).filter(
    (microBatch) => microBatch.batchSequences < batchSequences,
  );
  const withBatch = (batch: MicroBatch): TrainRun => ({ ...run, spec: { ...run.spec, ...batch } });
  const largest = (holds: (fits: MemoryPlan["fits"]) => boolean): TriedBatch | undefined =>
    fittingBatches(smaller, (batch) => trainMemory(withBatch(batch)), holds).fitting.at(-1);
  const found =
    largest((fits) => fits === "yes") ??
    (asked.memory.fits === "no" ? largest((fits) => fits === "yes" || fits === "tight") : undefined);
  return found === undefined ? asked : { ...withBatch(found.batch), memory: found.memory };
}
