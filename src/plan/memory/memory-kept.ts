import type { ModelShape } from "../../domain/model-shape.ts";
import { familyTraits } from "../layout/family-traits.ts";
import {
  activeMlpWidth,
  adaptedLinears,
  hasGate,
  keyWidth,
  layerKinds,
  linearMixerWidth,
} from "../layout/model-parts.ts";
import { adaptedLayers, type Terms } from "./memory-line.ts";

/** Tensors that one layer stores for its backward, bytes per token, by the part that needs them. */
type Kept = { norms: number; attention: number; mlp: number; inputs: number; adapters: number };

/**
 * Tensors that one layer of a library's own modules keeps if it is not recomputed. Autograd keeps each tensor that the
 * backward of an operation reads, once. Norms: RMSNorm upcasts its input to fp32 and keeps the result, also for queries
 * and keys if they are normalised; LayerNorm keeps the two-byte input; if its scale is trained, the normalised tensor
 * is kept too. Attention: queries, keys, values and the output. MLP: the input of the activation and, in a gated MLP,
 * its output and the other half of the product; fused kernels keep only a norm's input, in two bytes, and no output of
 * the activation. Experts: the output of each one, which its routing weight multiplies, the router's fp32 scores and,
 * if experts are trained, each one's copy of the token. Inputs of linear layers: only if a layer's weight is trained or
 * in 4 bits (bitsandbytes' MatMul4Bit always keeps its input). Adapters: the input of each adapted layer; in fp32, a
 * separate copy for each layer.
 *
 * @source derived from what autograd saves for each operation of a layer; training-model.md §1.5
 */
export function keptPerToken(terms: Terms): Kept {
  const { shape, spec, facts } = terms;
  const [h, f] = [shape.hidden, activeMlpWidth(shape)];
  const { query, key, value, output } = attentionWidths(shape);
  const isSelective = spec.checkpointing === "selective";
  const attention = 2 * (query + key + value) + (isSelective ? 0 : 2 * output);
  // The output of attention is the input of the next projection: it is kept once, so it counts as an input only if it
  // does not count as an output.
  const again = facts.trainsBase && !isSelective ? 0 : output;
  return {
    norms: normBytes(terms),
    // A fused projection keeps queries, keys and values alive even if only the values are needed.
    attention: attention + (facts.fusedQkv ? 2 * (query + key) : 0),
    mlp: gateBytes(terms) * f + routedBytes(terms),
    inputs:
      facts.trainsBase || spec.method === "qlora"
        ? 2 * (2 * h + again + f)
        : facts.adaptsExperts
          ? 2 * (h + shape.experts!.active * shape.experts!.mlp)
          : 0,
    adapters: adapterInputs(terms),
  };
}

/**
 * Bytes per element of the MLP's width that activation and gate store. gpt-oss clamps both halves, multiplies the gate
 * by a scaled sigmoid of itself and adds one to the other half. It stores gate and up, the clamped gate, the sigmoid,
 * their product, and up plus one.
 * @source transformers 5.24 `GptOssExperts._apply_gate`; traced without checkpoints
 */
export function gateBytes({ shape, facts }: Pick<Terms, "shape" | "facts">): number {
  if (familyTraits(shape).clampsGate) return 12;
  return hasGate(shape) ? (facts.fusedKernels ? 4 : 6) : 2;
}

/**
 * Mean over layers that are single parts, a mixer or an MLP. A linear mixer stores the inputs and outputs of its
 * projections, as wide as its matrices.
 */
export function keptPerMeanLayer(terms: Terms): Kept {
  const { shape, facts } = terms;
  const kept = keptPerToken(terms);
  const { attention, linear, mlp } = layerKinds(shape);
  if (attention + linear + mlp > shape.layers) return kept;
  const [ofAttention, ofLinear, ofMlp] = [attention / shape.layers, linear / shape.layers, mlp / shape.layers];
  const { hidden: h } = shape;
  const isRead = kept.inputs > 0;
  const ofInputs = isRead ? 2 * (h + activeMlpWidth(shape) * ofMlp) : 0;
  const again = isRead && !facts.trainsBase ? 2 * shape.heads * shape.headDim * ofAttention : 0;
  return {
    norms: kept.norms / familyTraits(shape).layerNorms,
    attention: kept.attention * ofAttention + 2 * linearMixerWidth(shape) * ofLinear,
    mlp: kept.mlp * ofMlp,
    inputs: ofInputs + again,
    adapters: kept.adapters * (ofAttention + ofMlp),
  };
}

/** Widths that attention stores per token. Latent attention has expanded keys, and its values are a view of both. */
function attentionWidths(shape: ModelShape): { query: number; key: number; value: number; output: number } {
  const { heads, headDim, latent } = shape;
  if (latent) {
    const head = latent.qkNopeHeadDim + latent.qkRopeHeadDim;
    const value = heads * (latent.qkNopeHeadDim + latent.vHeadDim);
    return { query: heads * head, key: heads * head, value, output: heads * latent.vHeadDim };
  }
  const kv = keyWidth(shape);
  return { query: heads * headDim, key: kv, value: kv, output: heads * headDim };
}

function normBytes({ shape, facts }: Terms): number {
  const { hidden: h, latent, heads, headDim } = shape;
  const { layerNorms, normsQueries } = familyTraits(shape);
  const ofLatent = latent ? latent.qLoraRank + latent.kvLoraRank : 0;
  const ofQueries = normsQueries ? heads * headDim + keyWidth(shape) : ofLatent;
  if (!hasGate(shape)) return (facts.fusedKernels ? 4 : 2) * h + (facts.trainsBase ? 4 * h : 0);
  const value = facts.fusedKernels ? 2 : 4 + (facts.trainsBase ? 2 : 0);
  return value * (layerNorms * h + ofQueries);
}

/**
 * Bytes per token in addition to the products of experts; experts that are separate linear layers keep the tensors of
 * linear layers.
 */
function routedBytes({ shape, facts }: Terms): number {
  const { experts, hidden: h } = shape;
  if (!experts) return 0;
  const copies =
    (facts.trainsBase || facts.adaptsExperts || facts.expertsInLoop ? 1 : 0) + (facts.keepsAnswers ? 1 : 0);
  return 2 * copies * experts.active * h + 4 * experts.total;
}

/**
 * Bytes per token of the inputs of adapted layers. PEFT casts each to fp32; in two bytes, layers that read the same
 * tensor share it.
 */
function adapterInputs(terms: Terms): number {
  const { shape, spec, facts } = terms;
  if (facts.adapterParams === 0 || facts.adapterKind === "prefix") return 0;
  if (facts.adapterKind === "scale") {
    const out = adaptedLinears(shape, "all-linear").reduce((sum, { outWidth }) => sum + outWidth, 0);
    return 2 * out; // A trained scale of each layer's output keeps that output.
  }
  const linears = adaptedLayers(terms);
  // A mask of one byte per element and, in two bytes, the output of dropout.
  const dropped = facts.adapterDropout ? 1 : 0;
  if (facts.adapterInputCopies) return linears.reduce((sum, { inWidth }) => sum + (4 + dropped) * inWidth, 0);
  // Dropout creates a separate tensor for each adapted module; a single matrix for queries, keys and values is one
  // module.
  const tensorOf = (name: string): string =>
    dropped > 0 && !(facts.fusedQkv && READS[name] === "attention norm") ? name : (READS[name] ?? name);
  // Attention's output is already stored, unless it is recomputed or dropout created a new one.
  const isKept = ({ name }: { name: string }): boolean =>
    name === "o" && dropped === 0 && spec.checkpointing !== "selective";
  const read = linears.filter((linear) => !isKept(linear));
  const copies = [...new Map(read.map(({ name, inWidth }) => [tensorOf(name), inWidth])).values()];
  // The inputs of 4-bit layers are already stored, unless dropout created new ones.
  if (spec.method === "qlora" && dropped === 0) return 0;
  return copies.reduce((sum, width) => sum + (2 + dropped) * width, 0);
}

/** The tensor that a linear layer reads; equal names mean the same tensor. */
const READS: Readonly<Record<string, string>> = {
  q: "attention norm",
  k: "attention norm",
  v: "attention norm",
  gate: "mlp norm",
  up: "mlp norm",
};
