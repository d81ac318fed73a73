import type { ModelShape } from "../domain/model-shape.ts";
import type { ArchitectureFlags } from "./architecture.ts";
import type { HybridKind } from "./config-hybrids.ts";

type BiasFlag = "qkvBias" | "outputBias" | "mlpBias" | "headBias" | "routerBias";

/**
 * Properties that a `model_type` of Hugging Face transformers defines in code, so that its config.json does not state
 * them.
 */
export type ModelType = {
  mlpKind: ModelShape["mlpKind"];
  /** Value of `tie_word_embeddings` if the file omits it. */
  tied: boolean;
  flags?: Partial<ArchitectureFlags>;
  /** Switches in the file, and the biases enabled by each. */
  biases?: Readonly<Record<string, readonly BiasFlag[]>>;
  /** Switch in the file that enables a norm of queries and keys, and its kind. */
  qkNormSwitch?: readonly [string, "head" | "full"];
  /** `head_dim` if the file omits it and it is not hidden / heads. */
  headDim?: number;
  /** Ratio of local to global layers if the file does not list them. */
  slidingPattern?: string;
  /** Fields of the file for which this reader assumes a value. A different value is reported. */
  expects?: Readonly<Record<string, string | boolean>>;
  /** Mixers that replace attention in some layers. */
  hybrid?: HybridKind;
  /** Global layers have a different head shape, and the last layers may not store keys and values (Gemma 4). */
  hasGlobalHeads?: boolean;
  /** Key of the dense MLP's width if it is not `intermediate_size`. */
  mlpKey?: string;
  /** Every layer of experts has one shared expert as wide as a routed one, which the file does not state. */
  sharesOneExpert?: boolean;
  /** The file specifies a window that is inactive unless `use_sliding_window` is true. */
  windowIsSwitched?: boolean;
};

const ALL_ATTENTION: readonly BiasFlag[] = ["qkvBias", "outputBias"];
const LLAMA_BIASES = { attention_bias: ALL_ATTENTION, mlp_bias: ["mlpBias"] } as const;
const EVERY_BIAS = { qkvBias: true, outputBias: true, mlpBias: true, norm: "ln" } as const;

const llama: ModelType = { mlpKind: "swiglu", tied: false, biases: LLAMA_BIASES };
const qwen2: ModelType = { mlpKind: "swiglu", tied: false, flags: { qkvBias: true }, windowIsSwitched: true };
const qwen3: ModelType = {
  mlpKind: "swiglu",
  tied: false,
  flags: { qkNorm: "head" },
  biases: { attention_bias: ALL_ATTENTION },
  windowIsSwitched: true,
};
const qwen3_5: ModelType = {
  mlpKind: "swiglu",
  tied: false,
  flags: { qkNorm: "head", outputGate: true },
  biases: { attention_bias: ALL_ATTENTION },
  hybrid: "deltanet",
  headDim: 256,
  expects: { attn_output_gate: true },
};
const gemma: ModelType = {
  mlpKind: "geglu",
  tied: true,
  biases: { attention_bias: ALL_ATTENTION },
  headDim: 256,
};
const gemma3: ModelType = { ...gemma, flags: { normsPerLayer: 4, qkNorm: "head" }, slidingPattern: "5:1" };
const olmo2: ModelType = { mlpKind: "swiglu", tied: false, flags: { qkNorm: "full" }, biases: LLAMA_BIASES };
const deepseek: ModelType = { mlpKind: "swiglu", tied: false };
const routed: ModelType = { ...deepseek, flags: { routerBias: true } };
const lightning: ModelType = { mlpKind: "swiglu", tied: false, hybrid: "lightning" };
const granite: ModelType = { mlpKind: "swiglu", tied: true, biases: LLAMA_BIASES };
const cohere: ModelType = {
  mlpKind: "swiglu",
  tied: true,
  flags: { norm: "ln-no-bias", normsPerLayer: 1 },
  biases: { attention_bias: ALL_ATTENTION },
};
const phimoe: ModelType = {
  mlpKind: "swiglu",
  tied: false,
  flags: { norm: "ln" },
  biases: { attention_bias: ALL_ATTENTION, lm_head_bias: ["headBias"] },
};

/**
 * The architectures that `models import` supports, by `model_type`.
 *
 * @source the modelling code of transformers 4.57 and 5.x, with each row confirmed by the published count of a model
 */
export const MODEL_TYPES: Readonly<Record<string, ModelType>> = {
  llama,
  mistral: llama,
  ministral: llama,
  ministral3: llama,
  mixtral: { mlpKind: "swiglu", tied: false },
  smollm3: llama,
  seed_oss: {
    mlpKind: "swiglu",
    tied: false,
    biases: { attention_bias: ["qkvBias"], attention_out_bias: ["outputBias"], mlp_bias: ["mlpBias"] },
  },
  internlm2: { mlpKind: "swiglu", tied: false, biases: { bias: ALL_ATTENTION } },
  internlm3: { mlpKind: "swiglu", tied: false, biases: { qkv_bias: ["qkvBias"], bias: ["outputBias", "mlpBias"] } },
  qwen2,
  // Multimodal models: their text part, which is the chat model of the same release.
  qwen2_vl: qwen2,
  qwen2_vl_text: qwen2,
  qwen2_5_vl: qwen2,
  qwen2_5_vl_text: qwen2,
  qwen2_moe: { ...qwen2, flags: { qkvBias: true, sharedGate: true } },
  qwen3,
  qwen3_moe: qwen3,
  qwen3_vl_text: qwen3,
  qwen3_vl_moe_text: qwen3,
  qwen3_next: {
    mlpKind: "swiglu",
    tied: false,
    flags: { qkNorm: "head", outputGate: true, sharedGate: true },
    biases: { attention_bias: ALL_ATTENTION },
    hybrid: "deltanet",
    headDim: 256,
  },
  qwen3_5_text: qwen3_5,
  qwen3_5_moe_text: { ...qwen3_5, flags: { ...qwen3_5.flags, sharedGate: true } },
  bamba: {
    ...llama,
    hybrid: "mamba2",
    expects: { mamba_conv_bias: true, mamba_proj_bias: false },
  },
  falcon_h1: {
    ...llama,
    hybrid: "falcon-h1",
    expects: { mamba_conv_bias: true, mamba_proj_bias: false, projectors_bias: false },
  },
  jamba: {
    mlpKind: "swiglu",
    tied: false,
    hybrid: "jamba",
    expects: { mamba_conv_bias: true, mamba_proj_bias: false },
  },
  kimi_linear: { ...routed, hybrid: "kimi-delta" },
  minimax: lightning,
  minimax_text_01: lightning,
  minimax_m1: lightning,
  gemma4_text: {
    ...gemma,
    flags: { normsPerLayer: 4, qkNorm: "head" },
    slidingPattern: "5:1",
    hasGlobalHeads: true,
  },
  gemma,
  gemma2: { ...gemma, flags: { normsPerLayer: 4 }, slidingPattern: "1:1" },
  gemma3,
  gemma3_text: gemma3,
  phi: {
    mlpKind: "gelu",
    tied: false,
    flags: { ...EVERY_BIAS, headBias: true, normsPerLayer: 1 },
  },
  phi3: { mlpKind: "swiglu", tied: false },
  phimoe,
  deepseek_v2: deepseek,
  deepseek_v3: routed,
  kimi_k2: routed,
  granite,
  granitemoe: granite,
  granitemoehybrid: {
    ...granite,
    hybrid: "mamba2",
    mlpKey: "shared_intermediate_size",
    expects: { mamba_conv_bias: true, mamba_proj_bias: false },
  },
  nemotron_h: {
    mlpKind: "relu2",
    tied: false,
    biases: { attention_bias: ALL_ATTENTION, mlp_bias: ["mlpBias"] },
    hybrid: "nemotron",
    expects: { use_bias: false, use_conv_bias: true, mamba_proj_bias: false },
  },
  lfm2_moe: {
    mlpKind: "swiglu",
    tied: true,
    flags: { qkNorm: "head" },
    biases: { use_expert_bias: ["routerBias"] },
    hybrid: "short-conv",
    expects: { conv_bias: false },
  },
  llama4_text: { ...llama, sharesOneExpert: true, mlpKey: "intermediate_size_mlp", slidingPattern: "3:1" },
  gpt_oss: {
    mlpKind: "swiglu",
    tied: false,
    flags: { qkvBias: true, outputBias: true, routerBias: true, expertBias: true, sinks: true },
    expects: { attention_bias: true },
    headDim: 64,
    slidingPattern: "1:1",
  },
  olmo: { mlpKind: "swiglu", tied: false, flags: { norm: "none" }, biases: { attention_bias: ALL_ATTENTION } },
  olmo2,
  olmo3: { ...olmo2, slidingPattern: "3:1" },
  olmoe: olmo2,
  glm: { mlpKind: "swiglu", tied: false, biases: { attention_bias: ["qkvBias"] }, headDim: 128 },
  glm4: {
    mlpKind: "swiglu",
    tied: false,
    flags: { normsPerLayer: 4 },
    biases: { attention_bias: ["qkvBias"] },
    headDim: 128,
  },
  glm4_moe: {
    mlpKind: "swiglu",
    tied: false,
    flags: { routerBias: true },
    biases: { attention_bias: ["qkvBias"] },
    qkNormSwitch: ["use_qk_norm", "head"],
    headDim: 128,
  },
  minimax_m2: { mlpKind: "swiglu", tied: false, flags: { routerBias: true }, qkNormSwitch: ["use_qk_norm", "full"] },
  cohere,
  cohere2: { ...cohere, slidingPattern: "3:1" },
  starcoder2: {
    mlpKind: "gelu",
    tied: true,
    flags: EVERY_BIAS,
    expects: { use_bias: true, norm_type: "layer_norm", mlp_type: "default" },
  },
  stablelm: { mlpKind: "swiglu", tied: false, flags: { norm: "ln" }, biases: { use_qkv_bias: ["qkvBias"] } },
  gpt_neox: { mlpKind: "gelu", tied: false, flags: EVERY_BIAS },
  gpt2: { mlpKind: "gelu", tied: true, flags: EVERY_BIAS },
  opt: { mlpKind: "relu", tied: true, flags: EVERY_BIAS, expects: { do_layer_norm_before: true, enable_bias: true } },
  nemotron: { mlpKind: "relu2", tied: false, flags: { norm: "ln" } },
  apertus: {
    mlpKind: "xielu",
    tied: false,
    flags: { qkNorm: "head" },
    expects: { qk_norm: true, post_norm: false },
    biases: { attention_bias: ALL_ATTENTION },
  },
  arcee: { mlpKind: "relu2", tied: false, biases: LLAMA_BIASES },
  exaone4: { mlpKind: "swiglu", tied: false, flags: { qkNorm: "head" }, slidingPattern: "3:1" },
  hunyuan_v1_dense: {
    mlpKind: "swiglu",
    tied: false,
    biases: { attention_bias: ALL_ATTENTION },
    flags: { qkNorm: "head" },
    expects: { use_qk_norm: true },
  },
  ernie4_5: { mlpKind: "swiglu", tied: true },
  ernie4_5_moe: routed,
};
