import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { MemoryPlan } from "./memory-plan.ts";
import { WholeRun } from "./run-part.ts";
import { RunSpec, TrainVolume } from "./run-spec.ts";

/** Resources, time and cost of one run. */
export const RunPlan = z.strictObject({
  model: z.string().describe("Model"),
  paramCount: z.number().describe("Its parameters"),
  gpu: z.string().describe("GPU id"),
  gpuCount: z.int().describe("GPUs"),
  spec: RunSpec.describe("The run, with defaults"),
  volume: TrainVolume.describe("Training volume"),
  memory: MemoryPlan.describe("Peak memory of one GPU"),
  modelFlopsPerToken: z.number().describe("FLOPs of the model for one trained token"),
  hardwareFlopsPerToken: z.number().describe("FLOPs that the GPU executes per trained token, including recomputation"),
  tokensPerSecPerGpu: Quantity.describe("Speed"),
  tokens: Quantity.describe("Trained tokens, including all epochs"),
  processedTokens: Quantity.describe("Processed tokens: with padding, or the unused ends of packs"),
  steps: z.int().nullable().describe("Optimizer steps; null if the number of sampled tokens is unknown"),
  hours: Quantity.describe("Wall hours of the training steps only"),
  gpuHours: Quantity.describe("GPU-hours of the training steps only"),
  usdPerGpuHour: Quantity.describe("Price per GPU-hour, US dollars"),
  cost: Quantity.describe("US dollars of the training steps only; refused if the run does not fit"),
  usdPerMillionTokens: Quantity.describe("US dollars per million trained tokens; refused if the run does not fit"),
  whole: WholeRun.describe("The run from booked machines to a stored result, by part"),
  warnings: z.array(z.string()).describe("What is ignored, in sentences"),
  stated: z
    .strictObject({
      hours: z.number().describe("Wall hours as stated"),
      gpuHours: z.number().describe("Resulting GPU-hours"),
      cost: Quantity.describe("Resulting US dollars"),
    })
    .nullable()
    .describe("Result for the wall hours stated by the user; null if none are stated"),
});
export type RunPlan = z.infer<typeof RunPlan>;
