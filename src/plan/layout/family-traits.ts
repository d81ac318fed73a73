import type { ModelShape } from "../../domain/model-shape.ts";

/** Properties of a family's modelling code that its shape does not state. */
export type FamilyTraits = {
  /** The logits are capped by `cap × tanh(logits / cap)` before the loss, whose backward needs the tanh. */
  capsLogits: boolean;
  /** The gate of experts is clamped and multiplied step by step, which stores twice as much as SwiGLU. */
  clampsGate: boolean;
  /** Queries, keys and values are one matrix, and so are gate and up. */
  fusesMatrices: boolean;
  /** Queries and keys have RMS norms, which store them once more in fp32. */
  normsQueries: boolean;
  /** A norm follows attention and MLP, before the residual stream. */
  normsOutputs: boolean;
  /** Number of a layer's norms over the hidden width: the usual two, plus those after attention and MLP. */
  layerNorms: 2 | 4;
  /** Each layer of the family's hybrids is a single part, a mixer or an MLP, with one norm. */
  hasOnePart: boolean;
  /**
   * Checkpoints have one matrix per expert, which transformers 5 fuses on loading: PEFT applies `all-linear` to the
   * experts from 0.20, and a list with their names from 0.19.
   */
  convertsExperts: boolean;
};

const PLAIN: FamilyTraits = {
  capsLogits: false,
  clampsGate: false,
  fusesMatrices: false,
  normsQueries: false,
  normsOutputs: false,
  layerNorms: 2,
  hasOnePart: false,
  convertsExperts: false,
};

/**
 * Families by the start of their name in the catalogue or of a config.json's `model_type`; the first match is used.
 *
 * @source transformers 5.24: `final_logit_softcapping`, `q_norm`, `post_feedforward_layernorm` of each modelling file,
 *   and `_MODEL_TO_CONVERSION_PATTERN` of conversion_mapping.py, which peft 0.21 `_convert_peft_config_moe` uses
 *   (v0.19.0, 2026-04-14: only lists; v0.20.0, 2026-07-28: `all-linear`); qwen2_moe, gpt_oss, granitemoe, phimoe and
 *   llama4 are not in it
 */
const TRAITS: readonly [family: RegExp, traits: Partial<FamilyTraits>][] = [
  [/^gemma ?2/i, { capsLogits: true, normsOutputs: true, layerNorms: 4 }],
  [/^gemma ?(3n|4)/i, { capsLogits: true, normsQueries: true, normsOutputs: true, layerNorms: 4 }],
  [/^gemma ?3/i, { normsQueries: true, normsOutputs: true, layerNorms: 4 }],
  [/^gpt[-_]oss/i, { clampsGate: true }],
  [/^nemotron/i, { hasOnePart: true }],
  [/^phi ?3|^phi$/i, { fusesMatrices: true }],
  [/^qwen ?3[._][56]/i, { normsQueries: true }],
  [/^(qwen ?3|olmoe|hunyuan|minimax)/i, { normsQueries: true, convertsExperts: true }],
  [/^(olmo ?[23]|exaone)/i, { normsQueries: true, normsOutputs: true }],
  [/^apertus/i, { normsQueries: true }],
  [/^(mixtral|mistral|deepseek|kimi|glm|ernie)/i, { convertsExperts: true }],
];

/** Traits of the family of a shape. */
export function familyTraits({ family }: Pick<ModelShape, "family">): FamilyTraits {
  return { ...PLAIN, ...TRAITS.find(([name]) => name.test(family))?.[1] };
}
