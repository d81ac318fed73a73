import type { ModelShape } from "../../domain/model-shape.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { activeMlpWidth, hasGate, keyWidth, layerKinds, linearMixerWidth } from "../layout/model-parts.ts";

/** Products of a layer whose weight gradient needs their input, and the format of the stored input. */
export type Trained = {
  attention: boolean;
  mlp: boolean;
  inputBytes: 1 | 2;
  adapters: boolean;
  /** A compiler recomputes the gate's product from its two halves, in the kernel that needs it. */
  remakesProduct: boolean;
  /** Each expert's output is stored for the routing weight that multiplies it. */
  answers: boolean;
};

/** Weights of a run's layers that get a gradient, or whose adapter does. */
export function trainedParts(spec: RunSpec, kernels: Pick<Trained, "answers" | "remakesProduct">): Trained {
  const base = isFull(spec);
  return {
    attention: true,
    mlp: base || spec.loraTargets === "all-linear",
    inputBytes: base && (spec.precision === "fp8" || spec.precision === "nvfp4") ? 1 : 2,
    adapters: !base,
    ...kernels,
  };
}

/**
 * Bytes per token that one layer keeps for its backward if nothing is recomputed and kernels are fused (norms, rotary
 * embedding, gate). These are the tensors that autograd must save: inputs of norms, of attention and of the gate, and
 * the inputs of products whose weights are trained. A frozen product saves no input; an fp8 product saves it in one
 * byte.
 *
 * @source the operations of Transformer Engine's LayerNormLinear, DotProductAttention and LayerNormMLP; Korthikanti et
 *   al. 2022, arXiv:2205.05198, eq. 1, without dropout and with a gated MLP
 * @accuracy 24.5·h of the 27.6·h measured for attention adapters (MLPerf v5.0, Llama-2-70B); 2 to 7 % of the peaks of
 *   NVIDIA's published 8B and 15B runs are unexplained (dgxc-benchmarking)
 */
export function keptLayerBytes(shape: ModelShape, trained: Trained): number {
  const [ofAttention, ofMlp] = [keptAttentionBytes(shape, trained), keptMlpBytes(shape, trained)];
  const { attention, linear, mlp } = layerKinds(shape);
  if (attention + linear + mlp > shape.layers) return ofAttention + ofMlp;
  // The mean over layers that are single parts.
  const ofLinear = 2 * (shape.hidden + linearMixerWidth(shape));
  return (ofAttention * attention + ofLinear * linear + ofMlp * mlp) / shape.layers;
}

function keptAttentionBytes(shape: ModelShape, { attention, inputBytes, adapters }: Trained): number {
  const { hidden: h, latent, heads } = shape;
  const query = latent ? heads * (latent.qkNopeHeadDim + latent.qkRopeHeadDim) : heads * shape.headDim;
  const value = latent ? heads * latent.vHeadDim : query;
  // Latent attention expands keys and values to all heads, and keeps the compressed ones for their own products.
  const keysAndValues = latent ? query + value + latent.qLoraRank + latent.kvLoraRank : 2 * keyWidth(shape);
  const fp8Copy = inputBytes === 1 && !adapters ? value : 0;
  return 2 * (h + query + keysAndValues + value) + (attention ? inputBytes * h : 0) + fp8Copy;
}

function keptMlpBytes(shape: ModelShape, trained: Trained): number {
  const { hidden: h } = shape;
  const { mlp, inputBytes, remakesProduct } = trained;
  const width = activeMlpWidth(shape);
  const gate = hasGate(shape) ? 2 : 1;
  const inner = 2 * gate * width + (mlp && !remakesProduct ? inputBytes * width : 0);
  return 2 * h + inner + (shape.experts ? routedBytes(shape, trained) : mlp ? inputBytes * h : 0);
}

/**
 * Bytes per token that a layer of experts keeps in addition to the products: the router's fp32 scores, each expert's
 * copy of the token (if experts are trained) and each expert's output, if it is weighted afterwards.
 */
function routedBytes({ experts, hidden: h }: ModelShape, { mlp, inputBytes, answers }: Trained): number {
  if (!experts) return 0;
  const scores = 4 * 2 * experts.total;
  const shared = experts.sharedMlp > 0 && mlp ? inputBytes * h : 0;
  return scores + experts.active * h * ((answers ? 2 : 0) + (mlp ? inputBytes : 0)) + shared;
}

/**
 * Bytes per token that one layer keeps under torchtitan's selective checkpointing: its input, the output of attention
 * and every second product (query, value, gate, down).
 *
 * @source torchtitan activation_checkpoint.py, `selective_ac_option = "op"`, the default of its Llama configurations
 */
export function selectiveLayerBytes(shape: ModelShape): number {
  const query = shape.heads * shape.headDim;
  return 2 * (shape.hidden + 2 * query + keyWidth(shape) + activeMlpWidth(shape) + shape.hidden);
}

/**
 * Bytes per token of the gradients inside one layer's backward: those of the gate's two inputs, its product and the
 * stream.
 */
export function layerGradientBytes(shape: ModelShape): number {
  const width = activeMlpWidth(shape);
  return 2 * ((hasGate(shape) ? 3 : 2) * width + 2 * shape.hidden);
}
