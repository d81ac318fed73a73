import { percent, whole } from "../../base/words.ts";
import { isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { RunSpec, TrainVolume } from "../../domain/run-spec.ts";
import { multiplyRanges, type Range, scaleQuantity } from "../lognormal.ts";
import type { TrainRun } from "../memory/memory.ts";
import { trainThroughput } from "./throughput.ts";

/** Tokens of a row that are trained on: a row longer than a sequence is cut to it. */
export function rowTokens(meanTokens: number, sequenceTokens: number): number {
  return Math.min(meanTokens, sequenceTokens);
}

/** How much of the rows is cut off at the sequence, as a sentence; undefined where nothing is by their mean. */
export function cutText({ meanTokens }: Pick<TrainVolume, "meanTokens">, sequenceTokens: number): string | undefined {
  const kept = rowTokens(meanTokens, sequenceTokens);
  if (kept === meanTokens) return undefined;
  return `rows have ${whole(meanTokens)} tokens in the mean and a sequence holds ${whole(sequenceTokens)}: ${percent(1 - kept / meanTokens)} of their tokens are cut off and not trained on`;
}

/**
 * Tokens that one run trains on: rows × mean tokens (at most a sequence) × epochs. A row of preference data is a pair: its mean tokens
 * are those of one side (prompt and answer), and it counts twice. A row of GRPO is a prompt, which is trained on once
 * with each sampled answer: prompts × answers × (prompt + answer, at most a sequence) × epochs.
 */
function trainedTokens(spec: Pick<RunSpec, "objective" | "sequenceTokens">, volume: TrainVolume): Range | Refusal {
  const { rows, epochs, rollouts } = volume;
  const times = ({ p10, p50, p90 }: Range, factor: number): Range => ({
    p10: p10 * factor,
    p50: p50 * factor,
    p90: p90 * factor,
  });
  if (spec.objective !== "grpo")
    return times(
      { p10: 1, p50: 1, p90: 1 },
      rows * rowTokens(volume.meanTokens, spec.sequenceTokens) * epochs * (spec.objective === "dpo" ? 2 : 1),
    );
  if (rollouts === undefined)
    return {
      refused: "GRPO trains on answers that it samples, and it is not said how many and how long they are",
      hint: "give groupSize and completionTokens",
    };
  const withPrompt = (tokens: number): number => rowTokens(volume.meanTokens + tokens, spec.sequenceTokens);
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
  return objective === "dpo"
    ? "pairs × 2 × mean tokens (at most a sequence) × epochs"
    : "rows × mean tokens (at most a sequence) × epochs";
}
