import { formatCount, formatNumber } from "../../base/units.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { activeMlpWidth } from "../layout/model-parts.ts";

/**
 * Parameters that do matrix work for a token: the active ones less the input embedding, which is a look-up. A tied
 * embedding is also the output matrix and stays.
 */
function computeParamCount(shape: ModelShape): number {
  const lookup = shape.tiedEmbeddings ? 0 : shape.vocab * shape.hidden;
  return Math.max(1, shape.activeParamCount - lookup);
}

/**
 * Model FLOPs per trained token: forward, and the backward that the method needs.
 *
 * @returns FLOPs: `6 N + 6 s h L` for full training, `4 N + 6 s h L` where the base is frozen (no weight gradient);
 *   each forward beside the trained one adds 2 N (`extraForwards`), per token of either sequence of a pair
 * @source training-model.md §2.1 (causal attention); NVIDIA dgxc-benchmarking ft_llama3 uses the same two thirds for LoRA
 */
export function modelFlopsPerToken(shape: ModelShape, spec: RunSpec): number {
  const N = computeParamCount(shape);
  const attention = 6 * spec.sequenceTokens * shape.hidden * (shape.layers - shape.linearLayers);
  return passesOf(spec) * N + trainedModels(spec) * attention;
}

/** FLOPs of one forward of the model, per token: a third of full training. */
export function forwardFlopsPerToken(shape: ModelShape, spec: RunSpec): number {
  return modelFlopsPerToken(shape, { ...spec, method: "full", objective: "sft" }) / 3;
}

/** FLOPs per token and parameter. */
function passesOf(spec: RunSpec): number {
  return (isFull(spec) ? 6 : 4) * trainedModels(spec) + 2 * extraForwards(spec);
}

/** The rule of `modelFlopsPerToken` with the counts of a model put in. */
export function flopsFormula(shape: ModelShape, spec: RunSpec): string {
  const count = (value: number): string => formatNumber(value, 9);
  const N = `${formatCount(shape.activeParamCount)}${shape.tiedEmbeddings ? "" : ` − ${count(shape.vocab)} × ${count(shape.hidden)} of the input embedding`}`;
  const passes = passesOf(spec);
  const attention = `6 × ${count(spec.sequenceTokens)} × ${count(shape.hidden)} × ${shape.layers - shape.linearLayers}`;
  return `${passes} × (${N}) + ${attention} for attention`;
}

/**
 * FLOPs per token that the GPU executes, recomputation included.
 *
 * @returns `8 N + 8 s h L` (full) or `6 N + 8 s h L` (frozen base) under full checkpointing, less 2 × the down
 *   projections: non-reentrant checkpointing stops recomputing once the last saved tensor is there, so a layer's
 *   last matrix product is not repeated (7.46 N and 5.46 N for Llama-like shapes)
 * @source training-model.md §2.1 (torch FlopCounterMode on Mistral-7B)
 */
export function hardwareFlopsPerToken(shape: ModelShape, spec: RunSpec): number {
  const model = modelFlopsPerToken(shape, spec);
  if (spec.checkpointing !== "full") return model;
  const attention = 2 * spec.sequenceTokens * shape.hidden * (shape.layers - shape.linearLayers);
  const down = 2 * activeMlpWidth(shape) * shape.hidden * shape.layers;
  const head = 2 * shape.vocab * shape.hidden; // outside the checkpointed layers: never recomputed
  return model + Math.max(0, 2 * computeParamCount(shape) - down - head) + attention;
}

/**
 * Forwards beside the trained one, of every token: the reference policy unless its log-probabilities were computed
 * before, the old policy of reinforcement, old values and rewards of PPO, and the estimate of KL of KTO.
 * @source training-model.md §2.4; KTO: `get_batch_loss_metrics` of TRL's KTOTrainer, whose `kl_logits` are a forward of
 *   policy and of reference over mismatched answers without gradients
 */
export function extraForwards({ objective, reference }: RunSpec): number {
  const withReference = reference === "precomputed" || reference === "none" ? 0 : 1;
  switch (objective) {
    case "dpo":
    case "ipo":
      return withReference;
    case "kto":
      return 1 + 2 * withReference; // its KL: mismatched answers by the policy, and by the reference beside its own
    case "grpo":
      return 1 + withReference;
    case "ppo":
      return 3 + withReference; // old policy, old values, reward
    default:
      return 0;
  }
}

/** Models of the size of the policy that are trained: PPO's critic is the second. */
export function trainedModels({ objective }: Pick<RunSpec, "objective">): 1 | 2 {
  return objective === "ppo" ? 2 : 1;
}
