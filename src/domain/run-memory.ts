import * as z from "zod";

import { MemoryPlan } from "./memory-plan.ts";
import { RunSpec } from "./run-spec.ts";
import { TraceAnswer } from "./trace.ts";

/** A run and the peak memory of one of its GPUs. */
export const RunMemory = z.strictObject({
  model: z.string().describe("Model"),
  gpu: z.string().describe("GPU id"),
  gpuCount: z.int().describe("GPUs"),
  spec: RunSpec.describe("The run, defaults filled in"),
  memory: MemoryPlan.describe("Peak memory of one GPU by the closed form"),
  trace: TraceAnswer.nullable().describe("The same as traced, to be preferred; null where it was not asked for"),
});
export type RunMemory = z.infer<typeof RunMemory>;
