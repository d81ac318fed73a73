import type { ModelShape } from "../../domain/model-shape.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import { familyTraits } from "./family-traits.ts";

/** One weight matrix of a decoder layer. */
export type LinearLayer = { name: string; inWidth: number; outWidth: number };

/** Parameters of the input and output embeddings together: one matrix if they are tied, otherwise two. */
export function embeddingParamCount(shape: ModelShape): number {
  return shape.vocab * shape.hidden * (shape.tiedEmbeddings ? 1 : 2);
}

/**
 * Parameters of the routed experts of all layers; 0 for dense models. They are computed from the total and the active
 * count in the catalogue, because the layers with experts differ by family (every other one in Llama 4, a share of
 * hybrid stacks) and the shape does not state them.
 */
export function expertParamCount({ experts, paramCount, activeParamCount }: ModelShape): number {
  if (!experts || experts.total <= experts.active) return 0;
  return ((paramCount - activeParamCount) * experts.total) / (experts.total - experts.active);
}

/** Width of the keys (and of the values) of one token in one layer. */
export function keyWidth(shape: ModelShape): number {
  return shape.latent ? shape.latent.kvLoraRank + shape.latent.qkRopeHeadDim : shape.kvHeads * shape.headDim;
}

/** MLP width that is active per token in one layer: the dense width, or that of its experts. */
export function activeMlpWidth(shape: ModelShape): number {
  const { experts } = shape;
  return experts ? experts.active * experts.mlp + experts.sharedMlp : shape.mlp;
}

/** True if the MLP has a gate: three matrices instead of two. */
export function hasGate(shape: ModelShape): boolean {
  return shape.mlpKind === "swiglu" || shape.mlpKind === "geglu";
}

/**
 * Linear layers of one decoder layer with an adapter. Fused experts are a single tensor rather than linear layers, so
 * for a mixture of experts `all-linear` covers the attention and the shared experts; `adaptsExperts` describes how PEFT
 * treats the routed ones.
 */
export function adaptedLinears(
  shape: ModelShape,
  targets: RunSpec["loraTargets"],
  stack?: RunSpec["stack"],
): LinearLayer[] {
  const linears = ownLinears(shape, targets);
  return stack !== undefined && fusesMatrices(shape, stack) ? fused(shape, linears) : linears;
}

/**
 * True if the transformers module has one matrix for queries, keys and values and one for gate and up; Unsloth splits
 * them.
 */
export function fusesMatrices(shape: ModelShape, stack: RunSpec["stack"]): boolean {
  return STACKS[stack].onTransformers && stack !== "unsloth" && familyTraits(shape).fusesMatrices;
}

function fused({ hidden }: ModelShape, linears: readonly LinearLayer[]): LinearLayer[] {
  const widthOf = (names: readonly string[]): number =>
    linears.reduce((sum, { name, outWidth }) => sum + (names.includes(name) ? outWidth : 0), 0);
  const made = [
    { name: "qkv", inWidth: hidden, outWidth: widthOf(["q", "k", "v"]) },
    { name: "gate_up", inWidth: hidden, outWidth: widthOf(["gate", "up"]) },
  ];
  const rest = linears.filter(({ name }) => !["q", "k", "v", "gate", "up"].includes(name));
  return [...made.filter(({ outWidth }) => outWidth > 0), ...rest];
}

function ownLinears(shape: ModelShape, targets: RunSpec["loraTargets"]): LinearLayer[] {
  const attention = attentionLinears(shape);
  if (targets === "qv") return attention.filter(({ name }) => name === "q" || name === "v" || name === "kv");
  if (targets === "attention") return attention;
  const { hidden } = shape;
  const width = shape.experts ? shape.experts.sharedMlp : shape.mlp;
  if (width === 0) return attention;
  return [
    ...attention,
    ...(hasGate(shape) ? [{ name: "gate", inWidth: hidden, outWidth: width }] : []),
    { name: "up", inWidth: hidden, outWidth: width },
    { name: "down", inWidth: width, outWidth: hidden },
  ];
}

/** The properties of a run that decide which experts get an adapter. */
type Adapting = Pick<RunSpec, "method" | "loraRank" | "loraTargets" | "stack">;

/**
 * True if `all-linear` covers the fused experts. Current PEFT adapts the tensor of all experts as a parameter, and the
 * router, but not shared experts and dense layers, whose names it mistakes for those of experts. In each forward it
 * merges the adapter into a copy of the tensor, which grouped products keep for their backward.
 *
 * @source peft 0.21 `ParamWrapper._activate_lora`, `_resolve_string_target_modules`; traced on Mixtral, Qwen3-30B-A3B,
 *   DeepSeek-V2-Lite, Moonlight and OLMoE. axolotl, LLaMA-Factory and ms-swift list the linear layers by name
 *   themselves. DoRA on experts is an error in PEFT
 */
export function adaptsExperts(shape: ModelShape, spec: Adapting): boolean {
  return (
    shape.experts !== null &&
    !isFull(spec) &&
    spec.method !== "dora" &&
    spec.loraTargets === "all-linear" &&
    STACKS[spec.stack].namesAllLinear &&
    familyTraits(shape).convertsExperts
  );
}

/** Layers by content: attention, a linear mixer, an MLP. */
export type LayerKinds = { attention: number; linear: number; mlp: number };

/**
 * Number of layers with each part. Usually every layer has a mixer and an MLP; in some models each layer is a single
 * part.
 * @source Nemotron-H and Nemotron 3, `hybrid_override_pattern`: 24 Mamba, 24 MLP and 4 attention of 52; 27, 25 and 4 of
 *   56; 23 Mamba, 23 of experts and 6 attention of 52
 */
export function layerKinds(shape: ModelShape): LayerKinds {
  const { layers, linearLayers: linear, attentionLayers: attention } = shape;
  if (!familyTraits(shape).hasOnePart || linear === 0) return { attention: layers - linear, linear, mlp: layers };
  return { attention, linear, mlp: layers - attention - linear };
}

/**
 * Width of one linear mixer's projections, in and out together: the remaining parameters divided by the hidden width.
 * Known only if each layer is a single part; otherwise 0.
 */
export function linearMixerWidth(shape: ModelShape): number {
  if (!familyTraits(shape).hasOnePart || shape.linearLayers === 0) return 0;
  const { hidden: h, experts, heads, headDim, paramCount } = shape;
  const { attention, linear, mlp } = layerKinds(shape);
  const matrices = hasGate(shape) ? 3 : 2;
  const perMlp = experts ? matrices * experts.sharedMlp + experts.total : matrices * shape.mlp;
  const perAttention = 2 * heads * headDim + 2 * keyWidth(shape);
  const rest = paramCount - embeddingParamCount(shape) - expertParamCount(shape);
  return Math.max(0, (rest / h - attention * perAttention - mlp * perMlp) / linear);
}

/** Parameters of the routed experts of one layer with experts, fused into two tensors: gate and up, and down. */
export function fusedExpertWidths(shape: ModelShape): { up: number; down: number } {
  const { experts, hidden } = shape;
  if (!experts) return { up: 0, down: 0 };
  const down = experts.total * experts.mlp * hidden;
  return { up: (hasGate(shape) ? 2 : 1) * down, down };
}

/** Number of layers with experts. */
export function expertLayers(shape: ModelShape): number {
  return shape.experts ? Math.max(0, layerKinds(shape).mlp - shape.experts.firstDenseLayers) : 0;
}

/**
 * Parameters of the adapters of the fused experts and the router. Gate and up are one matrix with twice the rank, so
 * that each keeps its rank.
 */
function fusedExpertAdapterCount(shape: ModelShape, rank: number): number {
  const { experts, hidden } = shape;
  if (!experts) return 0;
  const halves = hasGate(shape) ? 2 : 1;
  const perExpert = halves * rank * (hidden + halves * experts.mlp) + rank * (experts.mlp + hidden);
  return expertLayers(shape) * (experts.total * perExpert + rank * (hidden + experts.total));
}

/** Trained parameters of the adapters: rank × (in + out) of each adapted linear layer of each decoder layer. */
export function adapterParamCount(
  shape: ModelShape,
  spec: Adapting,
  withExperts: boolean = adaptsExperts(shape, spec),
): number {
  if (isFull(spec)) return 0;
  if (withExperts)
    return (
      adapterParamCount(shape, { ...spec, loraTargets: "attention" }, false) +
      fusedExpertAdapterCount(shape, spec.loraRank)
    );
  const linears = adaptedLinears(shape, spec.loraTargets, spec.stack);
  const perLayer = linears.reduce((sum, { inWidth, outWidth }) => sum + spec.loraRank * (inWidth + outWidth), 0);
  // DoRA adds one magnitude per output of each adapted layer (Liu et al. 2024, arXiv:2402.09353, eq. 5).
  const magnitudes = spec.method === "dora" ? linears.reduce((sum, { outWidth }) => sum + outWidth, 0) : 0;
  return (perLayer + magnitudes) * shape.layers;
}

function attentionLinears(shape: ModelShape): LinearLayer[] {
  const { hidden, heads, headDim, latent } = shape;
  if (latent) {
    const queryWidth = heads * (latent.qkNopeHeadDim + latent.qkRopeHeadDim);
    return [
      ...(latent.qLoraRank === 0 ? [] : [{ name: "q_a", inWidth: hidden, outWidth: latent.qLoraRank }]),
      { name: "q", inWidth: latent.qLoraRank === 0 ? hidden : latent.qLoraRank, outWidth: queryWidth },
      { name: "kv_a", inWidth: hidden, outWidth: latent.kvLoraRank + latent.qkRopeHeadDim },
      { name: "kv", inWidth: latent.kvLoraRank, outWidth: heads * (latent.qkNopeHeadDim + latent.vHeadDim) },
      { name: "o", inWidth: heads * latent.vHeadDim, outWidth: hidden },
    ];
  }
  return [
    { name: "q", inWidth: hidden, outWidth: heads * headDim },
    { name: "k", inWidth: hidden, outWidth: shape.kvHeads * headDim },
    { name: "v", inWidth: hidden, outWidth: shape.kvHeads * headDim },
    { name: "o", inWidth: heads * headDim, outWidth: hidden },
  ];
}

/**
 * Parameters of adapters on the routed experts, which Megatron-Core adapts individually if all linear layers are
 * adapted.
 */
export function expertAdapterParamCount(
  shape: ModelShape,
  { method, loraTargets, loraRank }: Pick<RunSpec, "method" | "loraRank" | "loraTargets">,
): number {
  const { experts, hidden } = shape;
  if (!experts || isFull({ method }) || loraTargets !== "all-linear") return 0;
  // Gate and up are one product in Megatron-Core.
  const perExpert = loraRank * (hidden + (hasGate(shape) ? 2 : 1) * experts.mlp + experts.mlp + hidden);
  return expertLayers(shape) * experts.total * perExpert;
}
