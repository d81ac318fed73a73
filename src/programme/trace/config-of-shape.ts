import type { ArchitectureFlags } from "../../catalog/architecture.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { ModelShape } from "../../domain/model-shape.ts";

/** A catalogue row as input of a configuration. */
type Known = { shape: ModelShape; flags: ArchitectureFlags };

/** Fields of a config.json. */
export type ConfigFields = Readonly<Record<string, unknown>>;

/** Families whose class does not follow from the shape, by the start of their name. */
const FAMILIES: readonly [family: RegExp, modelType: (known: Known) => string][] = [
  [/^Gemma 1|^CodeGemma/, () => "gemma"],
  [/^Gemma 2/, () => "gemma2"],
  [/^Gemma 3$/, () => "gemma3_text"],
  [/^Phi/, ({ shape, flags }) => (flags.mlpBias ? "phi" : shape.experts ? "phimoe" : "phi3")],
  [/^(?:Mistral|Zephyr)/, ({ shape }) => (shape.experts ? "mixtral" : "mistral")],
  [/^OLMo 1/, () => "olmo"],
  [/^OLMo 2/, () => "olmo2"],
  [/^OLMo 3/, () => "olmo3"],
  [/^OLMoE/, () => "olmoe"],
  [/^gpt-oss/, () => "gpt_oss"],
  [/^(?:DeepSeek|Kimi)$/, ({ flags }) => (flags.routerBias ? "deepseek_v3" : "deepseek_v2")],
  [/^GPT-2/, () => "gpt2"],
  [/^OPT/, () => "opt"],
  [/^(?:Pythia|GPT-NeoX)/, () => "gpt_neox"],
  [/^StarCoder/, ({ flags }) => (flags.positions > 0 ? "gpt_bigcode" : "starcoder2")],
  [/^(?:Granite|PowerLM)/, ({ shape, flags }) => (shape.experts ? "granitemoe" : flags.qkvBias ? "llama" : "granite")],
  [/^Command/, ({ shape }) => (shape.slidingWindow === null ? "cohere" : "cohere2")],
  [/^Hunyuan/, () => "hunyuan_v1_dense"],
  [/^EXAONE/, () => "exaone4"],
];

/** Fields whose name in one class differs from the usual one. */
const FIELDS: Readonly<Record<string, (shape: ModelShape) => ConfigFields>> = {
  gpt2: gptFields,
  gpt_bigcode: (shape) => ({ ...gptFields(shape), multi_query: shape.kvHeads === 1 }),
  opt: (shape) => ({ ffn_dim: shape.mlp, word_embed_proj_dim: shape.hidden, max_position_embeddings: 2048 }),
  phi3: () => ({ pad_token_id: 0, rope_scaling: null }),
  gpt_oss: () => ({ attention_bias: true }),
};

/**
 * A transformers configuration with the shape of a catalogue model, for a model without a local config.json. It sets
 * every width that memory depends on; other settings of a config.json (rope scaling, initialisers) do not affect
 * memory.
 *
 * @returns fields of a config.json, or a refusal if the architecture has parts that none of the known classes has
 */
export function configOfShape(known: Known): ConfigFields | Refusal {
  const { shape, flags } = known;
  const modelType = modelTypeOf(known);
  if (modelType === undefined) {
    return {
      refused: `the catalogue does not say which transformers class ${shape.id} (${shape.family}) has`,
      hint: "give the model's config.json: --model path/to/config.json",
    };
  }
  return {
    model_type: modelType,
    hidden_size: shape.hidden,
    intermediate_size: shape.mlp === 0 ? (shape.experts?.mlp ?? shape.hidden) : shape.mlp,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    ...(shape.latent === null && { head_dim: shape.headDim }),
    vocab_size: shape.vocab,
    tie_word_embeddings: shape.tiedEmbeddings,
    max_position_embeddings: shape.context ?? 131_072,
    ...(modelType === "llama" && { attention_bias: flags.qkvBias, mlp_bias: flags.mlpBias }),
    ...(modelType === "qwen3" && { attention_bias: flags.qkvBias }),
    ...windowFields(shape),
    ...latentFields(shape),
    ...expertFields(shape),
    ...FIELDS[modelType]?.(shape),
  };
}

function modelTypeOf(known: Known): string | undefined {
  const { shape, flags } = known;
  const special = FAMILIES.find(([family]) => family.test(shape.family))?.[1](known);
  const hasOtherParts =
    shape.linearLayers > 0 ||
    flags.towers > 0 ||
    flags.mtpLayers > 0 ||
    flags.indexer !== undefined ||
    flags.gateProjection ||
    flags.embeddingWidth !== undefined ||
    flags.encoderDecoder !== undefined ||
    flags.perLayerEmbedding !== undefined;
  if (hasOtherParts) return undefined;
  if (special !== undefined) return special;
  return shape.latent === null ? llamaLike(known) : undefined;
}

/** Gated blocks with RMS norms; the classes differ in biases and norms. */
function llamaLike({ shape, flags }: Known): string | undefined {
  if (shape.mlpKind !== "swiglu" || flags.norm !== "rms" || flags.normsPerLayer !== 2) return undefined;
  if (shape.experts) {
    if (flags.sharedGate) return "qwen2_moe";
    return flags.qkNorm === "head" && !flags.routerBias ? "qwen3_moe" : undefined;
  }
  if (flags.qkNorm === "head") return "qwen3";
  if (flags.qkNorm === "full") return "olmo2";
  return flags.qkvBias && !flags.outputBias ? "qwen2" : "llama";
}

function gptFields(shape: ModelShape): ConfigFields {
  return {
    n_embd: shape.hidden,
    n_layer: shape.layers,
    n_head: shape.heads,
    n_inner: shape.mlp,
    n_positions: shape.context ?? 2048,
  };
}

function windowFields({ slidingWindow }: ModelShape): ConfigFields {
  return slidingWindow === null ? { use_sliding_window: false } : { sliding_window: slidingWindow };
}

function latentFields({ latent }: ModelShape): ConfigFields {
  if (latent === null) return {};
  return {
    q_lora_rank: latent.qLoraRank === 0 ? null : latent.qLoraRank,
    kv_lora_rank: latent.kvLoraRank,
    qk_rope_head_dim: latent.qkRopeHeadDim,
    qk_nope_head_dim: latent.qkNopeHeadDim,
    v_head_dim: latent.vHeadDim,
  };
}

function expertFields({ experts }: ModelShape): ConfigFields {
  if (experts === null) return {};
  return {
    num_local_experts: experts.total,
    num_experts: experts.total,
    n_routed_experts: experts.total,
    num_experts_per_tok: experts.active,
    n_shared_experts: experts.shared,
    moe_intermediate_size: experts.mlp,
    shared_expert_intermediate_size: experts.sharedMlp,
    first_k_dense_replace: experts.firstDenseLayers,
    n_group: 1,
    topk_group: 1,
    output_router_logits: false,
  };
}
