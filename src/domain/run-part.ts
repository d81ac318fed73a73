import * as z from "zod";

import { Quantity } from "./estimate.ts";

/** A part of a run's wall time: all its GPUs are paid for while it lasts, unless it comes before they are booked. */
export const RunPart = z.strictObject({
  id: z
    .enum([
      "machine",
      "download",
      "load",
      "data",
      "warm-up",
      "steps",
      "rollout",
      "log-probabilities",
      "training",
      "evaluation",
      "checkpoints",
      "result",
    ])
    .describe("What it is; steps is what rollout, log-probabilities and training are parts of"),
  label: z.string().describe("What it is, in words"),
  within: z
    .enum(["steps", "before"])
    .nullable()
    .describe("steps: a part of them; before: on a CPU machine, before GPUs are booked; null: sums to the whole run"),
  hours: Quantity.describe("Wall hours"),
  formula: z.string().describe("How it is computed, with the numbers of this run"),
  assumptions: z.array(z.string()).describe("Ids of the assumptions that it rests on"),
});
export type RunPart = z.infer<typeof RunPart>;

/** A whole run from booked machines to a stored result: the parts in sequence, and their sum. */
export const WholeRun = z.strictObject({
  parts: z.array(RunPart).describe("Parts in the order in which they come; those within none sum to the hours"),
  hours: Quantity.describe("Wall hours of all parts"),
  gpuHours: Quantity.describe("GPU-hours of all parts"),
  cost: Quantity.describe("US dollars of them; refused where the run does not fit"),
});
export type WholeRun = z.infer<typeof WholeRun>;
