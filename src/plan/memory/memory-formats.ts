import type { RunSpec } from "../../domain/run-spec.ts";

/**
 * Bytes per parameter of frozen weights, linear layers only: the bits, and the constants of each block of weights.
 *
 * @source NF4: an fp32 constant per 64 weights; with double quantisation 8 bits per 64, and an fp32 constant per 256 of
 *   those (Dettmers et al. 2023, arXiv:2305.14314 §3). In litgpt's tables the two differ by 0.28 GiB at 7B (0.28 by
 *   this). GPTQ and AWQ: a two-byte scale and a 4-bit zero point per 128. bitsandbytes' int8: AgileRL's loads. FP8:
 *   MLPerf v5.0 logs
 */
export const FROZEN_LINEAR_BYTES = {
  bf16: 2,
  nf4: 0.5 + 4 / 64,
  "nf4-double": 0.5 + 1 / 64 + 4 / (64 * 256),
  gptq: 0.5 + 2.5 / 128,
  awq: 0.5 + 2.5 / 128,
  int8: 1.06,
  "gptq-int8": 1 + 3 / 128,
  fp8: 1,
} as const;

/** True if bitsandbytes quantises the weights on loading; GPTQ and AWQ checkpoints are already quantised. */
export function isBitsandbytes({ method, quantisation }: Pick<RunSpec, "method" | "quantisation">): boolean {
  return method === "qlora" && ["nf4", "nf4-double", "int8"].includes(quantisation);
}

/**
 * Bytes per logit by loss path, all copies together. `unfused` is current modelling code: logits and their gradient in
 * two bytes, and two more tensors in four. The code of 2024 shifted a copy and used 14.
 *
 * @source training-model.md §1.4: traced on transformers 5.24 (12); fms-acceleration's tables of 2024 (14, and 8 for a
 * fused Triton cross-entropy); TRL 1.16's preference losses take log-probabilities row by row of two-byte logits
 * (traced: 4, and 6 in ORPO, whose cross-entropy copies the chosen half), those that upcast them have 14, GRPO's 16
 * (Liger's benchmark); linear and loss without an upcast (6) in torchtune, litgpt and NeMo
 */
export const LOGIT_BYTES = {
  sft: { unfused: 12, fused: 8 },
  dpo: { unfused: 4, fused: 4 },
  orpo: { unfused: 6, fused: 6 },
  dpoUpcast: { unfused: 14, fused: 14 },
  grpo: { unfused: 16, fused: 16 },
} as const;
/**
 * Bytes per logit of the modelling code of 2024, which shifts an fp32 copy. @source fms-acceleration's tables of 2024
 */
export const LOGIT_BYTES_2024 = 14;

/** Bytes per logit of a linear layer and a loss without an upcast. @source Liger's benchmark at V = 128,256 */
export const LOGIT_BYTES_WITHOUT_UPCAST = 6;

/**
 * Bytes per logit of Liger's cross-entropy without a fused linear layer: fp32 logits, which its kernel overwrites with
 * their gradient, and the two-byte gradient that this becomes.
 * @source liger_kernel/ops/cross_entropy.py, whose kernel stores the gradient in its input
 */
export const LIGER_LOGIT_BYTES = 6;

/**
 * Bytes per logit under litgpt: two-byte logits and the fp32 copy that Fabric makes of a model's output (`made`), in
 * addition to the fp32 logits of the previous micro-batch, which the loop's variable still holds (`held`); then the
 * fp32 logits and their log-softmax (`loss`).
 * @source litgpt `finetune/lora.py`, `chunked_cross_entropy`; Lightning Fabric `Precision.convert_output`; LoRA of
 * Gemma-2B in its config hub needs 2 GiB more than 6 bytes and one table
 */
export const FABRIC_LOGIT_BYTES = { made: 6, held: 4, loss: 8 } as const;

/**
 * Bytes per token and hidden element of losses that never hold all logits: a chunk of them, and the gradient of their
 * input.
 * @source Liger's benchmark of its fused linear cross-entropy at h = 4,096 (its CSV), read as a slope over tokens
 */
export const CHUNKED_BYTES_PER_HIDDEN = 12;

/**
 * Bytes of optimizer state per trained parameter, given the bytes of a weight. torch's Adam keeps two moments in the
 * weight's own format; bitsandbytes' keeps them in fp32, or in 8 bits with an fp32 constant per 256; Adafactor keeps a
 * row and a column of each matrix; plain SGD keeps nothing.
 *
 * @source torch.optim.AdamW; Dettmers et al. 2022, arXiv:2110.02861; Shazeer and Stern 2018, arXiv:1804.04235
 */
export function optimizerStateBytes(optimizer: RunSpec["optimizer"], weightBytes: number): number {
  if (optimizer === "adamw" || optimizer === "adamw-fused") return 2 * weightBytes;
  if (optimizer === "paged-adamw") return 8;
  return optimizer === "adafactor" || optimizer === "sgd" ? 0 : 2 + 8 / 256;
}

/**
 * Bytes of optimizer state per trained parameter including an fp32 master of the weights, as in DeepSpeed and
 * Megatron's distributed optimizer: 12 for Adam.
 */
export function withMasterBytes(optimizer: RunSpec["optimizer"]): number {
  return 4 + optimizerStateBytes(optimizer, 4);
}

/**
 * True if the state is in CUDA's managed memory, which torch's allocator does not count. @source bitsandbytes, paged
 * optimizers
 */
export function isPaged(optimizer: RunSpec["optimizer"]): boolean {
  return optimizer === "paged-adamw" || optimizer === "paged-adamw-8bit";
}
