import { formatCount, formatNumber } from "../../base/units.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { familyTraits } from "../layout/family-traits.ts";
import {
  adaptedLinears,
  adaptsExperts,
  expertLayers,
  fusedExpertWidths,
  hasGate,
  layerKinds,
} from "../layout/model-parts.ts";
import { OBJECTIVES } from "../../domain/objective.ts";

/**
 * Parameters with matrix work per token: the active ones without the input embedding, which is a look-up. A tied
 * embedding is also the output matrix and is included, unless the model outputs a single number and has no such matrix.
 */
function computeParamCount(shape: ModelShape, { objective }: Pick<RunSpec, "objective">): number {
  const isScalar = OBJECTIVES[objective].isScalarHead;
  const embeddings = (shape.tiedEmbeddings ? 0 : 1) + (isScalar ? 1 : 0);
  return Math.max(1, shape.activeParamCount - embeddings * shape.vocab * shape.hidden);
}

/**
 * Model FLOPs per trained token: the forward, and the backward that the method needs.
 *
 * @returns FLOPs: `6 N + 6 s q L` for full training, `4 N + 6 s q L` if the base is frozen (no weight gradient), where
 *   q is the width of all heads. Each forward in addition to the trained one (`extraForwards`) adds 2 N and its
 *   attention, per token of either sequence of a pair. Windows count only visible keys
 * @source training-model.md §2.1 (causal attention); NVIDIA dgxc-benchmarking ft_llama3 uses the same two thirds for
 *   LoRA
 */
export function modelFlopsPerToken(shape: ModelShape, spec: RunSpec): number {
  const N = computeParamCount(shape, spec);
  const times = 3 * trainedModels(spec) + extraForwards(spec);
  return passesOf(spec) * N + times * attentionFlops(shape, spec.sequenceTokens);
}

/** Forward FLOPs of attention for one token, over all layers: two products with its visible keys. */
function attentionFlops(shape: ModelShape, sequenceTokens: number): number {
  return 2 * meanPairs(shape, sequenceTokens) * attentionWidth(shape) * layerKinds(shape).attention;
}

/** Width of all query heads plus all value heads: twice the width of the heads, except in latent attention. */
function attentionWidth({ heads, headDim, latent }: ModelShape): number {
  return heads * (latent ? latent.qkNopeHeadDim + latent.qkRopeHeadDim + latent.vHeadDim : 2 * headDim);
}

/** Mean number of visible keys per query over all layers. */
export function meanPairs(shape: ModelShape, sequence: number): number {
  const all = sequence / 2;
  const w = shape.slidingWindow;
  if (w === null || w >= sequence) return all;
  const local = w - (w * w) / (2 * sequence);
  const [locals, globals] = (shape.slidingPattern ?? "1:0").split(":").map(Number) as [number, number];
  const share = locals / Math.max(1, locals + globals);
  return share * local + (1 - share) * all;
}

/** FLOPs of one forward of the model, per token: a third of full training. */
export function forwardFlopsPerToken(shape: ModelShape, spec: RunSpec): number {
  return modelFlopsPerToken(shape, { ...spec, method: "full", objective: "sft" }) / 3;
}

/** FLOPs per token and parameter. */
function passesOf(spec: RunSpec): number {
  return (isFull(spec) ? 6 : 4) * trainedModels(spec) + 2 * extraForwards(spec);
}

/** Formula of `modelFlopsPerToken` with the numbers of a model inserted. */
export function flopsFormula(shape: ModelShape, spec: RunSpec): string {
  const count = (value: number): string => formatNumber(value, 9);
  const N = `${formatCount(shape.activeParamCount)}${shape.tiedEmbeddings ? "" : ` − ${count(shape.vocab)} × ${count(shape.hidden)} of the input embedding`}`;
  const passes = passesOf(spec);
  const keys = count(Math.round(2 * meanPairs(shape, spec.sequenceTokens)));
  const times = 2 * trainedModels(spec) + (2 / 3) * extraForwards(spec);
  const attention = `${count(3 * times)} × ${keys} × ${count(attentionWidth(shape) / 2)} × ${layerKinds(shape).attention}`;
  return `${passes} × (${N}) + ${attention} for attention`;
}

/**
 * FLOPs of attention's backward relative to its forward: five products instead of two, because flash attention
 * recomputes the scores.
 */
const FLASH_BACKWARD = 2.5;

/**
 * FLOPs per token that the GPU executes, including recomputation and adapters.
 *
 * @returns `8 N` (full) or `6 N` (frozen base) plus `9 s q L` for attention under full checkpointing, less 2 × the down
 *   projections if a layer ends with them: non-reentrant checkpointing stops once the last saved tensor is recomputed
 * @source training-model.md §2.1; torch's FlopCounterMode on traced steps of 25 architectures (flash attention: Dao
 * 2023, arXiv:2307.08691, §3.1)
 */
export function hardwareFlopsPerToken(shape: ModelShape, spec: RunSpec): number {
  const isRecomputed = spec.checkpointing === "full";
  const seen = attentionFlops(shape, spec.sequenceTokens);
  // Eager attention also multiplies with masked keys, and keeps its scores for the backward.
  const isEager = spec.attention === "eager";
  const attention = isEager ? (seen * spec.sequenceTokens) / meanPairs(shape, spec.sequenceTokens) : seen;
  const backward = isEager ? 2 : FLASH_BACKWARD;
  const models = trainedModels(spec);
  const head = 2 * shape.vocab * shape.hidden; // outside the checkpointed layers: never recomputed
  const isScalar = OBJECTIVES[spec.objective].isScalarHead;
  // TRL's chunked loss recomputes its logits in the backward.
  const loss = spec.lossPath === "chunked" && spec.stack === "hf" && !isScalar ? head : 0;
  const repeated = 2 * computeParamCount(shape, spec) - (isScalar ? 0 : head) + attention;
  const down = 2 * lastWidth(shape, spec) * shape.hidden * shape.layers;
  return (
    passesOf(spec) * computeParamCount(shape, spec) +
    (models * (1 + backward) + extraForwards(spec)) * attention +
    (isRecomputed ? Math.max(0, repeated - down) : 0) +
    loss +
    adapterFlops(shape, spec)
  );
}

/**
 * Input width of the product that ends a layer and is not recomputed with it. It is 0 if an adapter later reads that
 * product's input, or if a norm or routing weights keep its output; shared experts come after the routed ones.
 */
export function lastWidth(
  shape: ModelShape,
  spec: Pick<RunSpec, "method" | "loraTargets" | "loraRank" | "stack">,
): number {
  const adapts = !isFull(spec) && spec.loraTargets === "all-linear" && !adaptsExperts(shape, spec);
  if (adapts || familyTraits(shape).normsOutputs) return 0;
  return shape.experts ? shape.experts.sharedMlp : shape.mlp;
}

/**
 * FLOPs of adapters: forward, gradients of input and weights, and recomputation. Adapters are merged into experts once
 * per step.
 */
function adapterFlops(shape: ModelShape, spec: RunSpec): number {
  if (isFull(spec)) return 0;
  const times = 3 + (spec.checkpointing === "full" ? 1 : 0);
  const withExperts = adaptsExperts(shape, spec);
  const targets = withExperts ? "attention" : spec.loraTargets;
  const dense = adaptedLinears(shape, targets, spec.stack).reduce(
    (sum, { inWidth, outWidth }) => sum + inWidth + outWidth,
    0,
  );
  const own = 2 * times * spec.loraRank * dense * shape.layers;
  if (!withExperts) return own;
  const { up, down } = fusedExpertWidths(shape);
  const tokens = spec.sequenceTokens * spec.batchSequences * OBJECTIVES[spec.objective].sequencesPerRow;
  // Registering the merged weight computes it one additional time.
  const merges = 4 + (spec.checkpointing === "full" ? 2 : 0);
  const merged = 2 * merges * spec.loraRank * ((hasGate(shape) ? 2 : 1) * up + down);
  const active = shape.experts!.active / shape.experts!.total;
  // Gradients of the merged experts, as if they were trained themselves.
  return own + expertLayers(shape) * (merged / tokens + 2 * active * (up + down));
}

/**
 * Number of forwards per token in addition to the trained one: the reference policy unless its log-probabilities were
 * computed before, the old policy of reinforcement learning, the old values and rewards of PPO, and KTO's estimate of
 * the KL divergence.
 * @source training-model.md §2.4; KTO: `get_batch_loss_metrics` of TRL's KTOTrainer, whose `kl_logits` come from a
 *   forward of the policy and of the reference over mismatched answers, without gradients
 */
export function extraForwards({ objective, reference }: RunSpec): number {
  const withReference = reference === "precomputed" || reference === "none" ? 0 : 1;
  switch (objective) {
    case "dpo":
    case "ipo":
      return withReference;
    case "kto":
      return 1 + 2 * withReference; // KL: policy on mismatched answers, reference on both kinds
    case "grpo":
      return 1 + withReference;
    case "ppo":
      return 3 + withReference; // old policy, old values, reward
    default:
      return 0;
  }
}

/** Number of trained models of the policy's size: PPO's critic is the second. */
export function trainedModels({ objective }: Pick<RunSpec, "objective">): 1 | 2 {
  return objective === "ppo" ? 2 : 1;
}
