import * as z from "zod";

import { LargestRun, Remedies } from "./memory-advice.ts";
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
  largest: LargestRun.describe("The largest micro-batch and the longest sequence that fit at p90, all else as it is"),
  remedies: Remedies.describe("What to change first where it does not fit at p90; empty where it does"),
  trace: TraceAnswer.nullable().describe("The same as traced, to be preferred; null where it was not asked for"),
});
export type RunMemory = z.infer<typeof RunMemory>;
