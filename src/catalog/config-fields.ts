import { Failure } from "../base/failure.ts";
import { suggest } from "../base/suggest.ts";

/**
 * Largest plausible size in a config.json. A larger value means that the file is damaged, not that the model is large.
 */
const MAX_SIZE = 100_000_000;

/** Keys that do not affect weights, by topic; they are ignored. `*` matches any letters. */
const WITHOUT_WEIGHTS = {
  bookkeeping:
    "_* architectures model_type name auto_map transformers_version torch_dtype dtype head_dtype use_bfloat16 torchscript " +
    "tokenizer_class id2label label2id problem_type task_specific_params summary_* return_dict is_decoder is_encoder_decoder",
  tokens: "*_token_id *_token_index",
  positions:
    "rope_* rotary_* partial_rotary_factor original_max_position_embeddings initial_context_length n_ctx max_window_layers " +
    "no_rope_layer* position_embedding_type mscale* attn_temperature_tuning floor_scale attn_scale",
  activations: "hidden_act hidden_activation mlp_hidden_act mamba_hidden_act activation_function swiglu_limit clip_qkv",
  scales:
    "*_multiplier logits_* logit_scale residual_* attention_scaling attn_logit_softcapping final_logit_softcapping " +
    "query_pre_attn_scalar routed_scaling_factor *_eps *_epsilon layer_norm_type initializer_* rescale_prenorm_residual",
  training:
    "*dropout* *_pdrop *aux_loss* router_*loss* router_*jitter* seq_aux pretraining_tp gradient_checkpointing ep_size moe_capacity",
  routing: "norm_topk_prob topk_* n_group scoring_func",
  running:
    "use_cache output_* attn_implementation cache_implementation chunk_size* mamba_chunk_size for_llm_compressor use_parallel_residual",
  mamba:
    "expand mamba_expand time_step_* mamba_norm_before_gate use_mamba_kernels use_mambapy use_associative_scan *_alpha *_beta",
  alphas: "*_alpha_factor *_beta_factor",
} as const;

const IS_WITHOUT_WEIGHTS = new RegExp(
  `^(${Object.values(WITHOUT_WEIGHTS).join(" ").replaceAll("*", ".*").replaceAll(" ", "|")})$`,
);

/** Reads the fields of one config.json, records which were read, and names the field in every failure. */
export type ConfigFields = {
  has: (key: string) => boolean;
  /** A whole number >= 1 under the first of these keys that exists. */
  size: (...keys: string[]) => number;
  /** The value of a key, or `fallback` if the key is absent or null. 0 is accepted only if the fallback is 0. */
  sizeOr: <T>(fallback: T, ...keys: string[]) => number | T;
  flag: (key: string, fallback: boolean) => boolean;
  text: (key: string) => string;
  words: (key: string) => string[] | undefined;
  /** A list of whole numbers, such as layer indexes. */
  numbers: (key: string) => number[] | undefined;
  /** The fields of an object in the file. */
  part: (key: string) => ConfigFields | undefined;
  /** True if the field has this value. */
  says: (key: string, value: string) => boolean;
  /** True if the field is absent or has this value. */
  is: (key: string, value: string | boolean) => boolean;
  /** Keys that were not read and may represent weights. */
  unread: () => string[];
  /** The absent field whose name is similar to an unread key. */
  near: (key: string) => string | undefined;
};

/**
 * @param config  the object with the fields
 * @param place   prefix of keys in messages, such as `config.json`
 */
export function configFields(config: Readonly<Record<string, unknown>>, place: string): ConfigFields {
  const read = new Set<string>();
  const present = (key: string): boolean => Object.hasOwn(config, key) && config[key] !== null;
  const mistyped = (keys: readonly string[]): string | undefined => {
    const near = Object.keys(config).find(
      (key) => !read.has(key) && !IS_WITHOUT_WEIGHTS.test(key) && suggest(key, keys).length > 0,
    );
    return near === undefined ? undefined : `is \`${near}\` meant for it?`;
  };
  const find = (keys: readonly string[]): string | undefined => {
    for (const key of keys) read.add(key);
    return keys.find(present);
  };
  const checked = (key: string, least: number): number => {
    const value = config[key];
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= MAX_SIZE) return value;
    throw new Failure(
      "bad_input",
      `${place}: \`${key}\` is ${shown(value)}, expected a whole number from ${least} to ${MAX_SIZE.toLocaleString("en-US")}`,
      {
        hint: "the file may be damaged: download config.json again from the model's page",
      },
    );
  };
  return {
    has: present,
    size: (...keys) => {
      const key = find(keys);
      if (key !== undefined) return checked(key, 1);
      throw new Failure("bad_input", `${place}: \`${keys[0]}\` is missing`, {
        hint:
          mistyped(keys) ??
          `the config.json of a language model has it${keys.length > 1 ? ` (also spelled ${keys.slice(1).join(", ")})` : ""}`,
      });
    },
    sizeOr: (fallback, ...keys) => {
      const key = find(keys);
      return key === undefined ? fallback : checked(key, fallback === 0 ? 0 : 1);
    },
    ...valueReaders(config, place, find),
    near: (key) =>
      suggest(
        key,
        [...read].filter((part) => !present(part)),
      )[0],
    unread: () =>
      Object.keys(config).filter(
        (key) => present(key) && !read.has(key) && !isNothing(config[key]) && !IS_WITHOUT_WEIGHTS.test(key),
      ),
  };
}

/** Readers of fields that are not sizes. */
function valueReaders(
  config: Readonly<Record<string, unknown>>,
  place: string,
  find: (keys: readonly string[]) => string | undefined,
): Pick<ConfigFields, "flag" | "text" | "words" | "numbers" | "part" | "says" | "is"> {
  const list = <T>(key: string, isItem: (element: unknown) => element is T, what: string): T[] | undefined => {
    if (find([key]) === undefined) return undefined;
    const value = config[key];
    if (Array.isArray(value) && value.every(isItem)) return value;
    throw new Failure("bad_input", `${place}: \`${key}\` is ${shown(value)}, expected a list of ${what}`, {
      hint: "download config.json from the model's page and do not change it",
    });
  };
  return {
    flag: (key, fallback) => {
      if (find([key]) === undefined) return fallback;
      if (typeof config[key] === "boolean") return config[key];
      throw new Failure("bad_input", `${place}: \`${key}\` is ${shown(config[key])}, expected true or false`, {
        hint: "download config.json from the model's page and do not change it",
      });
    },
    text: (key) => {
      find([key]);
      const value = config[key];
      if (typeof value === "string") return value;
      throw new Failure("bad_input", `${place}: \`${key}\` is ${shown(value)}, expected text`, {
        hint: "download config.json from the model's page and do not change it",
      });
    },
    words: (key) => list(key, (element) => typeof element === "string", "words"),
    numbers: (key) => list(key, (element): element is number => Number.isSafeInteger(element), "whole numbers"),
    part: (key) => {
      if (find([key]) === undefined) return undefined;
      const value = config[key];
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        return configFields(value as Record<string, unknown>, `${place}, ${key}`);
      }
      throw new Failure("bad_input", `${place}: \`${key}\` is ${shown(value)}, expected an object`, {
        hint: "download config.json from the model's page and do not change it",
      });
    },
    says: (key, value) => find([key]) !== undefined && config[key] === value,
    is: (key, value) => find([key]) === undefined || config[key] === value,
  };
}

function shown(value: unknown): string {
  const text = value === undefined ? "missing" : typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Off, zero or an empty list: such a field adds no weights. */
function isNothing(value: unknown): boolean {
  return value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}
