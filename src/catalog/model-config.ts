import { Failure } from "../base/failure.ts";
import { didYouMean } from "../base/suggest.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import { type ArchitectureFlags, PLAIN, type ShapeFacts } from "./architecture.ts";
import { type ConfigFields, configFields } from "./config-fields.ts";
import { readHybrid } from "./config-hybrids.ts";
import { mixerFacts } from "./count/mixer-facts.ts";
import { MODEL_TYPES, type ModelType } from "./model-types.ts";
import { paramCount } from "./param-count.ts";

/** Fields read from a config.json, and the unknown keys that may represent weights. */
export type ReadConfig = { shape: ModelShape; notUnderstood: string[] };

/** Maximum number of unread fields that are listed; a file with more is unlikely to be a model configuration. */
const MAX_NOTES = 20;

/** Keys under which a multimodal model has the configuration of its text part. */
const TEXT_PARTS = ["text_config", "language_config", "llm_config"];

/**
 * Reads the shape of a model from its Hugging Face config.json.
 *
 * @param config  the parsed file
 * @param name    name of the model: its Hub id, or the path; also used in messages
 * @param readOn  day of the facts, YYYY-MM-DD
 * @throws Failure bad_input for an unknown architecture, a missing or impossible field, or the file of an adapter
 * @accuracy the count is that of the text part; encoders for images and sound are listed in `notUnderstood`, not
 * counted
 */
export function shapeFromConfig(config: unknown, name: string, readOn: string): ReadConfig {
  const whole = asObject(config, name);
  refuseOtherFiles(whole, name);
  const textKey = TEXT_PARTS.find((key) => isObject(whole[key]));
  const text = textKey === undefined ? whole : asObject(whole[textKey], name);
  const place = textKey === undefined ? name : `${name}, ${textKey}`;
  const typeName = modelTypeOf(text, whole, name);
  const type = MODEL_TYPES[typeName]!;
  const fields = configFields(text, place);
  const { facts, flags } = readShape(fields, type, { name, typeName, place });
  if (textKey !== undefined && !fields.has("tie_word_embeddings")) {
    facts.tiedEmbeddings = configFields(whole, name).flag("tie_word_embeddings", type.tied);
  }
  const { total, active } = paramCount({ ...facts, asOf: readOn }, flags);
  return {
    shape: { ...facts, ...mixerFacts(facts, flags), asOf: readOn, paramCount: total, activeParamCount: active },
    notUnderstood: [...unexpected(fields, type), ...unread(whole, textKey, fields)],
  };
}

function readShape(
  fields: ConfigFields,
  type: ModelType,
  names: { name: string; typeName: string; place: string },
): { facts: ShapeFacts; flags: ArchitectureFlags } {
  const hidden = fields.size("hidden_size", "n_embd", "d_model");
  const heads = fields.size("num_attention_heads", "n_head", "n_heads");
  const latent = readLatent(fields);
  const headDim =
    latent === null ? readHeadDim(fields, type, { hidden, heads, place: names.place }) : headDimOf(latent);
  const kvHeads = latent === null ? fields.sizeOr(heads, "num_key_value_heads", "num_kv_heads") : heads;
  if (latent !== null) fields.sizeOr(0, "num_key_value_heads");
  if (kvHeads === 0 || heads % kvHeads !== 0) {
    throw new Failure(
      "bad_input",
      `${names.place}: ${heads} query heads cannot be split evenly over ${kvHeads} key-value heads`,
      { hint: "download config.json from the model's page and do not change it" },
    );
  }
  const layers = fields.size("num_hidden_layers", "n_layer", "n_layers", "num_layers");
  const hybrid = type.hybrid === undefined ? undefined : readHybrid(type.hybrid, fields, names.place);
  const experts = readExperts(fields, type, { layers, hidden, place: names.place });
  const moeEvery = experts?.every ?? 1;
  const flags = { ...readFlags(fields, type), ...hybrid?.flags, ...readGlobalHeads(fields, type), moeEvery };
  const mlp = readMlpWidth(fields, type, {
    hidden,
    experts,
    hasOtherLayers: moeEvery > 1 || flags.parallelDense,
  });
  const window = readWindow(fields, type);
  const facts: ShapeFacts = {
    id: names.name,
    aliases: [],
    family: names.typeName,
    released: null,
    licence: null,
    publishedParamCount: null,
    layers,
    hidden,
    mlp,
    mlpKind: type.mlpKind,
    heads,
    kvHeads,
    headDim,
    vocab: fields.size("vocab_size"),
    tiedEmbeddings: fields.flag("tie_word_embeddings", type.tied),
    attention: hybrid !== undefined ? "hybrid" : latent !== null ? "mla" : headKind(heads, kvHeads),
    latent,
    slidingWindow: window.slidingWindow,
    slidingPattern: window.slidingPattern,
    linearLayers: hybrid?.linearLayers ?? 0,
    experts,
    context: fields.sizeOr(null, "max_position_embeddings", "n_positions", "max_seq_len", "seq_length"),
    source: names.name,
    asOf: "",
    notes: `read from a config.json of model_type ${names.typeName}`,
  };
  const embeddingWidth = fields.sizeOr(hidden, "word_embed_proj_dim");
  if (embeddingWidth !== hidden) flags.embeddingWidth = embeddingWidth;
  if (names.typeName === "gpt2") flags.positions = facts.context ?? 0;
  if (names.typeName === "opt") flags.positions = (facts.context ?? 0) + 2; // OPT reserves two rows for padding
  return { facts, flags };
}

function headKind(heads: number, kvHeads: number): ModelShape["attention"] {
  if (kvHeads === heads) return "mha";
  return kvHeads === 1 ? "mqa" : "gqa";
}

function readFlags(fields: ConfigFields, type: ModelType): ArchitectureFlags {
  const flags: ArchitectureFlags = { ...PLAIN, ...type.flags };
  for (const [key, biases] of Object.entries(type.biases ?? {})) {
    if (fields.flag(key, false)) for (const bias of biases) flags[bias] = true;
  }
  if (type.qkNormSwitch !== undefined && fields.flag(type.qkNormSwitch[0], false)) flags.qkNorm = type.qkNormSwitch[1];
  return flags;
}

function readHeadDim(
  fields: ConfigFields,
  type: ModelType,
  sizes: { hidden: number; heads: number; place: string },
): number {
  const { hidden, heads, place } = sizes;
  const given = fields.sizeOr(type.headDim, "head_dim", "kv_channels", "attention_head_dim");
  if (given !== undefined && given > 0) return given;
  if (hidden % heads === 0) return hidden / heads;
  throw new Failure("bad_input", `${place}: hidden size ${hidden} is not divisible by ${heads} heads`, {
    hint: "a model of such a shape states `head_dim`",
  });
}

function headDimOf(latent: NonNullable<ModelShape["latent"]>): number {
  return latent.qkNopeHeadDim + latent.qkRopeHeadDim;
}

/**
 * Gemma 4: global layers have a different head shape, and their keys may also be their values; the last layers may
 * reuse the keys and values of earlier ones, with an MLP of twice the width; each layer may have an embedding.
 */
function readGlobalHeads(fields: ConfigFields, type: ModelType): Partial<ArchitectureFlags> {
  if (type.hasGlobalHeads !== true) return {};
  const globals = (fields.words("layer_types") ?? []).filter((kind) => kind === "full_attention").length;
  const shared = fields.sizeOr(0, "num_kv_shared_layers");
  const width = fields.sizeOr(0, "hidden_size_per_layer_input");
  const rows = fields.sizeOr(0, "vocab_size_per_layer_input");
  const kvHeads = fields.sizeOr(fields.size("num_key_value_heads"), "num_global_key_value_heads");
  const isWide = fields.flag("use_double_wide_mlp", false) && shared > 0;
  return {
    global: [globals, fields.size("global_head_dim"), kvHeads],
    globalSharesKv: fields.flag("attention_k_eq_v", false),
    sharedKv: shared,
    ...(width > 0 ? { perLayerEmbedding: [rows, width] } : {}),
    ...(isWide ? { lastMlp: [shared, 2 * fields.size("intermediate_size")] } : {}),
    ...(fields.flag("enable_moe_block", false) ? { parallelDense: true, normsPerLayer: 7 } : {}),
  };
}

function readLatent(fields: ConfigFields): ModelShape["latent"] {
  const kvLoraRank = fields.sizeOr(undefined, "kv_lora_rank");
  if (kvLoraRank === undefined) return null;
  fields.sizeOr(0, "qk_head_dim", "head_dim");
  return {
    qLoraRank: fields.sizeOr(0, "q_lora_rank"),
    kvLoraRank: fields.size("kv_lora_rank"),
    qkRopeHeadDim: fields.size("qk_rope_head_dim"),
    qkNopeHeadDim: fields.size("qk_nope_head_dim"),
    vHeadDim: fields.size("v_head_dim"),
  };
}

function readExperts(
  fields: ConfigFields,
  type: ModelType,
  { layers, hidden, place }: { layers: number; hidden: number; place: string },
): ModelShape["experts"] {
  const total = fields.sizeOr(0, "n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts");
  if (total < 2) {
    fields.sizeOr(0, "num_experts_per_tok");
    return null;
  }
  const active = fields.size(
    "num_experts_per_tok",
    "moe_k",
    "moe_topk",
    "num_experts_per_token",
    "experts_per_token",
    "top_k_experts",
  );
  const firstDenseLayers = fields.sizeOr(0, "first_k_dense_replace", "moe_layer_start_index", "num_dense_layers");
  if (active > total)
    throw new Failure("bad_input", `${place}: ${active} of ${total} experts cannot be active`, {
      hint: "download config.json from the model's page and do not change it",
    });
  if (firstDenseLayers > layers) {
    throw new Failure(
      "bad_input",
      `${place}: ${firstDenseLayers} of ${layers} layers are dense and precede the experts`,
      { hint: "download config.json from the model's page and do not change it" },
    );
  }
  const every = Math.max(
    fields.sizeOr(1, "decoder_sparse_step"),
    fields.sizeOr(1, "moe_layer_freq", "moe_layer_interval"),
  );
  if (every !== 1) {
    throw new Failure("bad_input", `${place}: experts in every ${every}th layer only: such a model is not supported`, {
      hint: "name a model of similar size from the catalogue: tunewright models list",
    });
  }
  const mlp = fields.size("moe_intermediate_size", "intermediate_size");
  const shared = fields.sizeOr(
    type.sharesOneExpert ? 1 : 0,
    "n_shared_experts",
    "num_shared_experts",
    "moe_num_shared_experts",
  );
  const sharedMlp = fields.sizeOr(
    shared * mlp,
    "shared_expert_intermediate_size",
    "shared_intermediate_size",
    "moe_shared_expert_intermediate_size",
  );
  return {
    total,
    active,
    shared: Math.max(shared, sharedMlp > 0 ? 1 : 0),
    mlp,
    sharedMlp,
    inWidth: fields.sizeOr(hidden, "moe_latent_size"),
    firstDenseLayers,
    every: fields.sizeOr(1, "interleave_moe_layer_step", "expert_layer_period"),
    parallelDense: fields.flag("enable_moe_block", false),
  };
}

/** Width of the dense MLP; 0 if every layer has experts. GPT-2 omits 4 x hidden. */
function readMlpWidth(
  fields: ConfigFields,
  type: ModelType,
  layers: { hidden: number; experts: ModelShape["experts"]; hasOtherLayers: boolean },
): number {
  const keys = [...(type.mlpKey === undefined ? [] : [type.mlpKey]), "intermediate_size", "ffn_dim", "n_inner"];
  const width = fields.sizeOr(undefined, ...keys);
  const { experts } = layers;
  if (experts !== null && experts.firstDenseLayers === 0 && !layers.hasOtherLayers) return 0;
  if (width !== undefined && width > 0) return width;
  return fields.has("n_embd") ? 4 * layers.hidden : fields.size(...keys);
}

function readWindow(
  fields: ConfigFields,
  type: ModelType,
): { slidingWindow: number | null; slidingPattern: string | null } {
  const isOn = fields.flag("use_sliding_window", type.windowIsSwitched !== true);
  const window = fields.sizeOr(null, "sliding_window", "attention_chunk_size");
  const every = fields.sizeOr(undefined, "sliding_window_pattern", "_sliding_window_pattern");
  const kinds = fields.words("layer_types");
  if (!isOn || window === null || window === 0) return { slidingWindow: null, slidingPattern: null };
  if (kinds === undefined) {
    const pattern = every === undefined ? (type.slidingPattern ?? null) : `${every - 1}:1`;
    return { slidingWindow: window, slidingPattern: pattern };
  }
  const local = kinds.filter((kind) => kind.startsWith("sliding") || kind.startsWith("chunked")).length;
  if (local === 0) return { slidingWindow: null, slidingPattern: null };
  const global = kinds.length - local;
  return { slidingWindow: window, slidingPattern: global === 0 ? null : `${Math.round(local / global)}:1` };
}

/** Models that embed texts, images or sound, or that have an encoder and a decoder. */
const NO_DECODERS = /bert|electra|mpnet|^t5$|roberta|^whisper$|^wav2vec2$|^clip$|^siglip$/;

/** The model type of the text part. An unknown type is refused, because its layers are unknown. */
function modelTypeOf(text: Record<string, unknown>, whole: Record<string, unknown>, name: string): string {
  const given = text["model_type"] ?? whole["model_type"];
  if (typeof given !== "string" || given === "") {
    throw new Failure("bad_input", `${name}: \`model_type\` is missing`, {
      hint: "expected the config.json of a Hugging Face model, with its model_type",
    });
  }
  if (Object.hasOwn(MODEL_TYPES, given)) return given;
  const known = Object.keys(MODEL_TYPES);
  const shownType = given.slice(0, 60);
  if (NO_DECODERS.test(given)) {
    throw new Failure(
      "bad_input",
      `${name}: "${shownType}" is not a text decoder; only the training of text decoders is planned`,
      {
        hint: "embedding models built on a decoder are supported, such as Qwen3-Embedding or e5-mistral",
      },
    );
  }
  throw new Failure(
    "bad_input",
    `${name}: the architecture "${shownType}" is not supported, so its weights cannot be counted`,
    {
      hint: `${didYouMean(shownType, known) ?? `known: ${known.join(", ")}`}; tunewright models list shows hybrids and others by name`,
    },
  );
}

function refuseOtherFiles(whole: Record<string, unknown>, name: string): void {
  if ("peft_type" in whole) {
    const base = whole["base_model_name_or_path"];
    throw new Failure("bad_input", `${name} is the configuration of an adapter, not of a model`, {
      hint: typeof base === "string" ? `its base model is ${base}` : "give the config.json of its base model",
    });
  }
  if ("tokenizer_class" in whole && !("model_type" in whole)) {
    throw new Failure("bad_input", `${name} is the configuration of a tokenizer, not of a model`, {
      hint: "give the config.json next to it",
    });
  }
}

/** Fields whose value differs from the one that this reader assumes. */
function unexpected(fields: ConfigFields, type: ModelType): string[] {
  return Object.entries(type.expects ?? {})
    .filter(([key, value]) => !fields.is(key, value))
    .map(
      ([key, value]) => `\`${key}\` is not ${String(value)}, as in known models of this type: the count is inaccurate`,
    );
}

/** Unread fields, and the parts other than the text part. */
function unread(whole: Record<string, unknown>, textKey: string | undefined, fields: ConfigFields): string[] {
  const otherParts =
    textKey === undefined ? [] : Object.keys(whole).filter((key) => key !== textKey && isObject(whole[key]));
  const keys = [...otherParts, ...fields.unread()];
  const notes = keys.slice(0, MAX_NOTES).map((key) => {
    if (key === "quantization_config") return QUANTISED;
    if (key === "num_nextn_predict_layers") return `\`${key}\`: layers for multi-token prediction are not counted`;
    if (otherParts.includes(key)) return `\`${key}\`: this part is not counted, only the text part is`;
    const near = fields.near(key);
    const meant = near === undefined ? "" : ` (did you mean \`${near}\`?)`;
    return `\`${key}\` was not read${meant}: if it adds weights, the count is inaccurate`;
  });
  const left = keys.length - notes.length;
  return left > 0 ? [...notes, `and ${left.toLocaleString("en-US")} more fields`] : notes;
}

const QUANTISED = "`quantization_config`: the files are quantised; the shape is that of the unquantised model";

function asObject(value: unknown, name: string): Record<string, unknown> {
  if (isObject(value)) return value;
  const kind = Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
  throw new Failure("bad_input", `${name} contains ${kind}, expected an object with the fields of a model`, {
    hint: "give the config.json of a Hugging Face model",
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
