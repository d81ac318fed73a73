import { Failure } from "../base/failure.ts";
import type { ArchitectureFlags } from "./architecture.ts";
import type { ConfigFields } from "./config-fields.ts";

/** Mixers that stand in place of attention in some layers, by how a config.json describes them. */
export type HybridKind = "deltanet" | "mamba2" | "nemotron" | "short-conv";

/** What a hybrid adds to a shape: how many layers have no attention, and the sizes of their mixer. */
export type Hybrid = { linearLayers: number; flags: Partial<ArchitectureFlags> };

/**
 * Reads the mixers of a hybrid model.
 *
 * @param place  the file, for messages
 * @throws Failure bad_input where the file does not say which layers have attention, or of what size their mixer is
 */
export function readHybrid(kind: HybridKind, fields: ConfigFields, place: string): Hybrid {
  return READERS[kind](fields, place);
}

const READERS: Readonly<Record<HybridKind, (fields: ConfigFields, place: string) => Hybrid>> = {
  deltanet: (fields, place) => {
    const keys = [fields.size("linear_num_key_heads"), fields.size("linear_key_head_dim")];
    const values = [fields.size("linear_num_value_heads"), fields.size("linear_value_head_dim")];
    const deltanet = [...keys, ...values, fields.size("linear_conv_kernel_dim")];
    return { linearLayers: layersWithoutAttention(fields, place), flags: { deltanet } };
  },
  mamba2: (fields, place) => {
    const heads = [fields.size("mamba_n_heads"), fields.size("mamba_d_head"), fields.size("mamba_n_groups")];
    const mamba2 = [...heads, fields.size("mamba_d_state"), fields.size("mamba_d_conv")];
    return { linearLayers: layersWithoutAttention(fields, place), flags: { mamba2 } };
  },
  nemotron: (fields, place) => {
    const pattern = fields.text("hybrid_override_pattern");
    const heads = [fields.size("mamba_num_heads"), fields.size("mamba_head_dim"), fields.size("n_groups")];
    const mamba2 = [...heads, fields.size("ssm_state_size"), fields.size("conv_kernel")];
    if (!/^[M*-]+$/.test(pattern) || pattern.length !== fields.size("num_hidden_layers")) {
      throw new Failure("bad_input", `${place}: \`hybrid_override_pattern\` is not one of M, * and - for each layer`, {
        hint: "tunewright models list nemotron holds those with experts by name",
      });
    }
    return { linearLayers: pattern.split("M").length - 1, flags: { pattern, mamba2 } };
  },
  "short-conv": (fields, place) => ({
    linearLayers: layersWithoutAttention(fields, place),
    flags: { shortConv: fields.size("conv_L_cache") },
  }),
};

/** From the list of layer kinds, or from how often full attention comes. */
function layersWithoutAttention(fields: ConfigFields, place: string): number {
  const layers = fields.size("num_hidden_layers");
  const kinds = fields.words("layer_types");
  const every = fields.sizeOr(undefined, "full_attention_interval");
  if (kinds !== undefined && kinds.length === layers) {
    return kinds.filter((kind) => kind !== "full_attention" && kind !== "attention").length;
  }
  if (kinds === undefined && every !== undefined && every > 0) return layers - Math.floor(layers / every);
  throw new Failure(
    "bad_input",
    `${place}: \`layer_types\` does not say for each of ${layers} layers whether it has attention`,
  );
}
