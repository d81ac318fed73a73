import { isRefusal, type Quantity } from "../domain/estimate.ts";
import type { TrainVolume } from "../domain/run-spec.ts";
import { invertEstimate, scaleQuantity } from "./lognormal.ts";
import type { TrainRun } from "./memory.ts";
import { trainThroughput } from "./throughput.ts";

/**
 * Tokens that one run trains on: rows × mean tokens × epochs. A row of preference data is a pair: its mean tokens
 * are those of one side (prompt and answer), and it counts twice.
 */
function trainedTokens(objective: TrainRun["spec"]["objective"], volume: TrainVolume): number {
  return volume.rows * volume.meanTokens * volume.epochs * (objective === "dpo" ? 2 : 1);
}

/**
 * Wall hours and GPU-hours of one run.
 *
 * Training steps only: start-up (image, download, load), evaluation during the run and checkpoint writing are not in
 * it; a programme counts failed and repeated runs on a line of its own.
 */
export function runTime(run: TrainRun, volume: TrainVolume): { hours: Quantity; gpuHours: Quantity; tokens: number } {
  const tokens = trainedTokens(run.spec.objective, volume);
  const throughput = trainThroughput(run);
  if (isRefusal(throughput)) return { hours: throughput, gpuHours: throughput, tokens };
  const gpuHours = {
    ...invertEstimate(throughput, tokens / 3600, "GPU-h"),
    basis: `${throughput.basis}; training steps only, without start-up, evaluation and checkpoint writing`,
  };
  return { hours: scaleQuantity(gpuHours, 1 / run.spec.gpuCount, "h"), gpuHours, tokens };
}
