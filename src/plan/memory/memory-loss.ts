import type { MemoryLine } from "../../domain/memory-plan.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { familyTraits } from "../layout/family-traits.ts";
import { activeMlpWidth, keyWidth } from "../layout/model-parts.ts";
import { CHUNKED_BYTES_PER_HIDDEN, LOGIT_BYTES } from "./memory-formats.ts";
import { asksReferenceLast, line, type Rank, streamTokens, whole } from "./memory-line.ts";

/**
 * Logits and the copies that the loss makes of them. A chunked loss holds one chunk and the gradient of its input;
 * GRPO's holds a tile of at most 64 Mi logits in two and four bytes.
 * @source training-model.md §1.4; AgileRL PR #635: chunks of 256 MiB in fp32, traced with their two-byte half
 */
export function lossLine(rank: Rank): MemoryLine {
  const { shape, spec, facts, layout } = rank;
  const T = rank.isLast ? streamTokens(rank) : 0;
  const isRl = OBJECTIVES[spec.objective].row === "prompt";
  const [h, V] = [shape.hidden, shape.vocab];
  const tile = 6 * Math.min(T * V, 2 ** 26);
  const perLogit = bytesPerLogit(rank);
  if (perLogit !== null)
    return line(
      "logits",
      "logits and loss",
      T * (perLogit * V + 6 * h),
      `${whole(T)} tokens × (${perLogit} B × ${V} vocabulary + 6 × ${h})`,
      ["loss"],
    );
  // The head's gradient is accumulated over the chunks, in addition to a copy for one chunk.
  const head = facts.trainsBase && rank.isLast ? (4 * V * h) / layout.tensor : 0;
  const fused = LOGIT_BYTES[spec.objective === "sft" ? "sft" : "dpo"].fused;
  const chunked = Math.min(CHUNKED_BYTES_PER_HIDDEN * h * T + head, T * (fused * V + 6 * h));
  return line(
    "logits",
    "chunk of logits and loss",
    isRl ? tile + 6 * h * T : chunked,
    isRl
      ? `6 B × ${whole(tile / 6)} logits + 6 B × ${h} × ${whole(T)} tokens`
      : `${CHUNKED_BYTES_PER_HIDDEN} B × ${h} × ${whole(T)} tokens${head > 0 ? ` + ${whole(head)} B of the head` : ""}`,
    ["loss"],
  );
}

/**
 * Bytes per logit of Megatron's vocabulary-parallel loss: bf16 logits, their fp32 copy and its exponentials.
 * @source megatron/core/tensor_parallel/cross_entropy.py
 */
const MEGATRON_LOGIT_BYTES = 10;

function bytesPerLogit({ shape, spec, facts, engine }: Rank): number | null {
  const isScalar = OBJECTIVES[spec.objective].isScalarHead;
  if (engine === "megatron" && spec.lossPath === "unfused" && !isScalar) return MEGATRON_LOGIT_BYTES;
  // With a single row, its log-softmax, that of the batch and the gradient are live at the same time.
  const isOneRow = facts.logitBytes === LOGIT_BYTES.dpo.unfused && spec.batchSequences * facts.rowsPerSequence === 1;
  if (isOneRow) return LOGIT_BYTES.dpo.unfused + 2;
  // Capping the logits keeps the tanh in two bytes.
  return facts.logitBytes === null || isScalar || !familyTraits(shape).capsLogits
    ? facts.logitBytes
    : facts.logitBytes + 2;
}

/**
 * The pass without gradients that computes the log-probabilities of a reference or of the sampling policy: one layer's
 * working set and the logits in two and four bytes, or only in two if the loss accepts that. If the policy has run
 * before, its log-softmax is held in addition.
 * @source AgileRL PR #635: live tensors of its no-gradient pass: four of the hidden width, q, k, v and three of the
 *   MLP's
 */
export function logprobLine(rank: Rank): MemoryLine {
  const { shape, spec, facts } = rank;
  const T = streamTokens(rank);
  const wide = shape.heads * shape.headDim + 2 * keyWidth(shape) + 3 * activeMlpWidth(shape);
  const all = T * shape.vocab;
  const logits = !rank.isLast ? 0 : facts.logitBytes === null ? Math.min(all, 2 ** 26) : all;
  const { hasReference, row } = OBJECTIVES[spec.objective];
  const isTwoBytes = facts.logitBytes === LOGIT_BYTES.dpo.unfused || (facts.logitBytes === null && row !== "prompt");
  // Two-byte logits are processed row by row, each with its log-softmax; the policy's logits wait for its loss in the
  // same bytes.
  const rows = spec.batchSequences * facts.rowsPerSequence;
  const capped = facts.logitBytes !== null && familyTraits(shape).capsLogits ? 2 : 0;
  const policy = facts.logitBytes !== null && asksReferenceLast(rank) ? (isTwoBytes ? 2 : 4) + capped : 0;
  const value = isTwoBytes ? 2 + Math.max(capped, facts.logitBytes === null ? 0 : 2 / rows) : 6 + capped;
  const layer = 2 * (4 * shape.hidden + wide);
  // In TRL no layer is active any more when the logits are computed, but the tokens' hidden states are still held.
  const isAfter = row !== "prompt" && value * logits > (layer - 4 * shape.hidden) * T;
  const perToken = isAfter ? 4 * shape.hidden : layer;
  const ofLogits = (isAfter || row === "prompt" ? value : 0) + policy;
  const isThere = (hasReference && spec.reference !== "precomputed" && spec.reference !== "none") || row === "prompt";
  return line(
    "logprobs",
    "pass for log-probabilities",
    isThere ? perToken * T + ofLogits * logits : 0,
    `${whole(perToken)} B × ${whole(T)} tokens + ${Number(ofLogits.toFixed(2))} B × ${whole(logits)} logits`,
    ["logprob"],
  );
}
