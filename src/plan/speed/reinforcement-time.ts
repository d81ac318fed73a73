import { type Estimate, isRefusal, type Refusal } from "../../domain/estimate.ts";
import { percent } from "../../base/words.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import type { RunPart } from "../../domain/run-part.ts";
import type { Rollouts, RunSpec, TrainVolume } from "../../domain/run-spec.ts";
import { multiplyRanges, type Range, scaleQuantity, sumRanges } from "../lognormal.ts";
import { extraForwards, forwardFlopsPerToken, hardwareFlopsPerToken, trainedModels } from "./flops.ts";
import { ROLLOUT_SHARE } from "../rollouts.ts";
import { type SpeedRun, trainThroughput } from "./throughput.ts";

/** GPU-hours of a run of reinforcement by what its steps do; `all` is the whole, which parts that overlap exceed. */
export type ReinforcementTime = {
  all: Estimate;
  parts: { id: RunPart["id"]; label: string; gpuHours: Estimate; formula: string }[];
};

/**
 * GPU-hours of a run of GRPO or PPO: sampling, the log-probabilities of the old policy and the reference, training.
 *
 * Where the rate of the engine is stated, sampling is answers / rate and the training beside it is that of supervised
 * training on the same tokens (twice for PPO, whose critic trains too). Else the whole step is by measured runs of its
 * kind, and sampling is the published share of it.
 *
 * @accuracy two sources for the share, both of large models and long answers
 */
export function reinforcementTime(run: SpeedRun, volume: TrainVolume, trained: Range): ReinforcementTime | Refusal {
  const { rollouts } = volume;
  const rate = rollouts?.outputTokensPerSecPerGpu;
  if (rollouts === undefined || rate === undefined)
    return byShare(run, trained, rollouts?.stepShare ?? publishedShare());
  return byRate(run, trained, { rollouts, rate, prompts: volume.rows * volume.epochs });
}

/** The step as measured runs took it, split by the published share of sampling and by FLOPs. */
function byShare(run: SpeedRun, trained: Range, sampling: Range): ReinforcementTime | Refusal {
  const throughput = trainThroughput(run);
  if (isRefusal(throughput))
    return {
      ...throughput,
      hint: `${throughput.hint}; or state the rate of your engine (rollouts.outputTokensPerSecPerGpu)`,
    };
  const all = gpuHours({ ...throughput, ...multiplyRanges(trained, throughput, -1) });
  const forward = forwardShare(run.spec, run);
  const critics = trainedModels(run.spec);
  const rest = { p10: 1 - sampling.p90, p50: 1 - sampling.p50, p90: 1 - sampling.p10 };
  const share = (range: Range, factor: number): Estimate => ({
    ...all,
    ...multiplyRanges(all, { p10: range.p10 * factor, p50: range.p50 * factor, p90: range.p90 * factor }),
  });
  return {
    all,
    parts: [
      {
        id: "rollout",
        label: "sampling of answers",
        gpuHours: share(sampling, 1),
        formula: `${percent(sampling.p10)} to ${percent(sampling.p90)} of the step: ${ROLLOUT_SHARE}`,
      },
      {
        id: "log-probabilities",
        label: "log-probabilities",
        gpuHours: share(rest, forward / (critics + forward)),
        formula: `${extraForwards(run.spec)} forward passes, by FLOPs of the rest`,
      },
      {
        id: "training",
        label: "training",
        gpuHours: share(rest, critics / (critics + forward)),
        formula: "the rest of the step",
      },
    ],
  };
}

/** Sampling by the stated rate, the rest by supervised training on the same tokens. */
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
      ? "the longer of sampling and training, which run beside each other"
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

/** What is sampled of a step by what was published of it. */
function publishedShare(): Range {
  return assumptionsWith()(ROLLOUT_SHARE);
}

/** FLOPs of the forward passes without a backward, over those of supervised training with its recomputation. */
function forwardShare(spec: RunSpec, { shape }: SpeedRun): number {
  const supervised = { ...spec, objective: "sft" as const };
  return (extraForwards(spec) * forwardFlopsPerToken(shape, spec)) / hardwareFlopsPerToken(shape, supervised);
}
