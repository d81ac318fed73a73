import { percent, whole } from "../../base/words.ts";
import { isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { RunSpec, TrainVolume } from "../../domain/run-spec.ts";
import { pointRange } from "../../domain/point-range.ts";
import { multiplyRanges, type Range, scaleQuantity } from "../uncertainty/lognormal.ts";
import { type ReinforcementTime, reinforcementTime } from "./reinforcement-time.ts";
import { keptShare, packedShare, paddingFactor } from "./row-lengths.ts";
import { stepLayout } from "./step-layout.ts";
import { type SpeedRun, trainThroughput } from "./throughput.ts";

/** Tokens of a row that are trained on; rows longer than a sequence are truncated. */
export function rowTokens(meanTokens: number, sequenceTokens: number): number {
  return Math.min(meanTokens, sequenceTokens);
}

/** Information about the lengths of rows. */
type Lengths = Pick<TrainVolume, "meanTokens" | "lengths">;

/** A sentence about the truncated share of the rows; undefined if nothing is truncated, or only the mean is known. */
export function cutText(volume: Lengths, sequenceTokens: number): string | undefined {
  const cut = 1 - keptTokens(volume, sequenceTokens) / volume.meanTokens;
  if (cut <= (volume.lengths === undefined ? 0 : LEAST_CUT)) return undefined;
  return `rows have ${whole(volume.meanTokens)} tokens on average and a sequence has ${whole(sequenceTokens)}: ${percent(cut)} of their tokens are truncated and not trained on`;
}

/** Truncation of less than half a per cent of the tokens is not reported. */
const LEAST_CUT = 0.005;

/** Tokens of a row after truncation, from its lengths or from the mean. */
function keptTokens({ meanTokens, lengths }: Lengths, sequenceTokens: number): number {
  const share = lengths === undefined ? 1 : keptShare(lengths, sequenceTokens);
  return rowTokens(meanTokens * share, sequenceTokens);
}

/**
 * Tokens that one run trains on: rows × mean tokens (at most a sequence) × epochs. A row of preference data is a pair:
 * its mean tokens are those of one side (prompt and answer), and it counts twice. A row of GRPO or PPO is a prompt,
 * which is trained on once with each sampled answer: prompts × answers × (prompt + answer, at most a sequence) ×
 * epochs.
 */
function trainedTokens(spec: RunSpec, volume: TrainVolume): Range | Refusal {
  const { rows, epochs, rollouts } = volume;
  const { row, sequencesPerRow } = OBJECTIVES[spec.objective];
  if (row !== "prompt") return pointRange(rows * keptTokens(volume, spec.sequenceTokens) * epochs * sequencesPerRow);
  if (rollouts === undefined)
    return {
      refused: `${spec.objective.toUpperCase()} trains on sampled answers, but their number and length are not stated`,
      hint: "give groupSize and completionTokens",
    };
  const withPrompt = (tokens: number): number => rowTokens(volume.meanTokens + tokens, spec.sequenceTokens);
  const { p10, p50, p90 } = rollouts.completionTokens;
  const sequence = { p10: withPrompt(p10), p50: withPrompt(p50), p90: withPrompt(p90) };
  return multiplyRanges(pointRange(rows * epochs), multiplyRanges(rollouts.groupSize, sequence));
}

/** Properties of the rows that affect the speed of a run. */
type WithRows = { speed: NonNullable<SpeedRun["speed"]> & { rowTokens: number } };

/**
 * The run with the properties of its rows: their lengths, padded lengths, and the fill of packs. A sampled answer is
 * appended to its prompt.
 */
export function withVolume<Run extends SpeedRun>(run: Run, volume: TrainVolume): Run & WithRows {
  const kept = keptTokens(volume, run.spec.sequenceTokens);
  const answer = volume.rollouts?.completionTokens.p50 ?? 0;
  const mean = isSampled(run.spec) ? volume.meanTokens + answer : kept;
  return {
    ...run,
    speed: {
      rowTokens: rowTokens(mean, run.spec.sequenceTokens),
      ...byLengths(run.spec, volume),
      ...run.speed,
    },
  };
}

/**
 * Padding factor of rows that are grouped by length, if their lengths are unknown.
 * @source `paddingFactor` of log-normal lengths whose logarithms spread by 0.3 to 1, cut at ten times their median, in
 *   batches of 4 to 16: 1.01 to 1.08
 */
const GROUPED_PADDING = 1.04;

/** Padded length of rows, or tokens in a pack; unknown if lengths are unknown, or only those of prompts are known. */
function byLengths(spec: RunSpec, volume: TrainVolume): { paddedTokens?: number; packedTokens?: number } {
  const { lengths, isGroupedByLength } = volume;
  const { batchSequences, sequenceTokens } = spec;
  if (isSampled(spec)) return {};
  if (lengths === undefined)
    return isGroupedByLength === true ? { paddedTokens: keptTokens(volume, sequenceTokens) * GROUPED_PADDING } : {};
  if (spec.packing) return { packedTokens: sequenceTokens * packedShare(lengths, sequenceTokens) };
  const factor = paddingFactor(lengths, sequenceTokens, { batchSequences, isGrouped: isGroupedByLength ?? false });
  return { paddedTokens: keptTokens(volume, sequenceTokens) * factor };
}

/** Duration of the steps of a run, and the tokens processed. */
export type RunTime = {
  /** Wall hours of the steps. */
  hours: Quantity;
  gpuHours: Quantity;
  /** Trained tokens, including all epochs. */
  tokens: Quantity;
  /** Processed tokens: including padding or the unused ends of packs. */
  processedTokens: Quantity;
  /** Trained tokens per second and GPU over all steps. */
  tokensPerSecPerGpu: Quantity;
  /** Number of optimizer steps, at the middle of the sampled range. */
  steps: number | null;
  /** GPU-hours of the parts of a reinforcement-learning step: sampling, log-probabilities, training. */
  reinforcement: ReinforcementTime | null;
};

/**
 * Wall hours and GPU-hours of the steps of one run, and the tokens that it trains on.
 *
 * Covers training steps only. `runParts` has start-up, evaluation during the run and checkpoint writing; a programme
 * counts those, and repeated runs, on separate lines.
 */
export function runTime(run: SpeedRun, volume: TrainVolume): RunTime {
  const trained = trainedTokens(run.spec, volume);
  if ("refused" in trained)
    return {
      hours: trained,
      gpuHours: trained,
      tokens: trained,
      processedTokens: trained,
      tokensPerSecPerGpu: trained,
      steps: null,
      reinforcement: null,
    };
  const { spec } = run;
  const tokens = { ...trained, unit: "tokens", basis: tokensBasis(spec.objective), n: 0, sources: [] };
  const ofRows = withVolume(run, volume);
  const layout = stepLayout(spec, run.stack ?? spec.stack, ofRows.speed);
  const isPacked = spec.packing && !isSampled(spec);
  const trainedPerRow = isPacked ? (ofRows.speed.packedTokens ?? layout.rowTokens) : ofRows.speed.rowTokens;
  const through = layout.rowTokens / trainedPerRow;
  const { gpuHours, tokensPerSecPerGpu, reinforcement } = stepHours(ofRows, volume, trained);
  return {
    hours: scaleQuantity(gpuHours, 1 / spec.gpuCount, "h"),
    gpuHours,
    tokens,
    processedTokens: {
      ...scaleQuantity(tokens, through, "tokens"),
      basis: `tokens trained × ${through.toFixed(2)}: ${isPacked ? "empty ends of packed sequences" : "padding to the longest of a micro-batch"}`,
    },
    tokensPerSecPerGpu,
    steps: Math.ceil(Math.ceil(trained.p50 / volume.epochs / layout.stepTokens) * volume.epochs),
    reinforcement,
  };
}

/** GPU-hours of all steps, and their mean speed. */
function stepHours(
  run: SpeedRun,
  volume: TrainVolume,
  trained: Range,
): Pick<RunTime, "gpuHours" | "tokensPerSecPerGpu" | "reinforcement"> {
  const isByHours = volume.rollouts?.outputTokensPerSecPerGpu !== undefined || run.spec.rolloutEngine === "server";
  const measured = trainThroughput(run);
  if (isSampled(run.spec)) {
    const time = reinforcementTime(run, volume, trained);
    if ("refused" in time) return { gpuHours: time, tokensPerSecPerGpu: measured, reinforcement: null };
    const { all } = time;
    const basis = `${tokensBasis(run.spec.objective)}; ${all.basis}; ${STEPS_ONLY}`;
    const perSec = (hours: number): number => trained.p50 / hours / 3600;
    const speed = { p10: perSec(all.p90), p50: perSec(all.p50), p90: perSec(all.p10), unit: "tokens/s/GPU" };
    return {
      gpuHours: { ...all, basis },
      tokensPerSecPerGpu: isByHours ? { ...all, ...speed } : measured,
      reinforcement: time,
    };
  }
  if (isRefusal(measured)) return { gpuHours: measured, tokensPerSecPerGpu: measured, reinforcement: null };
  const gpuHours: Quantity = {
    ...scaleQuantity({ ...measured, ...multiplyRanges(trained, measured, -1) }, 1 / 3600, "GPU-h"),
    basis: `${measured.basis}; ${STEPS_ONLY}`,
  };
  return { gpuHours, tokensPerSecPerGpu: measured, reinforcement: null };
}

function isSampled({ objective }: RunSpec): boolean {
  return OBJECTIVES[objective].row === "prompt";
}

function tokensBasis(objective: RunSpec["objective"]): string {
  const { row, sequencesPerRow } = OBJECTIVES[objective];
  if (row === "prompt") return "prompts × answers per prompt × (prompt + answer, at most a sequence) × epochs";
  return sequencesPerRow === 2
    ? "pairs × 2 × mean tokens (at most a sequence) × epochs"
    : "rows × mean tokens (at most a sequence) × epochs";
}

/** Activities that the hours of `runTime` exclude. */
const STEPS_ONLY = "training steps only, without start-up, evaluation and checkpoint writing";
