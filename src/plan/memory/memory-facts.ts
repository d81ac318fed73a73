import type { Refusal } from "../../domain/estimate.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { adapterParamCount } from "../model-parts.ts";
import { engineOf, parallelFacts } from "./parallel-facts.ts";

/**
 * What the memory formulas need beyond the shape, each resolved to a number. A run spec resolves to it; somebody
 * else's measurement (`check-training.ts`) can state single facts that a spec has no field for, as GPTQ weights.
 */
export type MemoryFacts = {
  trainsBase: boolean;
  adapterParams: number;
  /** Bytes per parameter of the linear layers and of the rest (embeddings, norms). */
  linearWeightBytes: number;
  otherWeightBytes: number;
  /** Bytes per trained parameter: gradient, optimizer state, temporary of the optimizer step. */
  gradientBytes: number;
  optimizerBytes: number;
  optimizerTempBytes: number;
  /** Bytes per adapter weight; its gradient has as many, its Adam state twice as many. */
  adapterWeightBytes: number;
  /** Bytes per element of the residual stream that checkpoints keep. */
  residualBytes: number;
  /** Bytes per logit, all copies of the loss together. */
  logitBytes: number;
  /**
   * Sequences that one unit of the batch has: two for preference pairs. One for GRPO: its reference and old policy
   * run without gradients, in an instant of their own (two, as training-model.md §2.4 has it, double the measured slope).
   */
  rowsPerSequence: number;
  /** A frozen second copy of the base model. */
  referenceCopy: boolean;
  /** A second, frozen adapter. */
  referenceAdapter: boolean;
  /** bf16 copies of fp32 weights that autocast keeps. */
  autocastCopyBytes: number;
  sharding: "none" | "fsdp" | "zero2" | "zero3" | "distributed optimizer";
  shards: number;
  /** GPUs that split one sequence. */
  contextParallel: number;
  /** Groups of layers on GPUs of their own that work one after the other, as with `device_map`. */
  stages: number;
  /** Chunks of layers per stage of an interleaved pipeline; 1 elsewhere. */
  virtualStages: number;
  /** Attention scores are stored (no flash attention). */
  eagerAttention: boolean;
  /** One matrix yields queries, keys and values. */
  fusedQkv: boolean;
  /** Low-rank adapters, a prefix of trained tokens, or a trained scale and bias of each layer's output. */
  adapterKind: "low-rank" | "prefix" | "scale";
  adapterDropout: boolean;
  /** Every step has the same number of tokens. */
  fixedLengths: boolean;
  /** Inference engine on the same card: `asleep` where it is the training part alone that is asked for. */
  rolloutEngine: "none" | "colocated" | "sleeping" | "asleep";
};

/** Stated facts that replace what the spec resolves to. */
export type FactOverrides = Partial<MemoryFacts>;

/**
 * Bytes per parameter of frozen weights, linear layers only.
 * @source training-model.md §1.3: fms-acceleration base allocations (NF4 0.53, GPTQ 0.515); MLPerf v5.0 logs (FP8 1.0)
 */
export const FROZEN_LINEAR_BYTES = { bf16: 2, nf4: 0.53, gptq: 0.515, int8: 1.06, fp8: 1 } as const;

/**
 * Bytes per logit by loss path.
 * @source training-model.md §1.4: 14 for the fp32 loss of 2024 modelling code (12 when traced on transformers 5.24), 8 for
 *   a fused Triton cross-entropy, 0.4 for chunked losses (Liger csv); 14 and 16 for the reference preference and
 *   GRPO losses, 0.25 for chunked GRPO
 */
export const LOGIT_BYTES = {
  sft: { unfused: 14, fused: 8, chunked: 0.4 },
  dpo: { unfused: 14, fused: 14, chunked: 0.4 },
  grpo: { unfused: 16, fused: 16, chunked: 0.25 },
} as const;

/** Sharding that a spec means by `auto`: none on one GPU, FSDP on several, Megatron's distributed optimizer with nemo. */
export function shardingOf(spec: RunSpec): MemoryFacts["sharding"] {
  if (spec.gpuCount === 1) return "none";
  if (engineOf(spec) === "megatron") return spec.sharding === "none" ? "none" : "distributed optimizer";
  if (spec.sharding === "zero1") return "zero2";
  return spec.sharding === "auto" ? "fsdp" : spec.sharding;
}

/** Resolves a run spec to the numbers of the memory formulas, or refuses it by name. */
export function memoryFacts(shape: ModelShape, spec: RunSpec): MemoryFacts | Refusal {
  const trainsBase = spec.method === "full" || spec.method === "pretrain";
  const sharding = shardingOf(spec);
  const refusal = notCovered(spec, trainsBase);
  if (refusal) return refusal;
  const deepspeed = sharding === "zero2" || sharding === "zero3";
  // Accelerate turns trained weights into an fp32 master under FSDP also where the model was loaded in bf16.
  const mixed = spec.precision === "bf16-mixed" || (trainsBase && spec.stack === "hf" && sharding === "fsdp");
  const adapterParams = adapterParamCount(shape, spec);
  const frozenLinear =
    spec.method === "qlora"
      ? FROZEN_LINEAR_BYTES.nf4
      : spec.precision === "fp8" && spec.stack === "nemo" && !trainsBase
        ? FROZEN_LINEAR_BYTES.fp8
        : FROZEN_LINEAR_BYTES.bf16;
  // DeepSpeed's own estimate: 18 N / n of sharded state; ZeRO-2 has 2 N of whole weights beside it, in ZeRO-3 the
  // weights are among the 18 (training-model.md §1.2).
  const deepspeedGradient = sharding === "zero2" ? 6 : 4;
  return {
    trainsBase,
    adapterParams,
    linearWeightBytes: trainsBase && mixed && !deepspeed ? 4 : trainsBase ? 2 : frozenLinear,
    otherWeightBytes: trainsBase && mixed && !deepspeed ? 4 : 2,
    gradientBytes: deepspeed ? deepspeedGradient : mixed ? 4 : 2,
    optimizerBytes: deepspeed ? 12 : adamBytes(spec, mixed ? 8 : 4),
    optimizerTempBytes: deepspeed || spec.optimizer !== "adamw" ? 0 : mixed ? 4 : 2,
    adapterWeightBytes: spec.stack === "hf" ? 4 : 2,
    residualBytes: residualBytes(spec, sharding),
    logitBytes:
      LOGIT_BYTES[OBJECTIVES[spec.objective].row === "prompt" ? "grpo" : spec.objective === "sft" ? "sft" : "dpo"][
        spec.lossPath
      ],
    rowsPerSequence: OBJECTIVES[spec.objective].sequencesPerRow,
    referenceCopy: OBJECTIVES[spec.objective].hasReference && trainsBase,
    referenceAdapter: spec.objective === "grpo" && !trainsBase,
    autocastCopyBytes: trainsBase && mixed && sharding === "none" ? 2 : 0,
    sharding,
    shards: sharding === "none" ? 1 : spec.gpuCount,
    contextParallel: 1,
    stages: 1,
    virtualStages: 1,
    eagerAttention: spec.attention === "eager",
    fusedQkv: spec.stack === "litgpt",
    adapterKind: "low-rank",
    adapterDropout: spec.stack === "litgpt",
    fixedLengths: spec.packing,
    rolloutEngine: rolloutEngineOf(spec),
    ...parallelFacts(spec),
  };
}

/**
 * Bytes per element of the residual stream: 4 where norms keep it in fp32. FSDP casts the input of each layer to bf16.
 * @source training-model.md §1.4: fms baseline-peft-bnb 19.25 against 15.25 GiB on one GPU, the same 14.87 GiB on two
 */
function residualBytes(spec: RunSpec, sharding: MemoryFacts["sharding"]): number {
  if (spec.stack !== "hf") return 2;
  return spec.method === "qlora" && sharding !== "fsdp" ? 4 : 2; // prepare_model_for_kbit_training casts the norms to fp32
}

/** Where a run samples on the GPU that it trains on; `none` for a run that does not, or samples elsewhere. */
function rolloutEngineOf({ objective, rolloutEngine }: RunSpec): MemoryFacts["rolloutEngine"] {
  return OBJECTIVES[objective].row !== "prompt" || rolloutEngine === "server" ? "none" : rolloutEngine;
}

function adamBytes(spec: RunSpec, plain: number): number {
  return spec.optimizer === "adamw-8bit" || spec.optimizer === "paged-adamw-8bit" ? 2 : plain;
}

function notCovered(spec: RunSpec, trainsBase: boolean): Refusal | undefined {
  if (spec.precision === "fp8" && engineOf(spec) === "modules") {
    return {
      refused: `no formula of fp8 ${spec.method} on the ${spec.stack} stack: only nemo and torchtitan have one`,
      hint: "estimate it with precision bf16: fp8 matrix products leave weights and checkpoints as they are",
    };
  }
  if (spec.stack === "unsloth") {
    return {
      refused: "Unsloth moves checkpoints to the CPU and has its own kernels: no measured run calibrates its memory",
      hint: "estimate it with stack hf and loss path chunked for an upper bound",
    };
  }
  return undefined;
}
