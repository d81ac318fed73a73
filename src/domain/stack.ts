import * as z from "zod";

/** Training libraries. `hf` is the Hugging Face Trainer with TRL and PEFT; `nemo` is any Megatron-Core trainer. */
export const Stack = z.enum([
  "hf",
  "axolotl",
  "llama-factory",
  "ms-swift",
  "unsloth",
  "torchtune",
  "torchtitan",
  "litgpt",
  "llm-foundry",
  "automodel",
  "nemo",
  "verl",
]);
export type Stack = z.infer<typeof Stack>;

/** Formats of a frozen quantised base. */
const BASE_FORMATS = ["nf4", "nf4-double", "int8", "gptq", "gptq-int8", "awq"] as const;
type BaseFormat = (typeof BASE_FORMATS)[number];

/** Formats that bitsandbytes produces when it loads a model. */
const BITSANDBYTES: readonly BaseFormat[] = ["nf4", "nf4-double", "int8"];

/** Losses of a run spec. */
type Loss = "sft" | "dpo" | "ipo" | "kto" | "orpo" | "simpo" | "reward" | "grpo" | "ppo";

const ALL_LOSSES: readonly Loss[] = ["sft", "dpo", "ipo", "kto", "orpo", "simpo", "reward", "grpo", "ppo"];

/** Ways to shard state over GPUs. */
type Sharding = "none" | "zero1" | "zero2" | "zero3" | "fsdp";

/** Properties of a library that determine memory, speed or the choice of a fleet. */
export type Library = {
  /** Trains modules of transformers with PEFT adapters; otherwise, the library has models and adapters of its own. */
  onTransformers: boolean;
  /** Libraries with the same memory use beyond what the formulas describe. */
  family: "transformers" | "unsloth" | "pytorch" | "megatron";
  /**
   * Library that distributes a run over GPUs: modules of the library under DDP, FSDP or DeepSpeed; Megatron-Core; or
   * PyTorch's FSDP2.
   */
  engine: "modules" | "megatron" | "fsdp2";
  /** Library that splits matrices, layers, sequences and experts, if the training library supports it. */
  layouts: "none" | "megatron" | "fsdp2";
  hasPipeline: boolean;
  /** Recipes interleave the stages of a pipeline. */
  interleaves: boolean;
  /**
   * If the list includes DeepSpeed's stages, the library supports DeepSpeed; `zero1` of Megatron is its distributed
   * optimizer.
   */
  shardings: readonly Sharding[];
  /** Condition under which trained bf16 weights get an fp32 master copy: always, only if they are sharded, or never. */
  master: "always" | "sharded" | "never";
  /** Gradients of Megatron are also reduced in fp32 in bf16 runs. */
  reducesInFp32: boolean;
  /** Bytes per adapter weight. */
  adapterBytes: 2 | 4;
  /**
   * Logits of a supervised loss: as in transformers; in two bytes; upcast outside the model, keeping the copy; or never
   * materialised in full.
   */
  logits: "transformers" | "two-byte" | "upcast" | "chunked";
  /** Preference losses compute log-probabilities row by row from two-byte logits, without upcasting them. */
  twoBytePreference: boolean;
  /** PEFT's preparation for k-bit training casts norms to fp32: in all versions, in versions until 2026, or never. */
  castsNorms: "always" | "once" | "never";
  /** The embeddings that this preparation casts to fp32 stay in fp32; other libraries cast them back. */
  castsEmbeddings: boolean;
  /** Constants of NF4 are also quantised by default. */
  quantisesConstants: boolean;
  /** Whether fused experts of a bitsandbytes base are quantised: by default, on request, or never. */
  quantisesExperts: "always" | "asked" | "never";
  /** Passes `all-linear` to PEFT, which includes fused experts, instead of a list of the linear layers. */
  namesAllLinear: boolean;
  /** Formats of a frozen base that adapters can be trained on. */
  baseFormats: readonly BaseFormat[];
  /** Supported losses, for full training and for adapters. */
  losses: Readonly<Record<"weights" | "adapters", readonly Loss[]>>;
  /** Supports adapters with a separate magnitude (DoRA). */
  hasDora: boolean;
  /** Trains on raw text, not only on answers. */
  hasPretraining: boolean;
  /** Other names that occur in measurements. */
  names: readonly string[];
};

const TRAINER: Library = {
  onTransformers: true,
  family: "transformers",
  engine: "modules",
  layouts: "fsdp2",
  hasPipeline: false,
  interleaves: false,
  shardings: ["none", "zero1", "zero2", "zero3", "fsdp"],
  master: "sharded",
  reducesInFp32: false,
  adapterBytes: 4,
  logits: "transformers",
  twoBytePreference: false,
  castsNorms: "never",
  castsEmbeddings: false,
  quantisesConstants: false,
  quantisesExperts: "never",
  namesAllLinear: false,
  baseFormats: BASE_FORMATS,
  losses: { weights: ALL_LOSSES, adapters: ALL_LOSSES },
  hasDora: true,
  hasPretraining: true,
  names: [],
};

const TEXTS_ALONE: Library["losses"] = { weights: ["sft"], adapters: ["sft"] };

/** Libraries with their own modules under PyTorch's FSDP. */
const NATIVE: Library = {
  ...TRAINER,
  losses: TEXTS_ALONE,
  hasDora: false,
  onTransformers: false,
  family: "pytorch",
  shardings: ["none", "fsdp"],
  master: "never",
  adapterBytes: 2,
  baseFormats: BITSANDBYTES,
};

/**
 * Properties of every library.
 *
 * @source formats: torchtune has torchao's NF4 alone; litgpt, unsloth and automodel bitsandbytes; axolotl `gptq` and no
 *   AWQ. Preference losses: trl 1.16 `selective_log_softmax`, which axolotl's and ms-swift's trainers inherit or
 *   import;
 *   LLaMA-Factory's `concatenated_forward` upcasts. Shardings and layouts: documentation of each; the HF Trainer and
 *   what is built on it take DeepSpeed or FSDP, and
 *   open-source Unsloth copies the model to each GPU. Masters: accelerate upcasts trained weights under FSDP, verl and
 *   LLM Foundry load them so, torchtitan's `mixed_precision_param`. Adapters and losses: training-model.md §1.2, §1.4.
 *   Norms: TRL 1.16 calls `prepare_model_for_kbit_training` no more, ms-swift does, axolotl casts them back,
 *   LLaMA-Factory
 *   casts them if `upcast_layernorm` asks for it. Constants: `bnb_4bit_use_double_quant` of axolotl, ms-swift and
 *   Unsloth and `double_quantization` of LLaMA-Factory are on by default; torchao's NF4 has no other form. Gradients:
 *   Megatron-LM's `accumulate_allreduce_grads_in_fp32`, which bf16 sets and ms-swift passes on; verl's DDP
 *   configuration.
 *   Losses, 25 November 2026: TRL's trainers and its `experimental` ones; axolotl `RLType` and `reward_model`;
 *   LLaMA-Factory `stage` and `pref_loss`; ms-swift `rlhf_type`; Unsloth patches every trainer of TRL; recipes of
 *   torchtune (DPO with both, PPO and GRPO of all weights; IPO and SimPO are gone from `rlhf/loss`); NeMo-RL 0.8 (its
 *   LoRA
 *   page: SFT, DPO and GRPO); verl's trainers are SFT and reinforcement: offline DPO is an open request, issue 2661.
 *   DoRA: PEFT, torchtune, AutoModel, Megatron-Bridge, verl's `lora.type` with Megatron; torchtitan's converter (pull
 *   request 3264) and litgpt have plain LoRA. Experts: unsloth-zoo `temporary_patches/moe_bnb.py` and `gpt_oss.py`
 *   (ce232d6cef; gpt-oss since August 2025, others since pull request 527 of June 2026); axolotl
 *   `quantize_moe_experts`;
 *   scripts by bitsandbytes' `replace_parameter_4bit` (0.48). verl has no 4-bit base: docs/advance/ppo_lora.rst
 */
export const STACKS: Readonly<Record<Stack, Library>> = {
  hf: {
    ...TRAINER,
    twoBytePreference: true,
    castsNorms: "once",
    quantisesExperts: "asked",
    namesAllLinear: true,
    names: ["hf-trl", "hf-peft", "hf-script", "fsdp-qlora", "agilerl"],
  },
  axolotl: {
    ...TRAINER,
    baseFormats: [...BITSANDBYTES, "gptq"],
    twoBytePreference: true,
    quantisesConstants: true,
    quantisesExperts: "asked",
    losses: { weights: without("ppo"), adapters: without("ppo") },
  },
  "llama-factory": {
    ...TRAINER,
    quantisesConstants: true,
    losses: { weights: without("grpo"), adapters: without("grpo") },
  },
  "ms-swift": {
    ...TRAINER,
    layouts: "megatron",
    hasPipeline: true,
    reducesInFp32: true,
    logits: "upcast",
    twoBytePreference: true,
    castsNorms: "always",
    castsEmbeddings: true,
    quantisesConstants: true,
  },
  unsloth: {
    ...TRAINER,
    baseFormats: BITSANDBYTES,
    family: "unsloth",
    layouts: "none",
    shardings: ["none"],
    master: "never",
    logits: "chunked",
    quantisesConstants: true,
    quantisesExperts: "always",
  },
  torchtune: {
    ...NATIVE,
    baseFormats: ["nf4", "nf4-double"],
    quantisesConstants: true,
    losses: { weights: ["sft", "dpo", "ppo", "grpo"], adapters: ["sft", "dpo"] },
    hasDora: true,
  },
  torchtitan: {
    ...NATIVE,
    engine: "fsdp2",
    hasPipeline: true,
    master: "always",
    logits: "upcast",
    baseFormats: [],
  },
  litgpt: { ...NATIVE, layouts: "none", logits: "two-byte" },
  "llm-foundry": {
    ...NATIVE,
    layouts: "none",
    master: "sharded",
    logits: "two-byte",
    baseFormats: [],
    hasDora: true,
  },
  automodel: {
    ...NATIVE,
    hasPipeline: true,
    interleaves: true,
    logits: "upcast",
    hasDora: true,
    names: ["nemo-automodel"],
  },
  nemo: {
    ...NATIVE,
    family: "megatron",
    engine: "megatron",
    layouts: "megatron",
    hasPipeline: true,
    interleaves: true,
    shardings: ["none", "zero1"],
    logits: "two-byte",
    baseFormats: [],
    losses: { weights: ["sft", "dpo", "reward", "grpo", "ppo"], adapters: ["sft", "dpo", "grpo"] },
    hasDora: true,
    names: ["megatron-bridge", "nemo-rl"],
  },
  verl: {
    ...TRAINER,
    baseFormats: [],
    layouts: "megatron",
    hasPipeline: true,
    shardings: ["none", "fsdp"],
    reducesInFp32: true,
    losses: { weights: ["sft", "grpo", "ppo"], adapters: ["sft", "grpo", "ppo"] },
    hasPretraining: false,
  },
};

function without(loss: Loss): Loss[] {
  return ALL_LOSSES.filter((entry) => entry !== loss);
}
