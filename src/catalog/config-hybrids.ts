import { Failure } from "../base/failure.ts";
import type { ArchitectureFlags } from "./architecture.ts";
import type { ConfigFields } from "./config-fields.ts";

/** Mixers that replace attention in some layers, by their fields in a config.json. */
export type HybridKind =
  | "deltanet"
  | "falcon-h1"
  | "jamba"
  | "kimi-delta"
  | "lightning"
  | "mamba2"
  | "nemotron"
  | "short-conv";

/** Additional shape of a hybrid: the number of layers without attention, and the sizes of their mixer. */
export type Hybrid = { linearLayers: number; flags: Partial<ArchitectureFlags> };

/**
 * Reads the mixers of a hybrid model. Some files (Qwen 3.5, Nemotron) state whether the state is kept in fp32.
 *
 * @param place the file, for messages
 * @throws Failure bad_input if the file does not specify which layers have attention, or the size of their mixer
 */
export function readHybrid(kind: HybridKind, fields: ConfigFields, place: string): Hybrid {
  const { linearLayers, flags } = READERS[kind](fields, place);
  const saysFp32 = fields.says("mamba_ssm_dtype", "float32") || fields.says("mamba_ssm_cache_dtype", "float32");
  return { linearLayers, flags: { ...flags, ...(saysFp32 ? { fp32State: true } : {}) } };
}

const READERS: Readonly<Record<HybridKind, (fields: ConfigFields, place: string) => Hybrid>> = {
  deltanet: (fields, place) => {
    const keys = [fields.size("linear_num_key_heads"), fields.size("linear_key_head_dim")];
    const values = [fields.size("linear_num_value_heads"), fields.size("linear_value_head_dim")];
    const deltanet = [...keys, ...values, fields.size("linear_conv_kernel_dim")];
    return { linearLayers: layersWithoutAttention(fields, place), flags: { deltanet } };
  },
  // Attention and Mamba-2 side by side in every layer.
  "falcon-h1": (fields) => {
    const inner = fields.sizeOr(fields.sizeOr(2, "mamba_expand") * fields.size("hidden_size"), "mamba_d_ssm");
    return { linearLayers: 0, flags: { mamba2: mamba2Sizes(fields, inner), parallelMixer: true } };
  },
  jamba: (fields) => {
    const hidden = fields.size("hidden_size");
    const inner = fields.sizeOr(2, "mamba_expand") * hidden;
    const stepRank = fields.says("mamba_dt_rank", "auto")
      ? Math.ceil(hidden / 16)
      : fields.sizeOr(Math.ceil(hidden / 16), "mamba_dt_rank");
    const [layers, every, first] = [
      fields.size("num_hidden_layers"),
      fields.sizeOr(8, "attn_layer_period"),
      fields.sizeOr(0, "attn_layer_offset"),
    ];
    const attention = layers > first ? Math.ceil((layers - first) / every) : 0;
    const mamba = [inner, fields.size("mamba_d_state"), fields.size("mamba_d_conv"), stepRank];
    return { linearLayers: layers - attention, flags: { mamba } };
  },
  "kimi-delta": (fields, place) => {
    const own = fields.part("linear_attn_config");
    if (own === undefined) {
      const kda = [
        fields.size("linear_num_heads"),
        fields.size("linear_head_dim"),
        fields.size("linear_conv_kernel_dim"),
      ];
      return { linearLayers: layersWithoutAttention(fields, place), flags: { kda } };
    }
    if (own.flag("use_full_rank_gate", false)) {
      throw new Failure(
        "bad_input",
        `${place}: gates of full rank (\`use_full_rank_gate\`): such a model is not supported`,
        { hint: "name a model of similar size from the catalogue: tunewright models list" },
      );
    }
    const attention = own.numbers("full_attn_layers") ?? [];
    const kda = [own.size("num_heads"), own.size("head_dim"), own.size("short_conv_kernel_size")];
    return { linearLayers: fields.size("num_hidden_layers") - attention.length, flags: { kda } };
  },
  lightning: (fields, place) => {
    const kinds = fields.numbers("attn_type_list");
    const linearLayers =
      kinds === undefined ? layersWithoutAttention(fields, place) : kinds.filter((kind) => kind === 0).length;
    return { linearLayers, flags: { lightning: true } };
  },
  mamba2: (fields, place) => {
    const inner = fields.sizeOr(2, "mamba_expand") * fields.size("hidden_size");
    return { linearLayers: layersWithoutAttention(fields, place), flags: { mamba2: mamba2Sizes(fields, inner) } };
  },
  nemotron: (fields, place) => {
    const pattern = nemotronPattern(fields, place);
    const heads = [fields.size("mamba_num_heads"), fields.size("mamba_head_dim"), fields.size("n_groups")];
    const mamba2 = [...heads, fields.size("ssm_state_size"), fields.size("conv_kernel")];
    const fp32State = !fields.has("mamba_ssm_cache_dtype");
    const hasExperts = pattern.includes("E");
    const moeLatent = fields.sizeOr(undefined, "moe_latent_size");
    const routed = { routerBias: hasExperts, ...(hasExperts && moeLatent !== undefined ? { moeLatent } : {}) };
    return { linearLayers: pattern.split("M").length - 1, flags: { pattern, mamba2, fp32State, ...routed } };
  },
  "short-conv": (fields, place) => ({
    linearLayers: layersWithoutAttention(fields, place),
    flags: { shortConv: fields.size("conv_L_cache") },
  }),
};

/** Letters for the kinds of layers, which older files concatenate to one word. */
const NEMOTRON_LETTERS: Readonly<Record<string, string>> = {
  mamba: "M",
  linear_attention: "M",
  attention: "*",
  full_attention: "*",
  mlp: "-",
  moe: "E",
};

/** One letter for each layer: Mamba-2, attention, MLP or experts. */
function nemotronPattern(fields: ConfigFields, place: string): string {
  const kinds = fields.words("layers_block_type") ?? fields.words("layer_types");
  const pattern =
    kinds?.map((kind) => (Object.hasOwn(NEMOTRON_LETTERS, kind) ? NEMOTRON_LETTERS[kind]! : "?")).join("") ??
    fields.text("hybrid_override_pattern");
  if (/^[M*E-]+$/.test(pattern) && pattern.length === fields.size("num_hidden_layers")) return pattern;
  throw new Failure("bad_input", `${place}: \`hybrid_override_pattern\` is not one of M, *, - and E for each layer`, {
    hint: "download config.json again from the model's page",
  });
}

/** Sizes of a Mamba-2 mixer with a given number of channels, from which the head width may follow. */
function mamba2Sizes(fields: ConfigFields, inner: number): number[] {
  const heads = fields.size("mamba_n_heads");
  const width = fields.says("mamba_d_head", "auto") ? inner / heads : fields.size("mamba_d_head");
  return [heads, width, fields.size("mamba_n_groups"), fields.size("mamba_d_state"), fields.size("mamba_d_conv")];
}

/**
 * Number of layers without attention, from the list of layer kinds, the list of layers with attention, or the interval
 * of full attention.
 */
function layersWithoutAttention(fields: ConfigFields, place: string): number {
  const layers = fields.size("num_hidden_layers");
  const kinds = fields.words("layer_types") ?? fields.words("layers_block_type");
  const attention = fields.numbers("attn_layer_indices");
  if (attention !== undefined) return layers - attention.length;
  const every = fields.sizeOr(undefined, "full_attention_interval");
  if (kinds !== undefined && kinds.length === layers) {
    return kinds.filter((kind) => kind !== "full_attention" && kind !== "attention").length;
  }
  if (kinds === undefined && every !== undefined && every > 0) return layers - Math.floor(layers / every);
  throw new Failure(
    "bad_input",
    `${place}: \`layer_types\` does not say for each of the ${layers} layers whether it has attention`,
    { hint: "download config.json from the model's page and do not change it" },
  );
}
