import { embeddingParamCount, expertParamCount } from "../layout/model-parts.ts";
import { type Replica, WEIGHT_BYTES } from "./replica.ts";

type Weighed = Pick<Replica, "shape" | "format">;

/**
 * Bytes of the weights of a complete model. In low-bit formats, the embeddings and the output head stay in sixteen
 * bits; in the OCP's format, everything except the experts does.
 *
 * @source checkpoints of GPTQ, AWQ, compressed-tensors and ModelOpt list `lm_head` as not quantised, and quantise no
 * embedding; openai/gpt-oss-120b, `modules_to_not_convert`
 * @accuracy gpt-oss: 60.8 and 12.8 GiB to 0.2 % (OpenAI, gpt-oss model card, 2025-08, table 1)
 */
export function modelBytes({ shape, format }: Weighed): number {
  const layers = shape.paramCount - embeddingParamCount(shape);
  return embeddingParamCount(shape) * WEIGHT_BYTES.bf16 + layersBytes({ shape, format }, layers);
}

/** Minimum bytes that a step of a single token reads: the layers that it passes through, and the output head. */
export function readBytes({ shape, format }: Weighed): number {
  return shape.vocab * shape.hidden * WEIGHT_BYTES.bf16 + layersBytes({ shape, format }, multipliedPerToken(shape));
}

/** Parameters that each prompt token is multiplied by; the output head is applied only to the last token. */
export function multipliedPerToken(shape: Replica["shape"]): number {
  return shape.activeParamCount - embeddingParamCount(shape);
}

/** Bytes of some of the parameters of the layers. If only experts have few bits, the parameters include all others. */
function layersBytes({ shape, format }: Weighed, numbers: number): number {
  if (format !== "mxfp4" || shape.experts === null) return numbers * WEIGHT_BYTES[format];
  const others = shape.paramCount - embeddingParamCount(shape) - expertParamCount(shape);
  return others * WEIGHT_BYTES.bf16 + (numbers - others) * WEIGHT_BYTES[format];
}
