import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { MemoryPlan } from "./memory-plan.ts";

/** The largest run of its kind that a GPU holds at p90. */
export const LargestRun = z.strictObject({
  batchSequences: z
    .int()
    .nullable()
    .describe("Most sequences per micro-step at the sequence of the run; null where not one fits or memory is refused"),
  sequenceTokens: z
    .int()
    .nullable()
    .describe("Longest sequence at the micro-batch of the run, in steps of 64; null where none of 64 fits"),
});
export type LargestRun = z.infer<typeof LargestRun>;

/** A change to a run that makes it smaller. */
export const Remedy = z.strictObject({
  id: z.string().describe("Stable name, such as `chunked-loss`"),
  change: z.string().describe("What to change, as a flag or in words"),
  changesTraining: z.boolean().describe("It also changes what is learnt, not only how it is computed"),
  needsMachines: z.boolean().describe("It needs more or other GPUs"),
  device: Quantity.describe("Device memory per GPU after it, GiB"),
  savesGib: z.number().describe("GiB of the p90 that it saves"),
  fits: MemoryPlan.shape.fits.describe("Whether the run then fits, by this change alone"),
  gpuHoursFactor: z
    .number()
    .nullable()
    .describe(
      "Median GPU-hours of the run over those before it; null where one of the speeds is refused or the same cost cannot be",
    ),
  hoursFactor: z.number().nullable().describe("The same of wall hours"),
});
export type Remedy = z.infer<typeof Remedy>;

/** What to change first where a run does not fit at p90. */
export const Remedies = z.strictObject({
  each: z
    .array(Remedy)
    .describe(
      "Changes that save memory: those on the same GPUs, on others, then those of the training; each by least time, unknown cost last",
    ),
  together: z
    .strictObject({
      changes: z.array(z.string()).describe("The changes"),
      device: Quantity.describe("Device memory per GPU with all of them, GiB"),
      gpuHoursFactor: z.number().nullable().describe("Median GPU-hours over those before; null where not known"),
    })
    .nullable()
    .describe(
      "A small set of changes with which the run fits at p90; null where it fits, or where no set makes it fit",
    ),
});
export type Remedies = z.infer<typeof Remedies>;
