import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { MemoryPlan } from "./memory-plan.ts";
import { WholeRun } from "./run-part.ts";
import { RunSpec, TrainVolume } from "./run-spec.ts";

/** What one run needs, takes and costs. */
export const RunPlan = z.strictObject({
  model: z.string().describe("Model"),
  paramCount: z.number().describe("Its parameters"),
  gpu: z.string().describe("GPU id"),
  gpuCount: z.int().describe("GPUs"),
  spec: RunSpec.describe("The run, with defaults"),
  volume: TrainVolume.describe("How much it trains on"),
  memory: MemoryPlan.describe("Peak memory of one GPU"),
  modelFlopsPerToken: z.number().describe("FLOPs of the model for one trained token"),
  hardwareFlopsPerToken: z.number().describe("FLOPs that the GPU executes for it, recomputation included"),
  tokensPerSecPerGpu: Quantity.describe("Speed"),
  tokens: Quantity.describe("Tokens that are trained on, epochs included"),
  processedTokens: Quantity.describe("Tokens that go through the model: with padding, or the empty ends of packs"),
  steps: z.int().nullable().describe("Optimizer steps; null where nothing says how much is sampled"),
  hours: Quantity.describe("Wall hours of the training steps alone"),
  gpuHours: Quantity.describe("GPU-hours of the training steps alone"),
  usdPerGpuHour: Quantity.describe("Price per GPU-hour, US dollars"),
  cost: Quantity.describe("US dollars of the training steps alone; refused where it does not fit"),
  usdPerMillionTokens: Quantity.describe("US dollars per million trained tokens; refused where it does not fit"),
  whole: WholeRun.describe("The run from booked machines to a stored result, by part"),
  warnings: z.array(z.string()).describe("What is ignored or left out, in sentences"),
  stated: z
    .strictObject({
      hours: z.number().describe("Wall hours as stated"),
      gpuHours: z.number().describe("GPU-hours that follow"),
      cost: Quantity.describe("US dollars that follow"),
    })
    .nullable()
    .describe("The result for the wall hours that the user states; null if none are stated"),
});
export type RunPlan = z.infer<typeof RunPlan>;
