import { Failure } from "../base/failure.ts";

/** Largest value that a size in a config.json may have: above it the file is damaged, not the model large. */
const MAX_SIZE = 100_000_000;

/** Keys that change no weight: positions, training, generation, bookkeeping. They are passed over in silence. */
const WITHOUT_WEIGHTS =
  /^(_.*|architectures|model_type|transformers_version|auto_map|torch_dtype|dtype|rope_.*|partial_rotary_factor|rotary_.*|.*_token_id|.*_token_index|.*_dropout|.*dropout.*|.*_pdrop|initializer_.*|.*_eps|.*_epsilon|use_cache|hidden_act|hidden_activation|mlp_hidden_act|expand|mamba_expand|activation_function|output_.*|router_.*(loss|jitter).*|.*aux_loss.*|attn_logit_softcapping|final_logit_softcapping|query_pre_attn_scalar|norm_topk_prob|topk_.*|n_group|scoring_func|seq_aux|routed_scaling_factor|pretraining_tp|logit_scale|logits_.*|.*_multiplier|attn_implementation|cache_implementation|max_window_layers|swiglu_limit|tokenizer_class|return_dict|is_decoder|is_encoder_decoder|torchscript|use_bfloat16|chunk_size_feed_forward|problem_type|summary_.*|task_specific_params|initial_context_length|original_max_position_embeddings|no_rope_layer.*|attn_temperature_tuning|floor_scale|attn_scale|for_llm_compressor|use_qk_norm_l2|time_step_.*|mamba_hidden_act|mamba_ssm_cache_dtype|rescale_prenorm_residual|chunk_size|mamba_chunk_size|position_embedding_type|conv_L_cache_dtype|clip_qkv|layer_norm_type|name|rope_.*|gradient_checkpointing|residual_.*|embedding_multiplier|ep_size|moe_capacity|id2label|label2id|head_dtype|attention_scaling|use_parallel_residual|max_position_embeddings|n_ctx|mscale.*)$/;

/** Reads the fields of one config.json, remembers which were read, and names the field in every failure. */
export type ConfigFields = {
  has: (key: string) => boolean;
  /** A whole number >= 1 under the first of these keys that is there. */
  size: (...keys: string[]) => number;
  /** The same, or `fallback` where no key is there (or it is null). */
  sizeOr: <T>(fallback: T, ...keys: string[]) => number | T;
  flag: (key: string, fallback: boolean) => boolean;
  text: (key: string) => string;
  words: (key: string) => string[] | undefined;
  /** True where the field is left out or has this value. */
  is: (key: string, value: string | boolean) => boolean;
  /** Keys that nothing has read and that may stand for weights. */
  unread: () => string[];
};

/**
 * @param config  the object with the fields
 * @param place   what stands before a key in a message, as in `config.json`
 */
export function configFields(config: Readonly<Record<string, unknown>>, place: string): ConfigFields {
  const read = new Set<string>();
  const present = (key: string): boolean => Object.hasOwn(config, key) && config[key] !== null;
  const find = (keys: readonly string[]): string | undefined => {
    for (const key of keys) read.add(key);
    return keys.find(present);
  };
  const checked = (key: string, least: number): number => {
    const value = config[key];
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= MAX_SIZE) return value;
    throw new Failure(
      "bad_input",
      `${place}: \`${key}\` is ${shown(value)}, expected a whole number of at least ${least}`,
      {
        hint: "is the file damaged? take config.json from the model's page again",
      },
    );
  };
  return {
    has: present,
    size: (...keys) => {
      const key = find(keys);
      if (key !== undefined) return checked(key, 1);
      throw new Failure("bad_input", `${place}: \`${keys[0]}\` is missing`, {
        hint: `a config.json of a language model holds it${keys.length > 1 ? ` (also spelled ${keys.slice(1).join(", ")})` : ""}`,
      });
    },
    sizeOr: (fallback, ...keys) => {
      const key = find(keys);
      return key === undefined ? fallback : checked(key, 0);
    },
    flag: (key, fallback) => {
      if (find([key]) === undefined) return fallback;
      if (typeof config[key] === "boolean") return config[key];
      throw new Failure("bad_input", `${place}: \`${key}\` is ${shown(config[key])}, expected true or false`);
    },
    text: (key) => {
      find([key]);
      const value = config[key];
      if (typeof value === "string") return value;
      throw new Failure("bad_input", `${place}: \`${key}\` is ${shown(value)}, expected text`);
    },
    words: (key) => {
      if (find([key]) === undefined) return undefined;
      const value = config[key];
      if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
      throw new Failure("bad_input", `${place}: \`${key}\` is ${shown(value)}, expected a list of words`);
    },
    is: (key, value) => find([key]) === undefined || config[key] === value,
    unread: () =>
      Object.keys(config).filter(
        (key) => present(key) && !read.has(key) && !isNothing(config[key]) && !WITHOUT_WEIGHTS.test(key),
      ),
  };
}

function shown(value: unknown): string {
  const text = value === undefined ? "missing" : typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Switched off, zero or an empty list: such a field adds no weights. */
function isNothing(value: unknown): boolean {
  return value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}
