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

/** Those that bitsandbytes makes of a model as it is loaded. */
const BITSANDBYTES: readonly BaseFormat[] = ["nf4", "nf4-double", "int8"];

/** How state can be split over GPUs. */
type Sharding = "none" | "zero1" | "zero2" | "zero3" | "fsdp";

/** What a library does and has that memory, speed or the choice of a fleet depend on. */
export type Library = {
  /** Trains transformers' modules with PEFT's adapters; else models and adapters of its own. */
  onTransformers: boolean;
  /** Libraries whose memory is alike beyond what the formulas say. */
  family: "transformers" | "unsloth" | "pytorch" | "megatron";
  /** Who splits a run over GPUs: the library's modules under DDP, FSDP or DeepSpeed, Megatron-Core, or PyTorch's FSDP2. */
  engine: "modules" | "megatron" | "fsdp2";
  /** Who splits matrices, layers, sequences and experts, where the library has such layouts. */
  layouts: "none" | "megatron" | "fsdp2";
  hasPipeline: boolean;
  /** Recipes interleave the stages of a pipeline. */
  interleaves: boolean;
  /** Where DeepSpeed's are among them the library has DeepSpeed; `zero1` of Megatron is its distributed optimizer. */
  shardings: readonly Sharding[];
  /** Trained weights that were loaded in bf16 get an fp32 master: on one GPU too, where they are sharded, or never. */
  master: "always" | "sharded" | "never";
  /** Megatron's gradients are reduced in fp32 in bf16 runs too. */
  reducesInFp32: boolean;
  /** Bytes of an adapter's weight. */
  adapterBytes: 2 | 4;
  /**
   * Logits of a supervised loss: as transformers makes them; in two bytes; upcast outside the model, with the copy kept;
   * or never all there.
   */
  logits: "transformers" | "two-byte" | "upcast" | "chunked";
  /** Preference losses take log-probabilities row by row of two-byte logits, and upcast none of them. */
  twoBytePreference: boolean;
  /** PEFT's preparation for k-bit training casts norms to fp32: in all versions, in those until 2026, or in none. */
  castsNorms: "always" | "once" | "never";
  /** The same preparation's fp32 embeddings stay; others cast them back. */
  castsEmbeddings: boolean;
  /** Constants of NF4 are quantised too unless somebody says otherwise. */
  quantisesConstants: boolean;
  /** Formats of a frozen base that it trains adapters on. */
  baseFormats: readonly BaseFormat[];
  /** Has losses beside the supervised one: preferences, rewards, reinforcement. */
  hasPreferences: boolean;
  /** What measurements call it beside its name here. */
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
  baseFormats: BASE_FORMATS,
  hasPreferences: true,
  names: [],
};

/** Libraries with modules of their own under PyTorch's FSDP. */
const NATIVE: Library = {
  ...TRAINER,
  onTransformers: false,
  family: "pytorch",
  shardings: ["none", "fsdp"],
  master: "never",
  adapterBytes: 2,
  baseFormats: BITSANDBYTES,
};

/**
 * Every library by what it does.
 *
 * @source formats: torchtune has torchao's NF4 alone; litgpt, unsloth, automodel and verl bitsandbytes; axolotl `gptq` and no
 *   AWQ. Preference losses: trl 1.16 `selective_log_softmax`, which axolotl's and ms-swift's trainers inherit or import;
 *   LLaMA-Factory's `concatenated_forward` upcasts. Shardings and layouts: documentation of each; the HF Trainer and what is built on it take DeepSpeed or FSDP, and
 *   open-source Unsloth copies the model to each GPU. Masters: accelerate upcasts trained weights under FSDP, verl and
 *   LLM Foundry load them so, torchtitan's `mixed_precision_param`. Adapters and losses: training-model.md §1.2, §1.4.
 *   Norms: TRL 1.16 calls `prepare_model_for_kbit_training` no more, ms-swift does, axolotl casts them back, LLaMA-Factory
 *   casts them where `upcast_layernorm` asks for it. Constants: `bnb_4bit_use_double_quant` of axolotl, ms-swift and
 *   Unsloth and `double_quantization` of LLaMA-Factory are on by default; torchao's NF4 has no other form. Gradients:
 *   Megatron-LM's `accumulate_allreduce_grads_in_fp32`, which bf16 sets and ms-swift passes on; verl's DDP configuration
 */
export const STACKS: Readonly<Record<Stack, Library>> = {
  hf: {
    ...TRAINER,
    twoBytePreference: true,
    castsNorms: "once",
    names: ["hf-trl", "hf-peft", "hf-script", "fsdp-qlora", "agilerl"],
  },
  axolotl: { ...TRAINER, baseFormats: [...BITSANDBYTES, "gptq"], twoBytePreference: true, quantisesConstants: true },
  "llama-factory": { ...TRAINER, quantisesConstants: true },
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
  },
  torchtune: { ...NATIVE, baseFormats: ["nf4", "nf4-double"], quantisesConstants: true },
  torchtitan: {
    ...NATIVE,
    engine: "fsdp2",
    hasPipeline: true,
    master: "always",
    logits: "upcast",
    baseFormats: [],
    hasPreferences: false,
  },
  litgpt: { ...NATIVE, layouts: "none", logits: "two-byte", hasPreferences: false },
  "llm-foundry": {
    ...NATIVE,
    layouts: "none",
    master: "sharded",
    logits: "two-byte",
    baseFormats: [],
    hasPreferences: false,
  },
  automodel: {
    ...NATIVE,
    hasPipeline: true,
    interleaves: true,
    logits: "upcast",
    hasPreferences: false,
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
    names: ["megatron-bridge", "nemo-rl"],
  },
  verl: {
    ...TRAINER,
    baseFormats: BITSANDBYTES,
    layouts: "megatron",
    hasPipeline: true,
    shardings: ["none", "fsdp"],
    reducesInFp32: true,
  },
};
