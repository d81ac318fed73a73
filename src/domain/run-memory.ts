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
  spec: RunSpec.describe("The run, with defaults"),
  memory: MemoryPlan.describe("Peak memory of one GPU by the closed form"),
  largest: LargestRun.describe(
    "The largest micro-batch and the longest sequence that fit at p90, with everything else unchanged",
  ),
  remedies: Remedies.describe("What to change first if it does not fit at p90; empty if it fits"),
  trace: TraceAnswer.nullable().describe("Peak memory from a trace, which is preferred; null if not requested"),
});
export type RunMemory = z.infer<typeof RunMemory>;
