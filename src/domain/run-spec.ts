import * as z from "zod";

import { LIMITS } from "./limits.ts";
import { Stack } from "./stack.ts";
import { DEFAULT_GPU } from "./default-gpu.ts";

/**
 * Model, data and hardware of one training run. This is the only definition: CLI flags, JSON and docs are derived from
 * it.
 */
export const RunSpec = z.strictObject({
  model: z.string().min(1).describe("Hub id, alias, or path of a config.json"),
  method: z
    .enum(["full", "lora", "rslora", "qlora", "dora", "pretrain"])
    .default("lora")
    .describe("What is trained; rslora scales the adapter differently and costs as much as lora"),
  quantisation: z
    .enum(["nf4", "nf4-double", "int8", "gptq", "gptq-int8", "awq"])
    .default("nf4")
    .describe(
      "Format of the frozen base model of qlora; nf4-double also quantises the constants, which some libraries always do",
    ),
  experts: z
    .enum(["auto", "quantised", "two-bytes"])
    .default("auto")
    .describe("Whether bitsandbytes quantises fused experts of a qlora base; auto: the library's default"),
  objective: z
    .enum(["sft", "dpo", "ipo", "kto", "orpo", "simpo", "reward", "grpo", "ppo"])
    .default("sft")
    .describe("Loss: supervised, preference pairs, a reward model, or reinforcement (grpo also covers RLVR)"),
  reference: z
    .enum(["auto", "adapter-off", "copy", "precomputed", "none"])
    .default("auto")
    .describe(
      "Reference policy. auto: the base without the adapter; a second copy if all weights are trained; none if the loss needs none",
    ),
  rolloutEngine: z
    .enum(["server", "colocated", "sleeping"])
    .default("sleeping")
    .describe("Where grpo and ppo sample: on other GPUs, on the same GPUs, or on the same with sleep mode"),
  rolloutMemoryShare: z
    .number()
    .min(0.05)
    .max(0.95)
    .default(0.3)
    .describe("Share of GPU memory for a colocated engine, like vLLM's gpu_memory_utilization"),
  loraRank: z.int().min(1).default(16).describe("Rank of the adapter; not used for full and pretrain"),
  loraTargets: z
    .enum(["attention", "qv", "all-linear"])
    .default("all-linear")
    .describe("Linear layers with an adapter"),
  sequenceTokens: z
    .int()
    .min(1)
    .max(LIMITS.sequenceTokens)
    .default(2048)
    .describe("Tokens per sequence, padded or packed"),
  batchSequences: z.int().min(1).max(LIMITS.batchSequences).default(4).describe("Sequences per GPU per micro-step"),
  gradAccum: z.int().min(1).max(LIMITS.gradAccum).default(1).describe("Micro-steps per optimizer step"),
  checkpointing: z
    .enum(["full", "selective", "none"])
    .default("full")
    .describe("Activations recomputed in the backward pass: complete layers, attention only, or none"),
  attention: z
    .enum(["flash", "sdpa", "eager"])
    .default("flash")
    .describe("Attention kernel; eager stores the scores of all pairs of tokens"),
  precision: z
    .enum(["bf16", "bf16-mixed", "fp16", "fp32", "fp8", "nvfp4"])
    .default("bf16")
    .describe("bf16 throughout, fp32 master weights, or matrix products in lower precision"),
  optimizer: z
    .enum(["adamw", "adamw-fused", "adamw-8bit", "paged-adamw", "paged-adamw-8bit", "adafactor", "sgd"])
    .default("adamw")
    .describe("Optimizer"),
  offload: z
    .enum(["none", "optimizer", "parameters", "activations"])
    .default("none")
    .describe("What is offloaded to host memory: optimizer state, optimizer state and weights, or checkpoints"),
  lossPath: z
    .enum(["unfused", "fused", "chunked"])
    .default("unfused")
    .describe(
      "Loss implementation: fp32 logits of the modelling code, a fused kernel, or chunked (Liger, cut cross-entropy)",
    ),
  stack: Stack.default("hf").describe("Training library; it changes speed by a factor of 3-5"),
  packing: z.boolean().default(true).meta({
    description: "Sequences are packed; short padded data is slower",
    whenOff: "Pad each row to the longest of its batch instead of packing rows into full sequences",
  }),
  gpu: z.string().min(1).default(DEFAULT_GPU).describe("GPU id or alias"),
  gpuCount: z.int().min(1).max(LIMITS.gpus).default(1).describe("GPUs of the run"),
  sharding: z
    .enum(["auto", "none", "fsdp", "zero1", "zero2", "zero3"])
    .default("auto")
    .describe(
      "How state is split over the GPUs. auto: none on one GPU, fsdp on several, the distributed optimizer for nemo",
    ),
  tensorParallel: z.int().min(1).max(64).default(1).describe("GPUs that split each matrix (Megatron layouts)"),
  pipelineParallel: z.int().min(1).max(64).default(1).describe("Pipeline stages: groups of layers on different GPUs"),
  contextParallel: z.int().min(1).max(64).default(1).describe("GPUs that split each sequence"),
  expertParallel: z.int().min(1).max(256).default(1).describe("GPUs that split the experts of a layer"),
});
export type RunSpec = z.infer<typeof RunSpec>;

/** True if the weights of the base model are trained. */
export function isFull({ method }: Pick<RunSpec, "method">): boolean {
  return method === "full" || method === "pretrain";
}

/** A quantity that is not yet fixed. A fixed one has the same value three times. */
const Spread = z.strictObject({
  p10: z.number().positive().describe("Low end"),
  p50: z.number().positive().describe("Middle"),
  p90: z.number().positive().describe("High end"),
});

/** GRPO sampling per prompt. A trained token belongs to a sampled answer or to the prompt before it. */
export const Rollouts = z.strictObject({
  groupSize: Spread.describe("Answers sampled per prompt"),
  completionTokens: Spread.describe("Mean tokens of a sampled answer"),
  stepShare: Spread.optional().describe("Share of a step spent sampling answers; default: a published value"),
  outputTokensPerSecPerGpu: z
    .number()
    .positive()
    .optional()
    .describe("Measured sampled tokens per second and GPU of the engine; default: a published share of the step"),
  isAsync: z
    .boolean()
    .optional()
    .describe("Sample the next answers while training on the previous ones; default: one after the other"),
});
export type Rollouts = z.infer<typeof Rollouts>;

/** Rows in a range of lengths, as profiled by `data inspect`. */
export const LengthBucket = z.strictObject({
  fromTokens: z.number().min(0).describe("Shortest"),
  toTokens: z.number().min(0).describe("Longest"),
  rows: z.number().min(0).describe("Rows, evenly spread over the range"),
});
export type LengthBucket = z.infer<typeof LengthBucket>;

/** Training volume: total tokens, over epochs and repeated runs. */
export const TrainVolume = z.strictObject({
  rows: z.int().min(1).max(LIMITS.rows).describe("Training rows"),
  meanTokens: z.number().min(1).max(LIMITS.sequenceTokens).describe("Mean tokens per row"),
  epochs: z.number().min(LIMITS.epochs.least).max(LIMITS.epochs.most).default(3).describe("Passes over the data"),
  rollouts: Rollouts.optional().describe("Tokens that GRPO samples per prompt, in addition to its rows"),
  lengths: z
    .array(LengthBucket)
    .min(1)
    .optional()
    .describe("Rows by length, ascending and without overlap; determines padding of batches and filling of packs"),
  isGroupedByLength: z.boolean().optional().describe("Batches contain rows of similar length (group_by_length)"),
  evaluationRows: z.int().min(0).max(LIMITS.rows).optional().describe("Held-out rows per evaluation during the run"),
  evaluations: z
    .int()
    .min(0)
    .max(LIMITS.rows)
    .optional()
    .describe("Evaluations during the run; default: one per epoch"),
  checkpoints: z
    .int()
    .min(0)
    .max(LIMITS.rows)
    .optional()
    .describe("Checkpoints during the run; default: one per epoch"),
});
export type TrainVolume = z.infer<typeof TrainVolume>;
