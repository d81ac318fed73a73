import type { ModelShape } from "../domain/model-shape.ts";

/** The facts of a model before its parameters are counted. */
export type ShapeFacts = Omit<ModelShape, "paramCount" | "activeParamCount" | keyof MixerFacts>;

/** Mixers of the layers, as encoded in the flags. */
export type MixerFacts = Pick<ModelShape, "attentionLayers" | "recurrence" | "globalAttention" | "sharedKvLayers">;

/** Kinds of normalisation layer by their parameters: a weight, a weight and a bias, a weight without bias, none. */
const NORM_KINDS = ["rms", "ln", "ln-no-bias", "none"] as const;

/**
 * Input of the parameter count in addition to `ModelShape`: projections with biases, norms, and mixers that replace
 * attention. The defaults are Llama's. In `data/models.csv` they are the words of the column `flags`: `qkv-bias`,
 * `qk-norm=head`, `mamba2=128x64x8x128x4`.
 */
export type ArchitectureFlags = {
  /** Biases, each a vector of the output width of its matrix. */
  qkvBias: boolean;
  outputBias: boolean;
  mlpBias: boolean;
  headBias: boolean;
  routerBias: boolean;
  expertBias: boolean;
  /** Norms: kind, number per layer, and whether queries and keys are normalised per head or over all heads. */
  norm: (typeof NORM_KINDS)[number];
  normsPerLayer: number;
  qkNorm: "none" | "head" | "full";
  embeddingNorm: boolean;
  /** Rows of a learned position table; 0 for rotary embeddings, ALiBi or no positions. */
  positions: number;
  /** Width of the embedding if it differs from `hidden` and is projected in and out (OPT-350m). */
  embeddingWidth: number | undefined;
  /** One learned attention sink per head (gpt-oss). */
  sinks: boolean;
  /**
   * The query projection is doubled to gate the output (Qwen3-Next), or there is a separate gate projection (Trinity).
   */
  outputGate: boolean;
  gateProjection: boolean;
  /** Lightning indexer of sparse attention: heads x width (DeepSeek-V3.2). */
  indexer: readonly number[] | undefined;
  /**
   * Layers with global attention of another shape: count x head width x kv heads; `globalSharesKv`: no value matrix.
   */
  global: readonly number[] | undefined;
  globalSharesKv: boolean;
  /** Last layers that reuse the keys and values of earlier ones (Gemma 3n and 4). */
  sharedKv: number;
  /** Last layers with an MLP of another width: count x width (Gemma 4 E2B). */
  lastMlp: readonly number[] | undefined;
  /** Mixers that replace attention: sizes of one. */
  deltanet: readonly number[] | undefined;
  mamba: readonly number[] | undefined;
  mamba2: readonly number[] | undefined;
  kda: readonly number[] | undefined;
  shortConv: number | undefined;
  lightning: boolean;
  /** The mixer is an addition to the attention of every layer (Falcon-H1), and its state must be kept in fp32. */
  parallelMixer: boolean;
  fp32State: boolean;
  /** Layers with one mixer each (Nemotron-H): `M` Mamba-2, `*` attention, `-` MLP, `E` experts. */
  pattern: string | undefined;
  /**
   * Experts: they are in every n-th layer; a gate on the shared expert; a dense MLP in addition to them; a narrower
   * space in which they work.
   */
  moeEvery: number;
  sharedGate: boolean;
  parallelDense: boolean;
  moeLatent: number | undefined;
  /**
   * Layers for multi-token prediction that are part of the published count: with their own copy of both embeddings, or
   * dense.
   */
  mtpLayers: number;
  mtpEmbeddings: boolean;
  mtpDense: boolean;
  /** Vision and audio encoders with their projector, as published: added, not computed. */
  towers: number;
  /**
   * Gemma 3n and 4: rows x width of the embedding of each layer, streams of AltUp, rank of LAuReL, one scalar per
   * layer.
   */
  perLayerEmbedding: readonly number[] | undefined;
  altup: number;
  laurel: number;
  layerScalar: boolean;
  /** Encoder-decoder (T5): buckets of the relative position bias; `layers` is the number of layers of one stack. */
  encoderDecoder: number | undefined;
};

/** Llama's architecture: no biases, two RMS norms per layer, attention in every layer. */
export const PLAIN: ArchitectureFlags = {
  qkvBias: false,
  outputBias: false,
  mlpBias: false,
  headBias: false,
  routerBias: false,
  expertBias: false,
  norm: "rms",
  normsPerLayer: 2,
  qkNorm: "none",
  embeddingNorm: false,
  positions: 0,
  embeddingWidth: undefined,
  sinks: false,
  outputGate: false,
  gateProjection: false,
  indexer: undefined,
  global: undefined,
  globalSharesKv: false,
  sharedKv: 0,
  lastMlp: undefined,
  deltanet: undefined,
  mamba: undefined,
  mamba2: undefined,
  kda: undefined,
  shortConv: undefined,
  lightning: false,
  parallelMixer: false,
  fp32State: false,
  pattern: undefined,
  moeEvery: 1,
  sharedGate: false,
  parallelDense: false,
  moeLatent: undefined,
  mtpLayers: 0,
  mtpEmbeddings: false,
  mtpDense: false,
  towers: 0,
  perLayerEmbedding: undefined,
  altup: 0,
  laurel: 0,
  layerScalar: false,
  encoderDecoder: undefined,
};

const LISTS = new Set(["indexer", "global", "lastMlp", "perLayerEmbedding", "deltanet", "mamba", "mamba2", "kda"]);
const WORDS = new Set(["norm", "qkNorm", "pattern"]);

/**
 * Parses the words of the column `flags`.
 *
 * @throws Error for an unknown flag, which is an error in the catalogue's data and therefore a bug
 */
export function parseFlags(text: string): ArchitectureFlags {
  const flags: Record<string, unknown> = { ...PLAIN };
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const [name = "", value] = word.split("=");
    const key = name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    if (!(key in PLAIN)) throw new Error(`unknown architecture flag "${word}"`);
    if (value === undefined) flags[key] = true;
    else if (LISTS.has(key)) flags[key] = value.split("x").map(Number);
    else flags[key] = WORDS.has(key) ? value : Number(value);
  }
  return flags as ArchitectureFlags;
}
