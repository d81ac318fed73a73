import * as z from "zod";

import { Quantity } from "./estimate.ts";

/** A part of a run's wall time. All GPUs are paid for during it, unless it comes before they are booked. */
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
    .describe("Id of the part; rollout, log-probabilities and training are parts of steps"),
  label: z.string().describe("Name of the part"),
  within: z
    .enum(["steps", "before"])
    .nullable()
    .describe("steps: part of the steps; before: on a CPU machine before GPUs are booked; null: a top-level part"),
  hours: Quantity.describe("Wall hours"),
  formula: z.string().describe("How it is computed, with the numbers of this run"),
  assumptions: z.array(z.string()).describe("Ids of the assumptions that it uses"),
});
export type RunPart = z.infer<typeof RunPart>;

/** A complete run from booked machines to a stored result: the parts in order, and their sum. */
export const WholeRun = z.strictObject({
  parts: z.array(RunPart).describe("Parts in order; the top-level parts sum to the total"),
  hours: Quantity.describe("Wall hours of all parts"),
  gpuHours: Quantity.describe("GPU-hours of all parts"),
  cost: Quantity.describe("US dollars of all parts; refused if the run does not fit"),
});
export type WholeRun = z.infer<typeof WholeRun>;
