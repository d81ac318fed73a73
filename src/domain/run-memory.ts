import * as z from "zod";

import { MemoryPlan } from "./memory-plan.ts";
import { RunSpec } from "./run-spec.ts";

/** A run and the peak memory of one of its GPUs. */
export const RunMemory = z.strictObject({
  model: z.string().describe("Model"),
  gpu: z.string().describe("GPU id"),
  gpuCount: z.int().describe("GPUs"),
  spec: RunSpec.describe("The run, defaults filled in"),
  memory: MemoryPlan.describe("Peak memory of one GPU"),
});
export type RunMemory = z.infer<typeof RunMemory>;
