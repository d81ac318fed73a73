import { activeMlpWidth, adaptedLinears, hasGate } from "../layout/model-parts.ts";
import { mlpWorkingBytes } from "./memory-experts.ts";
import { gateBytes, keptPerMeanLayer, keptPerToken } from "./memory-kept.ts";
import { keptLayerBytes, layerGradientBytes, selectiveLayerBytes, trainedParts } from "./memory-layer.ts";
import { adaptedLayers, type Rank, whole } from "./memory-line.ts";

/** Memory of one layer per token: stored until its backward, and used during it; with the formula of each. */
export type LayerBytes = {
  /** True if all layers are recomputed, completely or in part: a checkpoint is stored. */
  isRecomputed: boolean;
  kept: number;
  keptOf: string;
  working: number;
  workingOf: string;
};

/**
 * Bytes of one layer: with fused kernels, such as those of Megatron-Core and torchtitan, or with the library's own
 * modules.
 */
export function layerBytes(rank: Rank): LayerBytes {
  const { engine, spec, facts } = rank;
  // torchtitan's modules are plain until they are compiled; its selective recomputation stores products.
  const isPlain = spec.checkpointing === "none" && spec.offload !== "activations" && !facts.fusedKernels;
  if (engine === "megatron" || (spec.stack === "torchtitan" && !isPlain)) return fusedLayer(rank);
  return recomputesAll(rank) ? recomputedModules(rank) : keptModules(rank);
}

/** True if layers are recomputed completely, as are layers whose checkpoints are in host memory. */
function recomputesAll({ spec }: Rank): boolean {
  return spec.checkpointing === "full" || spec.offload === "activations";
}

/**
 * Bytes of a layer with fused kernels. A compiler's memory budget is the share of activations that it may keep: 0 keeps
 * only the inputs, 1 everything that its partitioner keeps without a budget.
 * @source torch `_functorch/partitioners.py`, min-cut: pointwise operations that fuse with their reader are recomputed;
 *   `_functorch.config.activation_memory_budget`, torchtitan `activation_checkpoint.mode = "memory_budget"`
 */
function fusedLayer(rank: Rank): LayerBytes {
  const { shape, spec, facts, engine } = rank;
  // Transformer Engine keeps the fp8 input of a product; torchao's Float8Linear keeps the two-byte input.
  const trained = trainedParts(spec, {
    answers: facts.keepsAnswers,
    remakesProduct: engine !== "megatron" && facts.fusedKernels,
  });
  const all = keptLayerBytes(shape, engine === "megatron" ? trained : { ...trained, inputBytes: 2 });
  // Megatron's selective recomputation covers the attention scores, which flash attention never stores.
  const isSelective = spec.checkpointing === "selective" && engine !== "megatron";
  const gradients = layerGradientBytes(shape);
  const bytesOf = (kept: number, stored: number, isRecomputed: boolean): LayerBytes => {
    const working = gradients + Math.max(0, all - stored);
    return { isRecomputed, kept, keptOf: `${whole(kept)} B`, working, workingOf: `${whole(working)} B` };
  };
  if (recomputesAll(rank)) return bytesOf(facts.residualBytes * shape.hidden, 2 * shape.hidden, true);
  if (isSelective && facts.recomputedEvery > 0) {
    // Mean of layers that are recomputed completely and layers that are not; the working set is that of a recomputed
    // one.
    const checkpoint = 2 * shape.hidden;
    const other = facts.fusedKernels ? all : keptModules({ ...rank, spec: { ...spec, checkpointing: "none" } }).kept;
    return bytesOf(other + (checkpoint - other) / facts.recomputedEvery, checkpoint, true);
  }
  if (isSelective && facts.memoryBudget !== null) {
    const checkpoint = 2 * shape.hidden;
    const kept = checkpoint + facts.memoryBudget * (all - checkpoint);
    return bytesOf(kept, kept, true);
  }
  return isSelective ? bytesOf(selectiveLayerBytes(shape), selectiveLayerBytes(shape), true) : bytesOf(all, all, false);
}

/**
 * The input of each layer is stored, and one layer's tensors are live during its backward: those of norms and
 * attention, the stream's gradient, the inputs of trained products, and those of the MLP with its gradients.
 *
 * @source training-model.md §1.4: fms-acceleration's runs with fused kernels; traced steps of Llama-3.1-8B without them
 *   (16,384 tokens, torch 2.13, transformers 5.24, peft 0.21): 4.36 GB full, 4.91 and 6.59 GB with adapters on
 *   attention and on all linear layers
 */
function recomputedModules(rank: Rank): LayerBytes {
  const { shape, facts } = rank;
  const h = shape.hidden;
  const keepsProduct = facts.trainsBase || facts.adaptsExperts;
  const inputs =
    facts.adapterParams > 0 && facts.adapterInputCopies
      ? adaptedLayers(rank).reduce((sum, { inWidth }) => sum + inWidth, 0)
      : 0;
  // An adapter on a fused gate and up matrix has the fp32 gradient of both at once, and the gradient of the joined
  // halves in addition to its parts.
  const isFused = inputs > 0 && adaptedLayers(rank).some(({ name }) => name === "gate_up");
  const mlp =
    mlpWorkingBytes(shape, { inLoop: facts.expertsInLoop, keepsProduct, keepsAnswers: facts.keepsAnswers }) +
    ((isFused ? 6 : 0) + Math.max(0, gateBytes(rank) - 6)) * activeMlpWidth(shape);
  const { norms, attention } = keptPerToken(rank);
  const stream = (facts.trainsBase ? 6 : 2) * h;
  const adapterInputs = inputs > 0 ? ` + 4 × ${whole(inputs)} adapter inputs` : "";
  return {
    isRecomputed: true,
    kept: facts.residualBytes * h,
    keptOf: `${facts.residualBytes} B × ${h} hidden`,
    working: norms + attention + stream + mlp + 4 * inputs,
    workingOf: `[${whole(norms)} norms + ${whole(attention)} attention + ${whole(stream)} + ${whole(mlp)} of the MLP${adapterInputs}] B`,
  };
}

/**
 * Everything is stored except the tensors that selective recomputation drops; the gradients of one layer are
 * additional.
 */
function keptModules(rank: Rank): LayerBytes {
  const { shape, facts } = rank;
  const parts = Object.entries(keptPerMeanLayer(rank)).filter(([, bytes]) => bytes > 0);
  // A fused gate keeps only its inputs and recomputes the rest; the outputs of grouped experts may outweigh the MLP.
  const inner = (facts.fusedKernels && hasGate(shape) ? 8 : 6) * activeMlpWidth(shape);
  const routed = facts.expertsInLoop ? 0 : 6 * (shape.experts?.active ?? 0) * shape.hidden;
  const gradients = Math.max(inner, routed);
  return {
    isRecomputed: false,
    kept: parts.reduce((sum, [, bytes]) => sum + bytes, 0),
    keptOf: `(${parts.map(([name, bytes]) => `${whole(bytes)} ${name}`).join(" + ")}) B`,
    working: 4 * shape.hidden + gradients,
    workingOf: `(4 × ${shape.hidden} + ${whole(gradients)} of the MLP) B`,
  };
}

/** Number of elements of the largest matrix of a layer, and of the largest one with an adapter. */
export function largestMatrices(rank: Rank): { any: number; adapted: number } {
  const largest = (linears: ReturnType<typeof adaptedLayers>): number =>
    Math.max(...linears.map(({ inWidth, outWidth }) => inWidth * outWidth)) / rank.layout.tensor;
  return { any: largest(adaptedLinears(rank.shape, "all-linear")), adapted: largest(adaptedLayers(rank)) };
}
