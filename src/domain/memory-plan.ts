import * as z from "zod";

import { Quantity } from "./estimate.ts";

/**
 * Moments of a training step at which memory can peak: the pass without gradients that makes the log-probabilities of a
 * reference, the loss, the backward of one layer, the optimizer step, and the sampling of answers.
 */
export const Instant = z.enum(["logprob", "loss", "layer", "optimizer", "rollout"]);
export type Instant = z.infer<typeof Instant>;

/**
 * Which number is meant. `allocated`: bytes of live tensors (torch's peak allocated). `reserved`: what the allocator
 * holds for them. `device`: what `nvidia-smi` shows, the context of the process included: the one that must fit.
 */
export const MemoryKind = z.enum(["allocated", "reserved", "device"]);
export type MemoryKind = z.infer<typeof MemoryKind>;

/** One term of the peak of one GPU. */
export const MemoryLine = z.strictObject({
  id: z.string().describe("Stable name of the term, as in `weights`"),
  label: z.string().describe("What it is, for people"),
  bytes: z.number().describe("Bytes on one GPU while it is live"),
  formula: z.string().describe("How it follows from the shape and the run, with the values put in"),
  instants: z.array(Instant).describe("Instants of the step in which it is live"),
  kind: MemoryKind.describe("Kind of number from which on it counts"),
});
export type MemoryLine = z.infer<typeof MemoryLine>;

/** Peak memory of one GPU of a run, itemised. Where it is refused the three kinds say why and the lists are empty. */
export const MemoryPlan = z.strictObject({
  lines: z.array(MemoryLine).describe("Every term; a peak is the sum of those live in one instant"),
  instants: z
    .array(z.strictObject({ instant: Instant, bytes: z.number().describe("Allocated bytes in it") }))
    .describe("The instants of the step that the run has: the peak is their maximum, never their sum"),
  peak: Instant.nullable().describe("Instant of the peak; null where refused"),
  sharding: z.string().describe("How state is split over the GPUs"),
  allocated: Quantity.describe("GiB of live tensors at the peak"),
  reserved: Quantity.describe("GiB that the allocator holds"),
  device: Quantity.describe("GiB that the card must have"),
  capacityGib: z.number().describe("GiB of the card that its driver makes available"),
  fits: z
    .enum(["yes", "tight", "no", "unknown"])
    .describe("yes: the p90 fits; tight: the median fits and the p90 does not; unknown: refused"),
  warnings: z.array(z.string()).describe("What the estimate ignores for this run"),
});
export type MemoryPlan = z.infer<typeof MemoryPlan>;
