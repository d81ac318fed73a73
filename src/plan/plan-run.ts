import { isRefusal, type Quantity } from "../domain/estimate.ts";
import type { MemoryPlan } from "../domain/memory-plan.ts";
import type { RunSpec, TrainVolume } from "../domain/run-spec.ts";
import { checkRun } from "./check-run.ts";
import { hardwareFlopsPerToken, modelFlopsPerToken } from "./flops.ts";
import { scaleQuantity } from "./lognormal.ts";
import { type TrainRun, trainMemory } from "./memory.ts";
import { runCost, usdPerMillionTokens } from "./run-cost.ts";
import { runTime } from "./run-time.ts";
import { trainThroughput } from "./throughput.ts";

/** What one run needs, takes and costs. */
export type RunPlan = {
  model: string;
  paramCount: number;
  gpu: string;
  gpuCount: number;
  spec: RunSpec;
  volume: TrainVolume;
  memory: MemoryPlan;
  /** Model FLOPs of one trained token, and those the GPU executes with recomputation. */
  modelFlopsPerToken: number;
  hardwareFlopsPerToken: number;
  tokensPerSecPerGpu: Quantity;
  tokens: Quantity;
  hours: Quantity;
  gpuHours: Quantity;
  usdPerGpuHour: Quantity;
  cost: Quantity;
  usdPerMillionTokens: Quantity;
  /** The same by the wall hours that the user states, beside ours; null where none are stated. */
  stated: { hours: number; gpuHours: number; cost: Quantity } | null;
};

/**
 * Memory, speed, time and money of one run in one value.
 *
 * @throws Failure bad_input for a run that no machine can do (`checkRun`)
 */
export function planRun({
  volume,
  usdPerGpuHour,
  statedHours,
  ...run
}: TrainRun & { volume: TrainVolume; usdPerGpuHour: Quantity; statedHours?: number | undefined }): RunPlan {
  const { shape, spec, gpu } = run;
  checkRun(shape, spec, gpu);
  const tokensPerSecPerGpu = trainThroughput(run);
  const { hours, gpuHours, tokens } = runTime(run, volume);
  return {
    model: shape.id,
    paramCount: shape.paramCount,
    gpu: gpu.id,
    gpuCount: spec.gpuCount,
    spec,
    volume,
    memory: trainMemory(run),
    modelFlopsPerToken: modelFlopsPerToken(shape, spec),
    hardwareFlopsPerToken: hardwareFlopsPerToken(shape, spec),
    tokensPerSecPerGpu,
    tokens,
    hours,
    gpuHours,
    usdPerGpuHour,
    cost: runCost(gpuHours, usdPerGpuHour),
    usdPerMillionTokens: usdPerMillionTokens(tokensPerSecPerGpu, usdPerGpuHour),
    stated: statedHours === undefined ? null : statedRun(statedHours, spec.gpuCount, usdPerGpuHour),
  };
}

function statedRun(hours: number, gpuCount: number, usdPerGpuHour: Quantity): NonNullable<RunPlan["stated"]> {
  const gpuHours = hours * gpuCount;
  return { hours, gpuHours, cost: scaleQuantity(usdPerGpuHour, gpuHours, "USD") };
}

/** The refusals of a plan with their hints, each once. */
export function refusalsOf(quantities: readonly Quantity[]): { refused: string; hint: string }[] {
  const found = new Map<string, { refused: string; hint: string }>();
  for (const quantity of quantities) if (isRefusal(quantity)) found.set(quantity.refused, quantity);
  return [...found.values()];
}
