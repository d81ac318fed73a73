import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { MemoryPlan } from "./memory-plan.ts";

/** The largest run of its kind that fits on a GPU at p90. */
export const LargestRun = z.strictObject({
  batchSequences: z
    .int()
    .nullable()
    .describe(
      "Maximum number of sequences per micro-step at the sequence length of the run; null if not even one fits, or memory is refused",
    ),
  sequenceTokens: z
    .int()
    .nullable()
    .describe("Longest sequence at the micro-batch of the run, in steps of 64; null if not even 64 tokens fit"),
});
export type LargestRun = z.infer<typeof LargestRun>;

/** A change to a run that reduces its memory. */
export const Remedy = z.strictObject({
  id: z.string().describe("Stable name, such as `chunked-loss`"),
  change: z.string().describe("What to change: a flag or a description"),
  changesTraining: z.boolean().describe("It also changes what the model learns, not only how it is computed"),
  needsMachines: z.boolean().describe("It needs more or other GPUs"),
  device: Quantity.describe("Device memory per GPU after the change, GiB"),
  savesGib: z.number().describe("GiB that it saves at p90"),
  fits: MemoryPlan.shape.fits.describe("Whether the run then fits, with only this change"),
  gpuHoursFactor: z
    .number()
    .nullable()
    .describe(
      "Median GPU-hours of the run divided by those before; null if one of the speeds is refused or the work is not comparable",
    ),
  hoursFactor: z.number().nullable().describe("Median wall hours divided by those without the change"),
});
export type Remedy = z.infer<typeof Remedy>;

/** Changes to make first if a run does not fit at p90. */
export const Remedies = z.strictObject({
  each: z
    .array(Remedy)
    .describe(
      "Changes that save memory: on the same GPUs, then on others, then changes of the training; within each group by time, unknown cost last",
    ),
  together: z
    .strictObject({
      changes: z.array(z.string()).describe("The changes"),
      device: Quantity.describe("Device memory per GPU with all changes, GiB"),
      gpuHoursFactor: z
        .number()
        .nullable()
        .describe("Median GPU-hours divided by those without the change; null if unknown"),
    })
    .nullable()
    .describe(
      "A small set of changes with which the run fits at p90; null if it fits already, or no set is sufficient",
    ),
});
export type Remedies = z.infer<typeof Remedies>;
