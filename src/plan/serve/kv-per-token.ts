import type { Refusal } from "../../domain/estimate.ts";
import type { ModelShape } from "../../domain/model-shape.ts";

/** Bytes of one key or value. */
const CACHE_BYTES = { bf16: 2, fp8: 1 } as const;

/** Layers that attend to all tokens, and those that attend to a window of them. */
export type AttentionLayers = { full: number; local: number; window: number };

/** Layers of a shape by what they attend to; layers without attention are in neither. */
export function attentionLayers(shape: ModelShape): AttentionLayers {
  const { slidingWindow: window, slidingPattern } = shape;
  const attention = shape.layers - shape.linearLayers;
  if (window === null) return { full: attention, local: 0, window: 0 };
  const [locals, globals] = (slidingPattern ?? "1:0").split(":").map(Number) as [number, number];
  const local = Math.round((attention * locals) / (locals + globals));
  return { full: attention - local, local, window };
}

/**
 * Bytes of keys and values that one layer keeps of a token: two heads for each of `kvHeads`, or the one compressed vector
 * and rotary key of latent attention.
 */
function layerBytes(shape: ModelShape, kv: keyof typeof CACHE_BYTES): number {
  const { latent, kvHeads, headDim } = shape;
  return CACHE_BYTES[kv] * (latent ? latent.kvLoraRank + latent.qkRopeHeadDim : 2 * kvHeads * headDim);
}

/**
 * Bytes of cache that one token of a sequence takes, all layers, whole model: a layer with a window keeps no more than
 * that, so that of long sequences a token takes less.
 *
 * @param contextTokens  tokens of the sequence
 * @returns a refusal for layers whose mixer keeps a state that the shape does not have the sizes of
 * @source 2 · L · n_kv · d_h · b (vLLM, `FullAttentionSpec.page_size_bytes`; DeepSeek-V2, arXiv:2405.04434, table 1, for latent attention)
 */
export function kvBytesPerToken(
  shape: ModelShape,
  kv: keyof typeof CACHE_BYTES,
  contextTokens: number,
): number | Refusal {
  if (shape.linearLayers > 0) {
    return {
      refused: `${shape.linearLayers} of ${shape.layers} layers of ${shape.id} keep a state in place of keys and values, and no formula of its size is known`,
      hint: "measure tokens per second of the replica",
    };
  }
  const { full, local, window } = attentionLayers(shape);
  return layerBytes(shape, kv) * (full + local * Math.min(1, window / Math.max(1, contextTokens)));
}
