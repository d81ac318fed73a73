import type { Assumption } from "../../domain/assumption.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Programme } from "../../domain/programme.ts";
import type { TrainRun } from "../../plan/memory/memory.ts";
import { withRolloutBatch } from "../../plan/layout/rollout-batch.ts";
import { runTime, withVolume } from "../../plan/speed/run-time.ts";
import { passCost } from "./pass-cost.ts";
import { speedFigures } from "./speed-figures.ts";
import { computedFigure } from "./training-figures.ts";
import { type ScannedDatasets, trainingVolume } from "./training-volume.ts";

/** Training data and resources of the pass over rewards. */
export type RewardPass = { tokens: Quantity; gpuHours: Quantity; figures: Figure[] };

/**
 * The GRPO pass that a programme plans after its training: every planned row is a prompt, on the fleet of the run
 * before it, with the same weights trained.
 *
 * @returns undefined if none is planned
 */
export function rewardPass(
  programme: Programme,
  run: TrainRun,
  given: {
    datasets: ScannedDatasets | undefined;
    assumption: (id: string) => Assumption;
    usdPerGpuHour: Quantity;
  },
): RewardPass | undefined {
  if (programme.training.preferencePass !== "grpo") return undefined;
  const method = run.spec.method === "pretrain" ? "full" : run.spec.method;
  // Stated epochs over a corpus are not those over prompts.
  const epochs = run.spec.method === "pretrain" ? undefined : programme.training.epochs;
  const overRows = { ...programme, training: { ...programme.training, epochs } };
  const { volume, figures, inputs } = trainingVolume(overRows, { ...given, objective: "grpo", method: "lora" });
  const pass = { ...run, spec: withRolloutBatch({ ...run.spec, method, objective: "grpo", gradAccum: 1 }) };
  const { gpuHours, tokens } = runTime(pass, volume);
  const trained = computedFigure(tokens, {
    id: "run.reward.tokens",
    label: "tokens of the GRPO pass",
    unit: "tokens",
    formula: "prompts × answers per prompt × (prompt + answer, at most a sequence) × epochs",
    inputs: [...inputs, "user.training.sequenceTokens"],
  });
  const hours = computedFigure(gpuHours, {
    id: "run.reward.gpuHours",
    label: "GPU-hours of the GRPO pass, sampling included",
    unit: "GPU-h",
    formula: "run.reward.tokens / run.reward.tokensPerSecPerGpu / 3,600",
    inputs: [trained.id, "run.reward.tokensPerSecPerGpu"],
  });
  const cost = passCost(gpuHours, given.usdPerGpuHour, { id: "run.reward", of: "the GRPO pass" });
  return {
    tokens,
    gpuHours,
    figures: [...figures, trained, ...speedFigures(withVolume(pass, volume), "run.reward"), hours, cost],
  };
}
