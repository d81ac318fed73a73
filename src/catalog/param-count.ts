import type { ParamCount } from "../domain/param-count.ts";
import type { ArchitectureFlags, ShapeFacts } from "./architecture.ts";
import { attentionParams, groupedAttentionParams } from "./count/attention.ts";
import { linearMixerParams } from "./count/mixers.ts";
import { expertParams, mlpParams } from "./count/mlp.ts";
import { encoderDecoderParams } from "./count/encoder-decoder.ts";
import { perLayerExtras } from "./count/per-layer.ts";

/**
 * Parameters of a model, computed from its shape.
 *
 * For dense models `active` equals `total`. For experts it includes the active routed ones, the shared ones,
 * attention and both embeddings, but not the layers for multi-token prediction or the encoders for images and sound.
 *
 * @accuracy within 0.5 % of the published count for all but the rows of `test/golden/model-count-exceptions.tsv`
 */
export function paramCount(shape: ShapeFacts, flags: ArchitectureFlags): ParamCount {
  if (flags.encoderDecoder !== undefined) return encoderDecoderParams(shape, flags.encoderDecoder);
  const layers = layerKinds(shape, flags);
  const experts = expertParams(shape, flags);
  const parts = {
    embedding: embeddingParams(shape, flags),
    attention: allAttentionParams(shape, flags, layers.attention),
    linearMixers: layers.linear === 0 ? 0 : layers.linear * linearMixerParams(shape, flags),
    mlp: allMlpParams(shape, flags, layers.dense),
    experts: layers.experts * experts.total,
    norms: normParams(shape, flags),
    extras: perLayerExtras(shape, flags),
    mtp: flags.mtpLayers * mtpParams(shape, flags),
    towers: flags.towers,
  };
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const idle = layers.experts * (experts.total - experts.active);
  return { total, active: shape.experts === null ? total : total - idle - parts.mtp - parts.towers, parts };
}

/** Number of layers with each kind of block. A layer of most models has a mixer and an MLP; of Nemotron-H, only one. */
function layerKinds(
  shape: ShapeFacts,
  flags: ArchitectureFlags,
): { attention: number; linear: number; dense: number; experts: number } {
  if (flags.pattern !== undefined) {
    const count = (letter: string): number => flags.pattern!.split(letter).length - 1;
    return { attention: count("*"), linear: count("M"), dense: count("-"), experts: count("E") };
  }
  const withExperts =
    shape.experts === null ? 0 : Math.floor((shape.layers - shape.experts.firstDenseLayers) / flags.moeEvery);
  return {
    attention: shape.layers - shape.linearLayers,
    linear: flags.parallelMixer ? shape.layers : shape.linearLayers,
    dense: shape.layers - withExperts,
    experts: withExperts,
  };
}

/** Token embedding, output head (none if tied), learned positions, projections of a narrow embedding, their norm. */
function embeddingParams(shape: ShapeFacts, flags: ArchitectureFlags): number {
  const width = flags.embeddingWidth ?? shape.hidden;
  return (
    shape.vocab * width * (shape.tiedEmbeddings ? 1 : 2) +
    flags.positions * shape.hidden +
    (flags.embeddingWidth === undefined ? 0 : 2 * width * shape.hidden) +
    (flags.embeddingNorm ? normWidth(shape.hidden, flags) : 0) +
    (flags.headBias ? shape.vocab : 0)
  );
}

/**
 * All attention layers, which are identical except for global layers of another shape. Layers that reuse keys keep
 * their matrices.
 */
function allAttentionParams(shape: ShapeFacts, flags: ArchitectureFlags, layers: number): number {
  if (flags.global === undefined) return layers * attentionParams(shape, flags);
  const [globalLayers = 0, headDim = 0, kvHeads = 0] = flags.global;
  const global = groupedAttentionParams({ ...shape, headDim, kvHeads }, flags, { values: !flags.globalSharesKv });
  return (layers - globalLayers) * groupedAttentionParams(shape, flags) + globalLayers * global;
}

/** All dense MLPs, which are identical except for last layers of another width. */
function allMlpParams(shape: ShapeFacts, flags: ArchitectureFlags, layers: number): number {
  const [wideLayers = 0, width = 0] = flags.lastMlp ?? [];
  return (layers - wideLayers) * mlpParams(shape, flags, shape.mlp) + wideLayers * mlpParams(shape, flags, width);
}

function normWidth(hidden: number, flags: ArchitectureFlags): number {
  return { rms: 1, ln: 2, "ln-no-bias": 1, none: 0 }[flags.norm] * hidden;
}

/** Norms of all layers and the final one. A layer with one mixer has one norm; OPT-350m has no final norm. */
function normParams(shape: ShapeFacts, flags: ArchitectureFlags): number {
  const perLayer = flags.pattern === undefined ? flags.normsPerLayer : 1;
  const last = flags.embeddingWidth === undefined ? 1 : 0;
  return (shape.layers * perLayer + last) * normWidth(shape.hidden, flags);
}

/**
 * A layer for multi-token prediction: a complete layer, a matrix that joins the state and the next embedding, three
 * norms, and in some files a second copy of both embeddings.
 *
 * @source DeepSeek-AI 2024, arXiv:2412.19437, §2.2
 */
function mtpParams(shape: ShapeFacts, flags: ArchitectureFlags): number {
  const { hidden, vocab } = shape;
  const isDense = shape.experts === null || flags.mtpDense;
  const layer =
    attentionParams(shape, flags) +
    (isDense ? mlpParams(shape, flags, shape.mlp) : expertParams(shape, flags).total) +
    flags.normsPerLayer * normWidth(hidden, flags);
  const copies = flags.mtpEmbeddings ? 2 * vocab * hidden : 0;
  return layer + 2 * hidden * hidden + 3 * normWidth(hidden, flags) + copies;
}
