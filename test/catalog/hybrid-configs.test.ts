import { describe, expect, test } from "vitest";

import { shapeFromConfig } from "../../src/catalog/model-config.ts";
import { findModel } from "../../src/catalog/models.ts";
import { kvBytesPerToken } from "../../src/plan/serve/serve-point.ts";
import { stateBytes } from "../../src/plan/serve/recurrent-state.ts";
import { catchFailure } from "../catch-failure.ts";

type Config = Record<string, unknown>;

const repeated = (kinds: readonly string[], times: number): string[] =>
  Array.from({ length: times }, () => kinds).flat();
const times = (count: number, kind: string): string[] => Array.from({ length: count }, () => kind);

/** Fields of the published files that say of which size the model is. */
const FALCON_H1_7B: Config = {
  model_type: "falcon_h1",
  hidden_size: 3072,
  num_hidden_layers: 44,
  num_attention_heads: 12,
  num_key_value_heads: 2,
  head_dim: 128,
  intermediate_size: 12_288,
  vocab_size: 130_048,
  tie_word_embeddings: false,
  mamba_d_state: 256,
  mamba_n_groups: 1,
  mamba_n_heads: 24,
  mamba_d_head: 128,
  mamba_d_ssm: 3072,
  mamba_expand: 2,
  mamba_d_conv: 4,
  mamba_conv_bias: true,
  mamba_proj_bias: false,
  max_position_embeddings: 262_144,
};
const BAMBA_9B: Config = {
  model_type: "bamba",
  hidden_size: 4096,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  intermediate_size: 14_336,
  vocab_size: 128_256,
  tie_word_embeddings: false,
  attn_layer_indices: [9, 18, 27],
  mamba_n_heads: 128,
  mamba_d_head: "auto",
  mamba_n_groups: 1,
  mamba_d_state: 128,
  mamba_d_conv: 4,
  mamba_expand: 2,
  max_position_embeddings: 262_144,
};
const JAMBA: Config = {
  model_type: "jamba",
  attn_layer_offset: 4,
  attn_layer_period: 8,
  expert_layer_offset: 1,
  expert_layer_period: 2,
  hidden_size: 4096,
  intermediate_size: 14_336,
  mamba_conv_bias: true,
  mamba_d_conv: 4,
  mamba_d_state: 16,
  mamba_dt_rank: 256,
  mamba_expand: 2,
  mamba_proj_bias: false,
  max_position_embeddings: 262_144,
  num_attention_heads: 32,
  num_experts: 16,
  num_experts_per_tok: 2,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  tie_word_embeddings: false,
  vocab_size: 65_536,
};
const KIMI_LINEAR: Config = {
  model_type: "kimi_linear",
  q_lora_rank: null,
  moe_layer_freq: 1,
  tie_word_embeddings: false,
  hidden_size: 2304,
  num_hidden_layers: 27,
  vocab_size: 163_840,
  num_attention_heads: 32,
  num_key_value_heads: 32,
  kv_lora_rank: 512,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  num_experts: 256,
  num_experts_per_token: 8,
  num_shared_experts: 1,
  moe_intermediate_size: 1024,
  first_k_dense_replace: 1,
  intermediate_size: 9216,
  linear_attn_config: {
    full_attn_layers: [4, 8, 12, 16, 20, 24, 27],
    head_dim: 128,
    num_heads: 32,
    short_conv_kernel_size: 4,
  },
};
const MINIMAX_M1: Config = {
  model_type: "minimax_m1",
  hidden_size: 6144,
  intermediate_size: 9216,
  num_hidden_layers: 80,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  head_dim: 128,
  vocab_size: 200_064,
  max_position_embeddings: 10_240_000,
  num_local_experts: 32,
  num_experts_per_tok: 2,
  attn_type_list: Array.from({ length: 80 }, (_, layer) => (layer % 8 === 7 ? 1 : 0)),
  tie_word_embeddings: false,
  postnorm: true,
};
const GEMMA_4_31B: Config = {
  model_type: "gemma4",
  text_config: {
    model_type: "gemma4_text",
    attention_k_eq_v: true,
    enable_moe_block: false,
    global_head_dim: 512,
    head_dim: 256,
    hidden_size: 5376,
    hidden_size_per_layer_input: 0,
    intermediate_size: 21_504,
    layer_types: repeated([...times(5, "sliding_attention"), "full_attention"], 10),
    max_position_embeddings: 262_144,
    num_attention_heads: 32,
    num_experts: null,
    num_global_key_value_heads: 4,
    num_hidden_layers: 60,
    num_key_value_heads: 16,
    num_kv_shared_layers: 0,
    sliding_window: 1024,
    tie_word_embeddings: true,
    use_double_wide_mlp: false,
    vocab_size: 262_144,
    vocab_size_per_layer_input: 262_144,
  },
};
const QWEN_3_5_9B: Config = {
  model_type: "qwen3_5_text",
  hidden_size: 4096,
  intermediate_size: 12_288,
  num_hidden_layers: 32,
  num_attention_heads: 16,
  num_key_value_heads: 4,
  head_dim: 256,
  vocab_size: 248_320,
  attn_output_gate: true,
  full_attention_interval: 4,
  linear_conv_kernel_dim: 4,
  linear_key_head_dim: 128,
  linear_value_head_dim: 128,
  linear_num_key_heads: 16,
  linear_num_value_heads: 32,
  mamba_ssm_dtype: "float32",
};
const NEMOTRON_3_NANO: Config = {
  model_type: "nemotron_h",
  hidden_size: 2688,
  hybrid_override_pattern: "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME",
  num_hidden_layers: 52,
  num_attention_heads: 32,
  num_key_value_heads: 2,
  head_dim: 128,
  intermediate_size: 1856,
  vocab_size: 131_072,
  tie_word_embeddings: false,
  mamba_num_heads: 64,
  mamba_head_dim: 64,
  n_groups: 8,
  ssm_state_size: 128,
  conv_kernel: 4,
  n_routed_experts: 128,
  num_experts_per_tok: 6,
  n_shared_experts: 1,
  moe_intermediate_size: 1856,
  moe_shared_expert_intermediate_size: 3712,
  max_position_embeddings: 262_144,
};

const read = (config: Config) => shapeFromConfig(config, "config.json", "2026-11-25").shape;

describe("a config.json of a hybrid", () => {
  // Totals of the safetensors files on the Hub, as llmfit 1.1.17 lists them.
  test.each([
    ["Falcon-H1-7B", FALCON_H1_7B, 7_585_654_880],
    ["Bamba-9B-v2", BAMBA_9B, 9_780_235_392],
    ["Jamba-v0.1", JAMBA, 51_570_323_328],
  ])("%s gives the published count", (_, config, published) => {
    expect(Math.abs(read(config).paramCount / published - 1)).toBeLessThan(0.0005);
  });

  test.each([
    ["moonshotai/Kimi-Linear-48B-A3B-Instruct", KIMI_LINEAR],
    ["MiniMaxAI/MiniMax-M1-40k", MINIMAX_M1],
    ["nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", NEMOTRON_3_NANO],
  ])("of %s gives the count and the mixers of the catalogue", (id, config) => {
    const [shape, known] = [read(config), findModel(id)];
    const { paramCount, activeParamCount, attentionLayers, recurrence, experts } = known;
    expect(shape).toMatchObject({ paramCount, activeParamCount, attentionLayers, recurrence, experts });
  });

  test.each([
    ["google/gemma-4-31B-it", GEMMA_4_31B],
    ["Qwen/Qwen3.5-9B", QWEN_3_5_9B],
  ])("of the text part of %s gives the mixers of the catalogue", (id, config) => {
    const [shape, known] = [read(config), findModel(id)];
    const { attentionLayers, recurrence, globalAttention, sharedKvLayers, slidingPattern } = known;
    expect(shape).toMatchObject({ attentionLayers, recurrence, globalAttention, sharedKvLayers, slidingPattern });
    expect(shape.paramCount).toBeLessThan(known.paramCount);
    expect(kvBytesPerToken(shape, "bf16", 5000)).toBe(kvBytesPerToken(known, "bf16", 5000));
  });

  test("Jamba keeps 4 GB of keys and values of 256K tokens, as arXiv:2403.19887 has it in table 1", () => {
    expect(kvBytesPerToken(read(JAMBA), "bf16", 262_144)).toBe((4 * 2 ** 30) / 262_144);
  });

  test("Falcon-H1 has keys and values in all 44 layers, 44 KiB a token, and a state next to them", () => {
    const shape = read(FALCON_H1_7B);
    expect(kvBytesPerToken(shape, "bf16", 1000)).toBe(44 * 1024);
    // Per layer 24 heads x 128 x 256 numbers, and 3 inputs of 3,072 + 2 x 256 channels.
    expect(stateBytes(shape, 2)).toBe(44 * 2 * (24 * 128 * 256 + 3 * (3072 + 512)));
  });

  test("says in which format the state is kept, where it does", () => {
    const isFp32 = (config: Config): boolean | undefined => read(config).recurrence?.isStateFp32;
    expect(isFp32(QWEN_3_5_9B)).toBe(true);
    expect(isFp32({ ...QWEN_3_5_9B, mamba_ssm_dtype: undefined })).toBe(false);
    expect(isFp32(NEMOTRON_3_NANO)).toBe(true);
    expect(isFp32({ ...NEMOTRON_3_NANO, mamba_ssm_cache_dtype: "float16" })).toBe(false);
    expect(isFp32(BAMBA_9B)).toBe(false);
  });

  test.each([
    ["zamba2", /"zamba2" is not supported/],
    ["bailing_moe_linear", /is not supported/],
    ["mamba2", /is not supported/],
    ["rwkv7", /is not supported/],
  ])("of %s is refused by name", (model_type, message) => {
    expect(catchFailure(() => read({ ...BAMBA_9B, model_type })).message).toMatch(message);
  });

  test("whose gates are not those that are known is refused", () => {
    const linear_attn_config = { ...(KIMI_LINEAR["linear_attn_config"] as Config), use_full_rank_gate: true };
    expect(catchFailure(() => read({ ...KIMI_LINEAR, linear_attn_config })).message).toMatch(/gates of full rank/);
  });
});
