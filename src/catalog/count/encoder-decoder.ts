import type { ParamCount } from "../../domain/param-count.ts";
import type { ShapeFacts } from "../architecture.ts";
import { mlpMatrices } from "./mlp.ts";

/**
 * Parameters of an encoder-decoder model of the T5 1.1 kind: `layers` in each stack, cross-attention in the decoder,
 * no biases, a relative position bias of `buckets` x heads in each stack, untied head.
 *
 * @source Raffel et al. 2020, arXiv:1910.10683, §2.1; T5 1.1: geglu, untied
 */
export function encoderDecoderParams(shape: ShapeFacts, buckets: number): ParamCount {
  const { layers, hidden, heads, headDim, vocab, mlp } = shape;
  const attention = 4 * hidden * heads * headDim;
  const parts = {
    embedding: vocab * hidden * (shape.tiedEmbeddings ? 1 : 2),
    attention: layers * 3 * attention,
    linearMixers: 0,
    mlp: layers * 2 * mlpMatrices(shape.mlpKind) * hidden * mlp,
    experts: 0,
    norms: (layers * 2 + layers * 3 + 2) * hidden,
    extras: 2 * buckets * heads,
    mtp: 0,
    towers: 0,
  };
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { total, active: total, parts };
}
