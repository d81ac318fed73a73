import { type Estimate, isRefusal, type Refusal } from "../../domain/estimate.ts";
import { percent } from "../../base/words.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import type { RunPart } from "../../domain/run-part.ts";
import type { Rollouts, RunSpec, TrainVolume } from "../../domain/run-spec.ts";
import { multiplyRanges, type Range, scaleQuantity, sumRanges } from "../uncertainty/lognormal.ts";
import { extraForwards, forwardFlopsPerToken, hardwareFlopsPerToken, trainedModels } from "./flops.ts";
import { ROLLOUT_SHARE } from "../layout/rollouts.ts";
import { speedPhysics, type SpeedRun, trainThroughput } from "./throughput.ts";

/**
 * GPU-hours of a reinforcement-learning run by activity. `all` is the total, which is less than the sum of the parts if
 * they overlap.
 */
export type ReinforcementTime = {
  all: Estimate;
  parts: { id: RunPart["id"]; label: string; gpuHours: Estimate; formula: string }[];
};

/**
 * GPU-hours of a GRPO or PPO run: sampling, log-probabilities of the old policy and the reference, and training. If the
 * rate of the engine is stated, sampling takes answers / rate, and training takes as long as supervised training on the
 * same tokens (twice as long for PPO, whose critic is trained too). Otherwise the complete step is physics corrected by
 * measured runs of its kind, and sampling is its share of the seconds of that step (`rolloutSec`). If other GPUs
 * sample, their time is unknown and the published share applies.
 *
 * @accuracy two sources for the published share, both of large models and long answers
 */
export function reinforcementTime(run: SpeedRun, volume: TrainVolume, trained: Range): ReinforcementTime | Refusal {
  const { rollouts } = volume;
  const rate = rollouts?.outputTokensPerSecPerGpu;
  if (rollouts === undefined || rate === undefined)
    return byShare(run, trained, rollouts?.stepShare ?? publishedShare());
  return byRate(run, trained, { rollouts, rate, prompts: volume.rows * volume.epochs });
}

/**
 * Step time from measured runs, split in proportion to the seconds of its physics; the part other than sampling is
 * split by FLOPs.
 */
function byShare(run: SpeedRun, trained: Range, published: Range): ReinforcementTime | Refusal {
  const throughput = trainThroughput(run);
  if (isRefusal(throughput))
    return {
      ...throughput,
      hint: `${throughput.hint}; or state the rate of your engine (rollouts.outputTokensPerSecPerGpu)`,
    };
  const physics = speedPhysics(run);
  if ("refused" in physics) return physics;
  const own = physics.step.rolloutSec / physics.step.totalSec;
  const sampling = own === 0 ? published : aroundShare(own);
  const rest = { p10: 1 - sampling.p90, p50: 1 - sampling.p50, p90: 1 - sampling.p10 };
  const step = gpuHours({ ...throughput, ...multiplyRanges(trained, throughput, -1) });
  // If other GPUs sample, the physics of the step covers only the work of these GPUs between two waits.
  const all = own === 0 ? { ...step, ...multiplyRanges(step, rest, -1) } : step;
  const forward = forwardShare(run.spec, run);
  const critics = trainedModels(run.spec);
  const share = (range: Range, factor: number): Estimate => ({ ...all, ...multiplyRanges(all, scaled(range, factor)) });
  const ofPublished = `${percent(published.p10)} to ${percent(published.p90)} in published ones, ${ROLLOUT_SHARE}`;
  return {
    all,
    parts: [
      {
        id: "rollout",
        label: "sampling of answers",
        gpuHours: share(sampling, 1),
        formula:
          own === 0
            ? `share of the step: ${ofPublished}`
            : `${percent(own)} of the step by its kernels; ${ofPublished}`,
      },
      {
        id: "log-probabilities",
        label: "log-probabilities",
        gpuHours: share(rest, forward / (critics + forward)),
        formula: `${extraForwards(run.spec)} forward passes, by FLOPs of the remainder`,
      },
      {
        id: "training",
        label: critics === 2 ? "training of policy and critic" : "training",
        gpuHours: share(rest, critics / (critics + forward)),
        formula: "the remainder of the step",
      },
    ],
  };
}

/**
 * Factor, in both directions, within which the ratio of sampling time to other time is known.
 * @source an assumption: `rolloutSec` is a lower bound, and published steps of large models differ by 2.5 (odds of 0.62
 * and 0.8)
 */
const ODDS_WITHIN = 2;

/** A share of the step as a range. */
function aroundShare(share: number): Range {
  const shareAt = (factor: number): number => (share * factor) / (share * factor + 1 - share);
  return { p10: shareAt(1 / ODDS_WITHIN), p50: share, p90: shareAt(ODDS_WITHIN) };
}

/** Sampling at the stated rate; the other parts as in supervised training on the same tokens. */
function byRate(
  run: SpeedRun,
  trained: Range,
  { rollouts, rate, prompts }: { rollouts: Rollouts; rate: number; prompts: number },
): ReinforcementTime | Refusal {
  const supervised = { ...run, spec: { ...run.spec, objective: "sft" as const } };
  const throughput = trainThroughput(supervised);
  if (isRefusal(throughput)) return throughput;
  const critics = trainedModels(run.spec);
  const one = gpuHours({ ...throughput, ...multiplyRanges(trained, throughput, -1) });
  const times = (factor: number): Estimate => scaleQuantity(one, factor, "GPU-h") as Estimate;
  const answers = multiplyRanges(rollouts.groupSize, rollouts.completionTokens);
  const sampled: Estimate = {
    ...one,
    ...scaled(answers, prompts / rate / 3600),
    basis: `${rate} sampled tokens per second and GPU, as stated`,
    n: 0,
    sources: [],
  };
  const parts: ReinforcementTime["parts"] = [
    {
      id: "rollout",
      label: "sampling of answers",
      gpuHours: sampled,
      formula: `prompts × answers × answer tokens / ${rate} tokens/s per GPU`,
    },
    {
      id: "log-probabilities",
      label: "log-probabilities",
      gpuHours: times(forwardShare(run.spec, run)),
      formula: `${extraForwards(run.spec)} forward passes, by FLOPs of the training`,
    },
    {
      id: "training",
      label: critics === 2 ? "training of policy and critic" : "training",
      gpuHours: times(critics),
      formula: `${critics === 2 ? "2 × " : ""}tokens trained / speed of supervised training`,
    },
  ];
  const train = sumRanges(parts.slice(1).map((part) => part.gpuHours));
  const whole = rollouts.isAsync === true ? longerOf(sampled, train) : sumRanges([sampled, train]);
  const how =
    rollouts.isAsync === true
      ? "the longer of sampling and training, which run at the same time"
      : "sampling, log-probabilities and training in turn";
  return { all: { ...one, ...whole, basis: `${how}; ${sampled.basis}; ${one.basis}` }, parts };
}

function gpuHours(seconds: Estimate): Estimate {
  return { ...seconds, ...scaled(seconds, 1 / 3600), unit: "GPU-h" };
}

function scaled({ p10, p50, p90 }: Range, factor: number): Range {
  return { p10: p10 * factor, p50: p50 * factor, p90: p90 * factor };
}

function longerOf(a: Range, b: Range): Range {
  return { p10: Math.max(a.p10, b.p10), p50: Math.max(a.p50, b.p50), p90: Math.max(a.p90, b.p90) };
}

/** The published share of sampling in a step. */
function publishedShare(): Range {
  return assumptionsWith()(ROLLOUT_SHARE);
}

/** FLOPs of the forward passes without a backward, divided by those of supervised training with its recomputation. */
function forwardShare(spec: RunSpec, { shape }: SpeedRun): number {
  const supervised = { ...spec, objective: "sft" as const };
  return (extraForwards(spec) * forwardFlopsPerToken(shape, spec)) / hardwareFlopsPerToken(shape, supervised);
}
