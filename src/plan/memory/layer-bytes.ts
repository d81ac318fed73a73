import { activeMlpWidth, adaptedLinears, keyWidth } from "../layout/model-parts.ts";
import { mlpWorkingBytes } from "./memory-experts.ts";
import { keptPerToken } from "./memory-kept.ts";
import { keptLayerBytes, layerGradientBytes, selectiveLayerBytes, trainedParts } from "./memory-layer.ts";
import { adaptedLayers, type Rank, whole } from "./memory-line.ts";

/** What one layer takes per token: kept until its backward, and held while that runs; and how each comes about. */
export type LayerBytes = {
  /** All layers are recomputed, in part or whole: what is kept is a checkpoint. */
  isRecomputed: boolean;
  kept: number;
  keptOf: string;
  working: number;
  workingOf: string;
};

/** Bytes of one layer: of fused kernels, as Megatron-Core's and torchtitan's, or of the library's own modules. */
export function layerBytes(rank: Rank): LayerBytes {
  const { engine, spec, facts } = rank;
  // torchtitan's modules are plain ones until they are compiled; what its selective recomputation keeps are products.
  const isPlain = spec.checkpointing === "none" && spec.offload !== "activations" && !facts.fusedKernels;
  if (engine === "megatron" || (spec.stack === "torchtitan" && !isPlain)) return fusedLayer(rank);
  return recomputesAll(rank) ? recomputedModules(rank) : keptModules(rank);
}

/** Layers whose checkpoints are in host memory come back as whole layers do. */
function recomputesAll({ spec }: Rank): boolean {
  return spec.checkpointing === "full" || spec.offload === "activations";
}

function fusedLayer(rank: Rank): LayerBytes {
  const { shape, spec, facts, engine } = rank;
  // Transformer Engine keeps the fp8 input of a product, torchao's Float8Linear the two-byte one.
  const trained = trainedParts(spec);
  const all = keptLayerBytes(shape, engine === "megatron" ? trained : { ...trained, inputBytes: 2 });
  // Megatron's selective recomputation is of the attention scores, which flash attention never stores.
  const isSelective = spec.checkpointing === "selective" && engine !== "megatron";
  const gradients = layerGradientBytes(shape);
  const of = (kept: number, stored: number, isRecomputed: boolean): LayerBytes => {
    const working = gradients + Math.max(0, all - stored);
    return { isRecomputed, kept, keptOf: `${whole(kept)} B`, working, workingOf: `${whole(working)} B` };
  };
  if (recomputesAll(rank)) return of(facts.residualBytes * shape.hidden, 2 * shape.hidden, true);
  return isSelective ? of(selectiveLayerBytes(shape), selectiveLayerBytes(shape), true) : of(all, all, false);
}

/**
 * The input of each layer is kept, and one layer's tensors are there while its backward runs: in two bytes five of the
 * hidden width, keys and values and their gradients, and the MLP's; where norms are no fused kernels four bytes more of
 * the hidden width, twelve where their scales are trained.
 *
 * @source training-model.md §1.4: fms-acceleration's runs with fused kernels; traced steps of Llama-3.1-8B without them
 *   (16,384 tokens, torch 2.13, transformers 5.24, peft 0.21): 4.36 GB full, 4.91 and 6.59 GB with adapters on attention
 *   and on all linear layers
 */
function recomputedModules(rank: Rank): LayerBytes {
  const { shape, facts } = rank;
  const [h, kv] = [shape.hidden, keyWidth(shape)];
  const mlp = mlpWorkingBytes(shape, { inLoop: facts.expertsInLoop, keepsProduct: facts.trainsBase });
  const inputs =
    facts.adapterParams > 0 && facts.adapterInputCopies
      ? adaptedLayers(rank).reduce((sum, { inWidth }) => sum + inWidth, 0)
      : 0;
  const norms = facts.fusedKernels ? 0 : facts.trainsBase ? 12 : 4;
  const adapterInputs = inputs > 0 ? ` + 4 × ${whole(inputs)} adapter inputs` : "";
  return {
    isRecomputed: true,
    kept: facts.residualBytes * h,
    keptOf: `${facts.residualBytes} B × ${h} hidden`,
    working: (10 + norms) * h + 4 * kv + mlp + 4 * inputs,
    workingOf: `[${10 + norms} × ${h} + 4 × ${kv} + ${whole(mlp)} of the MLP${adapterInputs}] B`,
  };
}

/** Everything is kept but what selective recomputation drops, and the gradients of one layer are made beside it. */
function keptModules(rank: Rank): LayerBytes {
  const { shape } = rank;
  const parts = Object.entries(keptPerToken(rank)).filter(([, bytes]) => bytes > 0);
  const width = activeMlpWidth(shape);
  return {
    isRecomputed: false,
    kept: parts.reduce((sum, [, bytes]) => sum + bytes, 0),
    keptOf: `(${parts.map(([name, bytes]) => `${whole(bytes)} ${name}`).join(" + ")}) B`,
    working: 2 * (2 * shape.hidden + 3 * width),
    workingOf: `2 × (2 × ${shape.hidden} + 3 × ${whole(width)}) B`,
  };
}

/** Elements of the largest matrix of a layer, and of the largest that has an adapter. */
export function largestMatrices(rank: Rank): { any: number; adapted: number } {
  const largest = (linears: ReturnType<typeof adaptedLayers>): number =>
    Math.max(...linears.map(({ inWidth, outWidth }) => inWidth * outWidth)) / rank.layout.tensor;
  return { any: largest(adaptedLinears(rank.shape, "all-linear")), adapted: largest(adaptedLayers(rank)) };
}
