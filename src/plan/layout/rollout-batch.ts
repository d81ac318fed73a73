import { formatNumber } from "../../base/units.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { Rollouts, RunSpec } from "../../domain/run-spec.ts";
import type { ImpossibleRun } from "./check-layout.ts";

/**
 * Default number of answers that one optimizer step samples and trains on; an engine is underused with only a few at
 * once.
 * @source NVIDIA-NeMo/RL examples/configs/grpo_math_1B.yaml: 32 prompts per step, 16 answers each
 */
const ANSWERS_PER_STEP = 512;

/**
 * A run of GRPO or PPO with the usual number of answers per optimizer step, if its spec has the default of one
 * micro-step. Other runs are returned unchanged.
 */
export function withRolloutBatch(spec: RunSpec): RunSpec {
  if (OBJECTIVES[spec.objective].row !== "prompt" || spec.gradAccum > 1) return spec;
  return { ...spec, gradAccum: Math.max(1, Math.ceil(ANSWERS_PER_STEP / answersPerStep(spec))) };
}

/** Reason why a step cannot hold all answers to one prompt, whose rewards GRPO compares; undefined if it can. */
export function splitGroup(spec: RunSpec, rollouts: Rollouts | undefined): ImpossibleRun | undefined {
  if (OBJECTIVES[spec.objective].row !== "prompt" || rollouts === undefined) return undefined;
  const answers = answersPerStep(spec);
  const { p10, p50 } = rollouts.groupSize;
  if (answers >= p10) return undefined;
  return {
    field: "gradAccum",
    message: `an optimizer step has ${answers} answers (${spec.batchSequences} sequences × ${spec.gradAccum} micro-steps on each rank), and each prompt has ${formatNumber(p50)}, which are compared within a step`,
    hint: `set gradAccum to ${Math.ceil((p50 * spec.gradAccum) / answers)} or more, or omit it: a step then has ${ANSWERS_PER_STEP} answers`,
  };
}

/** A sentence stating that a step was given more micro-steps than the default of one; undefined if it was not. */
export function rolloutBatchText(asked: RunSpec, spec: RunSpec): string | undefined {
  if (asked.gradAccum === spec.gradAccum) return undefined;
  return `an optimizer step is assumed to have ${spec.gradAccum} micro-steps, ${formatNumber(answersPerStep(spec), 9)} answers in all: a single one would leave the engine idle (set gradAccum to 2 or more for another number)`;
}

function answersPerStep(spec: RunSpec): number {
  const { gpuCount, tensorParallel, pipelineParallel, contextParallel } = spec;
  const ranks = Math.max(1, Math.floor(gpuCount / (tensorParallel * pipelineParallel * contextParallel)));
  return spec.batchSequences * spec.gradAccum * ranks;
}
