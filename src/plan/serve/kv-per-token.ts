import type { Refusal } from "../../domain/estimate.ts";
import type { ModelShape } from "../../domain/model-shape.ts";

/** Bytes of one key or value. */
const CACHE_BYTES = { bf16: 2, fp8: 1 } as const;

/**
 * Attention layers with equal properties: how many attend, how many keep their own cache, the window, and the heads.
 */
export type AttentionGroup = {
  layers: number;
  /** Layers that keep their own cache; the others attend to the keys and values of earlier layers. */
  kept: number;
  /** Tokens in the attention window; null if layers attend to all tokens. */
  window: number | null;
  kvHeads: number;
  headDim: number;
};

/** Attention layers by kind; layers without attention are in no group. */
export function attentionGroups(shape: ModelShape): AttentionGroup[] {
  const { slidingWindow: window, slidingPattern, globalAttention, attentionLayers, sharedKvLayers } = shape;
  const { kvHeads, headDim } = shape;
  const own = attentionLayers - sharedKvLayers;
  if (window === null) return [{ layers: attentionLayers, kept: own, window, kvHeads, headDim }];
  const [locals, globals] = (slidingPattern ?? "1:0").split(":").map(Number) as [number, number];
  const localShare = locals / (locals + globals);
  const local = globalAttention ? attentionLayers - globalAttention.layers : Math.round(attentionLayers * localShare);
  const ownLocal = sharedKvLayers === 0 ? local : Math.round(own * localShare);
  const globalHeads = globalAttention ?? { kvHeads, headDim };
  return [
    {
      layers: attentionLayers - local,
      kept: own - ownLocal,
      window: null,
      kvHeads: globalHeads.kvHeads,
      headDim: globalHeads.headDim,
    },
    { layers: local, kept: ownLocal, window, kvHeads, headDim },
  ].filter(({ layers }) => layers > 0);
}

/**
 * Bytes of keys and values that one layer keeps for a token, over all GPUs that share it: two heads for each of
 * `kvHeads`, or the one compressed vector and rotary key of latent attention. Every GPU keeps complete heads; if there
 * are more GPUs than heads, some keep copies.
 */
export function layerBytes(
  { latent }: ModelShape,
  { kvHeads, headDim }: AttentionGroup,
  { kv, tensor }: { kv: keyof typeof CACHE_BYTES; tensor: number },
): number {
  if (latent) return CACHE_BYTES[kv] * (latent.kvLoraRank + latent.qkRopeHeadDim) * tensor;
  return CACHE_BYTES[kv] * 2 * Math.max(kvHeads, tensor) * headDim;
}

/**
 * Bytes of cache per token of a sequence, all layers, complete model. A layer with a window keeps no more than its
 * window, so long sequences need fewer bytes per token. A layer whose mixer keeps a state needs none (`stateBytes`).
 *
 * @param contextTokens tokens of the sequence
 * @returns a refusal for layers whose mixer keeps a state of unknown size, or without attention
 * @source 2 · L · n_kv · d_h · b (vLLM, `FullAttentionSpec.page_size_bytes`; DeepSeek-V2, arXiv:2405.04434, table 1,
 * for latent attention); layers that share keys and values keep none (vLLM, `kv_sharing_target_layer_name`)
 */
export function kvBytesPerToken(
  shape: ModelShape,
  kv: keyof typeof CACHE_BYTES,
  contextTokens: number,
): number | Refusal {
  return cacheBytesPerToken(shape, { kv, contextTokens, tensor: 1 });
}

/**
 * Bytes of keys and values per token, over all GPUs of a group of `tensor` that share each layer, including copies of
 * heads.
 */
export function cacheBytesPerToken(
  shape: ModelShape,
  { kv, contextTokens, tensor }: { kv: keyof typeof CACHE_BYTES; contextTokens: number; tensor: number },
): number | Refusal {
  const { id, layers, linearLayers } = shape;
  if (linearLayers > 0 && shape.recurrence === null) {
    return {
      refused: `${linearLayers} of ${layers} layers of ${id} keep a state instead of keys and values, and its size is unknown`,
      hint: "measure tokens per second of the replica",
    };
  }
  if (shape.attentionLayers === 0) {
    return {
      refused: `no layer of ${id} has attention, and no engine's steps are modelled without it`,
      hint: "measure tokens per second of the replica",
    };
  }
  return attentionGroups(shape).reduce((sum, group) => {
    const share = group.window === null ? 1 : Math.min(1, group.window / Math.max(1, contextTokens));
    return sum + layerBytes(shape, group, { kv, tensor }) * group.kept * share;
  }, 0);
}
