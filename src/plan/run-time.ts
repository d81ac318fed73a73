import { isRefusal, type Quantity, type Refusal } from "../domain/estimate.ts";
import type { RunSpec, TrainVolume } from "../domain/run-spec.ts";
import { multiplyRanges, type Range, scaleQuantity } from "./lognormal.ts";
import type { TrainRun } from "./memory.ts";
import { trainThroughput } from "./throughput.ts";

/**
 * Tokens that one run trains on: rows × mean tokens × epochs. A row of preference data is a pair: its mean tokens
 * are those of one side (prompt and answer), and it counts twice. A row of GRPO is a prompt, which is trained on once
 * with each sampled answer: prompts × answers × (prompt + answer, at most a sequence) × epochs.
 */
function trainedTokens(spec: Pick<RunSpec, "objective" | "sequenceTokens">, volume: TrainVolume): Range | Refusal {
  const { rows, meanTokens, epochs, rollouts } = volume;
  const times = ({ p10, p50, p90 }: Range, factor: number): Range => ({
    p10: p10 * factor,
    p50: p50 * factor,
    p90: p90 * factor,
  });
  if (spec.objective !== "grpo")
    return times({ p10: 1, p50: 1, p90: 1 }, rows * meanTokens * epochs * (spec.objective === "dpo" ? 2 : 1));
  if (rollouts === undefined)
    return {
      refused: "GRPO trains on answers that it samples, and it is not said how many and how long they are",
      hint: "give groupSize and completionTokens",
    };
  const withPrompt = (tokens: number): number => Math.min(spec.sequenceTokens, meanTokens + tokens);
  const { p10, p50, p90 } = rollouts.completionTokens;
  const sequence = { p10: withPrompt(p10), p50: withPrompt(p50), p90: withPrompt(p90) };
  return times(multiplyRanges(rollouts.groupSize, sequence), rows * epochs);
}

/**
 * Wall hours and GPU-hours of one run, and the tokens that it trains on.
 *
 * Training steps only: start-up (image, download, load), evaluation during the run and checkpoint writing are not in
 * it; a programme counts those and repeated runs on lines of their own.
 */
export function runTime(run: TrainRun, volume: TrainVolume): { hours: Quantity; gpuHours: Quantity; tokens: Quantity } {
  const trained = trainedTokens(run.spec, volume);
  if ("refused" in trained) return { hours: trained, gpuHours: trained, tokens: trained };
  const tokens = { ...trained, unit: "tokens", basis: tokensBasis(run.spec.objective), n: 0, sources: [] };
  const throughput = trainThroughput(run);
  if (isRefusal(throughput)) return { hours: throughput, gpuHours: throughput, tokens };
  const perGpu = multiplyRanges(trained, throughput, -1);
  const gpuHours = {
    p10: perGpu.p10 / 3600,
    p50: perGpu.p50 / 3600,
    p90: perGpu.p90 / 3600,
    unit: "GPU-h",
    basis: `${run.spec.objective === "grpo" ? `${tokens.basis}; ` : ""}${throughput.basis}; training steps only, without start-up, evaluation and checkpoint writing`,
    n: throughput.n,
    sources: throughput.sources,
  };
  return { hours: scaleQuantity(gpuHours, 1 / run.spec.gpuCount, "h"), gpuHours, tokens };
}

function tokensBasis(objective: RunSpec["objective"]): string {
  if (objective === "grpo") return "prompts × answers per prompt × (prompt + answer, at most a sequence) × epochs";
  return objective === "dpo" ? "pairs × 2 × mean tokens × epochs" : "rows × mean tokens × epochs";
}
