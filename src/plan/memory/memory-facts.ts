import type { ModelShape } from "../../domain/model-shape.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import { engineOf, layoutOf, type Sharding, shardingOf } from "../layout/layout.ts";
import { adapterParamCount, adaptsExperts, fusesMatrices } from "../layout/model-parts.ts";
import {
  FABRIC_LOGIT_BYTES,
  FROZEN_LINEAR_BYTES,
  isBitsandbytes,
  LOGIT_BYTES,
  LOGIT_BYTES_2024,
  LOGIT_BYTES_WITHOUT_UPCAST,
  optimizerStateBytes,
  withMasterBytes,
} from "./memory-formats.ts";
import { megatronFacts } from "./megatron-facts.ts";

/**
 * Inputs of the memory formulas in addition to the shape, each resolved to a number. They follow from a run spec; a row
 * of measurements (`training-row-facts.ts`) can also state single facts that a spec has no field for, such as GPTQ
 * weights.
 */
export type MemoryFacts = {
  trainsBase: boolean;
  adapterParams: number;
  /** Bytes per parameter of the linear layers and of the others (embeddings, norms). */
  linearWeightBytes: number;
  otherWeightBytes: number;
  /** Bytes per trained parameter: gradient, optimizer state, temporary of the optimizer step. */
  gradientBytes: number;
  optimizerBytes: number;
  optimizerTempBytes: number;
  /** An 8-bit optimizer keeps the state of the input embedding in fp32. */
  wideEmbeddingState: boolean;
  /** Bytes per adapter weight; its gradient has the same size. */
  adapterWeightBytes: number;
  /** Adapters in fp32 create an fp32 copy of the input of each adapted layer. */
  adapterInputCopies: boolean;
  /** Linear layers with an adapter by name, if they are not one of the spec's choices. */
  adapted: readonly string[] | null;
  /** True if both embeddings are fully trained in addition to the adapters. */
  trainedEmbeddings: boolean;
  /** Bytes per element of the residual stream in checkpoints; 0 if they are offloaded to host memory. */
  residualBytes: number;
  /** Bytes per logit, with all copies of the loss; null if they are never all in memory. */
  logitBytes: number | null;
  /**
   * Sequences per unit of the batch: two for preference pairs. One for GRPO: its reference and old policy run without
   * gradients, at a separate instant (two, as in training-model.md §2.4, would double the measured slope).
   */
  rowsPerSequence: number;
  /** A frozen second copy of the base model. */
  referenceCopy: boolean;
  /** A second, frozen adapter. */
  referenceAdapter: boolean;
  /** bf16 copies of fp32 weights that autocast caches. */
  autocastCopyBytes: number;
  sharding: Sharding;
  /** FSDP gathers all weights and keeps them until the end of the step. */
  gathersAll: boolean;
  /** Groups of GPUs that each hold a complete sharded copy, as with HSDP. */
  copies: number;
  /** Groups of layers on different GPUs that run one after the other, as with `device_map`. */
  stages: number;
  /** Attention scores are stored (no flash attention). */
  eagerAttention: boolean;
  /** Norms, gate and rotary embedding run as fused kernels, which store only their inputs. */
  fusedKernels: boolean;
  /** Chunks of layers per stage of an interleaved pipeline. */
  virtualStages: number;
  /** Experts run one after another, as in modelling code before grouped products existed. */
  expertsInLoop: boolean;
  /**
   * The routing weight multiplies each expert's output, which is stored for it; otherwise it multiplies the preceding
   * activation.
   */
  keepsAnswers: boolean;
  /** Fused experts are quantised like the linear layers. */
  quantisedExperts: boolean;
  /** Adapters on the fused experts, merged into a copy of them in each forward. */
  adaptsExperts: boolean;
  /** Queries, keys and values are one matrix. */
  fusedQkv: boolean;
  /** Low-rank adapters, a prefix of trained tokens, or a trained scale and bias of each layer's output. */
  adapterKind: "low-rank" | "prefix" | "scale";
  adapterDropout: boolean;
  /** Every step has the same number of tokens. */
  fixedLengths: boolean;
  /** Selective recomputation recomputes every nth layer completely; 0 if it recomputes single products in each. */
  recomputedEvery: number;
  /**
   * Share of a layer's tensors that selective recomputation by the compiler stores; null if it is not specified as a
   * share.
   */
  memoryBudget: number | null;
  /** Tokens of the previous micro-batch divided by those of the largest, if the training loop still holds its graph. */
  heldBefore: number;
  /** Inference engine on the same GPU: `asleep` if only the training part is requested. */
  rolloutEngine: "none" | "colocated" | "sleeping" | "asleep";
};

/** Stated facts that override those of the spec, and effects of the library's age. */
export type FactOverrides = Partial<MemoryFacts> & Versions;

/**
 * Library versions of a run, if they are not current. In 2023 and 2024, the losses of transformers had shifted fp32
 * logits, and its experts were linear layers. TRL called PEFT's preparation for k-bit training until 2026; other
 * scripts still do.
 */
export type Versions = { era?: "present" | "2024"; preparesKbit?: boolean };

/**
 * Resolves a run spec to the numbers of the memory formulas.
 * @source routing weights: Megatron-Core `TEGroupedMLP` (`weighted_bias_swiglu_impl`), AutoModel `GroupedExpertsDeepEP`
 *   (`expert_activation(output1, permuted_probs)`)
 */
export function memoryFacts(shape: ModelShape, spec: RunSpec, versions: FactOverrides = {}): MemoryFacts {
  const trainsBase = isFull(spec);
  const sharding = shardingOf(spec);
  const { hasReference, isScalarHead, row, sequencesPerRow } = OBJECTIVES[spec.objective];
  const library = STACKS[spec.stack];
  const adapterWeightBytes = adapterBytes(spec, versions);
  const experts = versions.era !== "2024" && adaptsExperts(shape, spec);
  // Spreads come last: an object literal that begins with one takes eighty times as long.
  return {
    trainsBase,
    wideEmbeddingState: library.onTransformers && spec.optimizer.endsWith("8bit") && !sharding.startsWith("zero"),
    adapterParams: adapterParamCount(shape, spec, experts),
    adapterWeightBytes,
    adapterInputCopies: adapterWeightBytes === 4 && spec.stack !== "unsloth",
    adapted: null,
    trainedEmbeddings: false,
    residualBytes: residualBytes(spec, sharding, versions),
    logitBytes: isScalarHead ? 0 : logitBytes(spec, versions),
    rowsPerSequence: sequencesPerRow,
    referenceCopy: hasReference && (spec.reference === "copy" || (spec.reference === "auto" && trainsBase)),
    referenceAdapter: row === "prompt" && !trainsBase && spec.reference === "auto",
    sharding,
    gathersAll: spec.stack === "litgpt" && !trainsBase,
    copies: 1,
    stages: 1,
    eagerAttention: spec.attention === "eager",
    // Liger's chunked loss is part of its kernels; those of torchtune and TRL (its default in 1.16) are not.
    fusedKernels:
      spec.stack === "automodel" ||
      spec.stack === "unsloth" ||
      (spec.lossPath === "chunked" &&
        spec.stack !== "torchtune" &&
        spec.stack !== "torchtitan" &&
        (spec.stack !== "hf" || versions.era === "2024")),
    virtualStages: layoutOf(spec).virtualStages,
    expertsInLoop: spec.stack === "litgpt" || (library.onTransformers && versions.era === "2024"),
    // Grouped experts of Megatron-Core and of AutoModel apply the routing weight in the activation kernel.
    keepsAnswers: engineOf(spec) !== "megatron" && spec.stack !== "automodel",
    quantisedExperts: quantisesExperts(spec),
    adaptsExperts: experts,
    fusedQkv: spec.stack === "litgpt" || fusesMatrices(shape, spec.stack),
    adapterKind: "low-rank",
    adapterDropout: spec.stack === "litgpt",
    fixedLengths: spec.packing,
    recomputedEvery: 0,
    memoryBudget: null,
    heldBefore: heldBefore(spec),
    rolloutEngine: row !== "prompt" || spec.rolloutEngine === "server" ? "none" : spec.rolloutEngine,
    ...weightFacts(spec, sharding, versions),
    ...(engineOf(spec) === "megatron" ? megatronFacts(spec) : {}),
  };
}

/**
 * True if the fused experts of a bitsandbytes base are also quantised: as the run states, otherwise by the library's
 * default.
 */
export function quantisesExperts(spec: RunSpec): boolean {
  if (!isBitsandbytes(spec)) return false;
  if (spec.experts !== "auto") return spec.experts === "quantised";
  return STACKS[spec.stack].quantisesExperts === "always" && spec.quantisation !== "int8";
}

type WeightFacts = Pick<
  MemoryFacts,
  | "linearWeightBytes"
  | "otherWeightBytes"
  | "gradientBytes"
  | "optimizerBytes"
  | "optimizerTempBytes"
  | "autocastCopyBytes"
>;

function weightFacts(spec: RunSpec, sharding: Sharding, versions: Versions): WeightFacts {
  const trainsBase = isFull(spec);
  const { master: kept } = STACKS[spec.stack];
  const deepspeed = sharding.startsWith("zero");
  const master =
    spec.precision === "bf16-mixed" ||
    spec.precision === "fp16" ||
    kept === "always" ||
    (sharding === "fsdp" && kept === "sharded");
  const mixed = spec.precision !== "fp32" && trainsBase && master;
  const trained = mixed || spec.precision === "fp32" ? 4 : 2;
  // DeepSpeed's own estimate: 18 N / n of sharded state. ZeRO-2 has 2 N of complete weights in addition; in ZeRO-3 the
  // weights are part of the 18. ZeRO-1 also keeps the complete two-byte gradients (training-model.md §1.2). In fp32 the
  // two bytes of weights and of gradients are four.
  const low = spec.precision === "fp32" ? 4 : 2;
  const offloaded = spec.offload === "optimizer" || spec.offload === "parameters";
  // ZeRO-2 and ZeRO-3 move gradients to host memory as they reduce them; the same estimate then has 2 N or 2 N / n on
  // the GPU.
  const gradient = deepspeed
    ? { zero1: low, zero2: offloaded ? 0 : 4 + low, zero3: offloaded ? 0 : 2 + low }[
        sharding as "zero1" | "zero2" | "zero3"
      ]
    : trained;
  const weight = deepspeed && trainsBase ? low : trained;
  return {
    linearWeightBytes: trainsBase ? weight : frozenLinearBytes(spec),
    otherWeightBytes: trainsBase ? weight : frozenOtherBytes(spec, versions),
    gradientBytes: gradient,
    optimizerBytes: offloaded
      ? 0
      : deepspeed
        ? withMasterBytes(spec.optimizer)
        : optimizerStateBytes(spec.optimizer, trained),
    optimizerTempBytes: offloaded || deepspeed || spec.optimizer !== "adamw" ? 0 : trained,
    autocastCopyBytes: (mixed || isAutocast(spec)) && sharding === "none" ? 2 : 0,
  };
}

/**
 * True for adapters on an fp32 base, which autocast casts in each forward. Mixed precision does not determine which
 * weights are trained.
 */
function isAutocast({ method, precision }: RunSpec): boolean {
  return precision === "bf16-mixed" && method !== "qlora" && !isFull({ method });
}

function frozenLinearBytes(spec: RunSpec): number {
  const { quantisation } = spec;
  if (spec.method === "qlora")
    return FROZEN_LINEAR_BYTES[
      quantisation === "nf4" && STACKS[spec.stack].quantisesConstants ? "nf4-double" : quantisation
    ];
  if (spec.precision === "fp32" || isAutocast(spec)) return 4;
  return spec.precision === "fp8" && spec.stack === "nemo" ? FROZEN_LINEAR_BYTES.fp8 : FROZEN_LINEAR_BYTES.bf16;
}

/**
 * PEFT's preparation for 4- and 8-bit training casts everything that is not quantised to fp32. TRL casts the embeddings
 * back in bf16 runs; ms-swift does not.
 * @source peft `prepare_model_for_kbit_training`, trl `peft_module_casting_to_bf16`; fms-acceleration's baseline (TRL,
 *   bf16) has no such bytes, ms-swift's NF4 rows have them
 */
function frozenOtherBytes(spec: RunSpec, versions: Versions): number {
  if (spec.precision === "fp32" || isAutocast(spec)) return 4;
  return isPrepared(spec, versions) && (STACKS[spec.stack].castsEmbeddings || spec.precision === "fp16") ? 4 : 2;
}

/** True if PEFT's preparation for k-bit training has cast everything that is not quantised to fp32. */
function isPrepared(spec: RunSpec, { era, preparesKbit = era === "2024" }: Versions): boolean {
  const { castsNorms } = STACKS[spec.stack];
  return isBitsandbytes(spec) && (castsNorms === "always" || (castsNorms === "once" && preparesKbit));
}

/**
 * Bytes per adapter weight. TRL casts the adapters of a bitsandbytes base to two bytes, except in fp16, whose gradient
 * scaler requires fp32. @source TRL 1.16
 */
function adapterBytes(spec: RunSpec, versions: Versions): 2 | 4 {
  const castsAdapters = spec.stack === "hf" && isBitsandbytes(spec) && !isPrepared(spec, versions);
  if (castsAdapters && spec.precision.startsWith("bf16")) return 2;
  return STACKS[spec.stack].adapterBytes;
}

/**
 * litgpt's loop keeps logits and loss in variables until the next forward has run. If rows are padded to different
 * lengths, the micro-batch before the largest is assumed to have half its tokens.
 */
function heldBefore({ stack, packing }: RunSpec): number {
  if (stack !== "litgpt") return 0;
  return packing ? 1 : 0.5;
}

function logitBytes(spec: RunSpec, { era, heldBefore: before = heldBefore(spec) }: FactOverrides): number | null {
  const { objective, lossPath, stack, precision } = spec;
  const { logits, twoBytePreference } = STACKS[stack];
  // torchtune chunks the loss, not the logits: they stay in two bytes, and each chunk's log-softmax is in four.
  if (lossPath === "chunked" && stack === "torchtune") return 6;
  if (lossPath === "chunked" || logits === "chunked") return null;
  const row = OBJECTIVES[objective].row;
  if (objective === "sft" && lossPath === "unfused") {
    // Upcast outside the modelling code: logits in two bytes; their copy, its log-softmax and its gradient in fp32.
    if (logits === "upcast" || (logits === "transformers" && era === "2024")) return LOGIT_BYTES_2024;
    if (stack === "litgpt" && precision !== "fp32")
      return Math.max(FABRIC_LOGIT_BYTES.loss, FABRIC_LOGIT_BYTES.made + FABRIC_LOGIT_BYTES.held * before);
    if (logits === "two-byte" && precision !== "fp32") return LOGIT_BYTES_WITHOUT_UPCAST;
  }
  if (row === "prompt") return LOGIT_BYTES.grpo[lossPath];
  if (row === "text") return LOGIT_BYTES.sft[lossPath];
  const keepsTwoBytes = twoBytePreference && precision === "bf16";
  if (keepsTwoBytes) return LOGIT_BYTES[objective === "orpo" ? "orpo" : "dpo"][lossPath];
  return LOGIT_BYTES.dpoUpcast[lossPath];
}

/**
 * Bytes per element of the residual stream: 4 if norms keep it in fp32. FSDP casts the input of each layer to bf16.
 * @source training-model.md §1.4: fms baseline-peft-bnb 19.25 against 15.25 GiB on one GPU, the same 14.87 GiB on two
 */
function residualBytes(spec: RunSpec, sharding: Sharding, versions: Versions): number {
  if (spec.offload === "activations" || spec.stack === "unsloth") return 0;
  if (spec.precision === "fp32") return 4;
  return isPrepared(spec, versions) && sharding !== "fsdp" ? 4 : 2;
}
