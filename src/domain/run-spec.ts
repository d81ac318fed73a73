import * as z from "zod";

import { LIMITS } from "./limits.ts";

/** What is trained in one run and on what. The only definition: CLI flags, JSON and docs derive from it. */
export const RunSpec = z.strictObject({
  model: z.string().min(1).describe("Hub id, alias, or path of a config.json"),
  method: z.enum(["full", "lora", "qlora", "dora", "pretrain"]).default("lora").describe("What is trained"),
  objective: z.enum(["sft", "dpo", "grpo"]).default("sft").describe("Loss: supervised, preference pairs, or rewards"),
  loraRank: z.int().min(1).default(16).describe("Rank of the adapter; unused for full and pretrain"),
  loraTargets: z
    .enum(["attention", "qv", "all-linear"])
    .default("all-linear")
    .describe("Linear layers that get an adapter"),
  sequenceTokens: z
    .int()
    .min(1)
    .max(LIMITS.sequenceTokens)
    .default(2048)
    .describe("Tokens per sequence, padded or packed"),
  batchSequences: z.int().min(1).max(LIMITS.batchSequences).default(4).describe("Sequences per GPU per micro-step"),
  gradAccum: z.int().min(1).max(LIMITS.gradAccum).default(1).describe("Micro-steps per optimizer step"),
  checkpointing: z.boolean().default(true).meta({
    description: "Recompute activations in the backward pass",
    whenOff: "Keep all activations for the backward pass: faster, and several times the memory",
  }),
  precision: z
    .enum(["bf16", "bf16-mixed", "fp8"])
    .default("bf16")
    .describe("bf16 throughout, fp32 master weights, or fp8 matrix products"),
  optimizer: z.enum(["adamw", "adamw-fused", "adamw-8bit", "paged-adamw-8bit"]).default("adamw").describe("Optimizer"),
  lossPath: z
    .enum(["unfused", "fused", "chunked"])
    .default("unfused")
    .describe("fp32 logits of modelling code, a fused kernel, or chunked (Liger, cut cross-entropy)"),
  stack: z
    .enum(["hf", "llm-foundry", "torchtune", "nemo", "unsloth"])
    .default("hf")
    .describe("Training library: it moves speed 3-5x"),
  packing: z.boolean().default(true).meta({
    description: "Sequences are packed full; short padded data is slower",
    whenOff: "Pad each row to the longest of its batch instead of packing rows into full sequences",
  }),
  gpu: z.string().min(1).default("H100-80GB-SXM").describe("GPU id or alias"),
  gpuCount: z.int().min(1).max(LIMITS.gpus).default(1).describe("GPUs of the run"),
  sharding: z
    .enum(["auto", "none", "fsdp", "zero2", "zero3"])
    .default("auto")
    .describe("How state is split over the GPUs; auto: none on one, fsdp on several"),
});
export type RunSpec = z.infer<typeof RunSpec>;

/** A quantity that is not fixed yet; one value three times where it is. */
const Spread = z.strictObject({
  p10: z.number().positive().describe("Low end"),
  p50: z.number().positive().describe("Middle"),
  p90: z.number().positive().describe("High end"),
});

/** What GRPO samples for each prompt: a trained token is one of a sampled answer or of the prompt before it. */
export const Rollouts = z.strictObject({
  groupSize: Spread.describe("Answers sampled per prompt"),
  completionTokens: Spread.describe("Mean tokens of a sampled answer"),
});
export type Rollouts = z.infer<typeof Rollouts>;

/** How much is trained: tokens in all, over epochs and repeated runs. */
export const TrainVolume = z.strictObject({
  rows: z.int().min(1).max(LIMITS.rows).describe("Training rows"),
  meanTokens: z.number().min(1).max(LIMITS.sequenceTokens).describe("Mean tokens per row"),
  epochs: z.number().min(LIMITS.epochs.least).max(LIMITS.epochs.most).default(3).describe("Passes over the data"),
  rollouts: Rollouts.optional().describe("What GRPO samples per prompt, of which its rows hold none"),
});
export type TrainVolume = z.infer<typeof TrainVolume>;
