import * as z from "zod";

import { Quantity } from "./estimate.ts";

/**
 * Instants of a training step at which memory can peak: the forward without gradients for the log-probabilities of a
 * reference, the loss, the backward of one layer, the optimizer step, and the sampling of answers.
 */
export const Instant = z.enum(["logprob", "loss", "layer", "optimizer", "rollout"]);
export type Instant = z.infer<typeof Instant>;

/**
 * Kinds of memory numbers. `allocated`: bytes of live tensors (peak allocated in torch). `reserved`: memory that the
 * allocator reserves for them. `device`: memory shown by `nvidia-smi`, including the context of the process; this is
 * the number that must fit.
 */
export const MemoryKind = z.enum(["allocated", "reserved", "device"]);
export type MemoryKind = z.infer<typeof MemoryKind>;

/** One term of the peak memory of one GPU. */
export const MemoryLine = z.strictObject({
  id: z.string().describe("Stable name of the term, such as `weights`"),
  label: z.string().describe("Display name"),
  bytes: z.number().describe("Bytes on one GPU while it is live"),
  formula: z.string().describe("Formula from the shape and the run, with the values substituted"),
  instants: z.array(Instant).describe("Instants of the step at which it is live"),
  kind: MemoryKind.describe("The first kind of memory number that includes it"),
});
export type MemoryLine = z.infer<typeof MemoryLine>;

/**
 * Peak memory of one GPU of a run, itemised. If it is refused, the three kinds give the reason and the lists are empty.
 */
export const MemoryPlan = z.strictObject({
  lines: z.array(MemoryLine).describe("All terms; a peak is the sum of the terms that are live at one instant"),
  instants: z
    .array(z.strictObject({ instant: Instant, bytes: z.number().describe("Allocated bytes at this instant") }))
    .describe("Instants of the step of this run; the peak is their maximum, not their sum"),
  peak: Instant.nullable().describe("Instant of the peak; null if refused"),
  sharding: z.string().describe("How state is split over the GPUs"),
  allocated: Quantity.describe("GiB of live tensors at the peak"),
  reserved: Quantity.describe("GiB that the allocator reserves"),
  device: Quantity.describe("GiB that the GPU must have"),
  capacityGib: z.number().describe("GiB of the GPU that its driver makes available"),
  fits: z
    .enum(["yes", "tight", "no", "unknown"])
    .describe("yes: the p90 fits; tight: the median fits but the p90 does not; unknown: refused"),
  warnings: z.array(z.string()).describe("What the estimate ignores for this run"),
});
export type MemoryPlan = z.infer<typeof MemoryPlan>;
