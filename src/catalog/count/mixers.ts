import type { ArchitectureFlags, ShapeFacts } from "../architecture.ts";

/**
 * Parameters of the mixer that replaces attention in the linear layers of a hybrid model.
 *
 * @throws Error if a shape has linear layers but no flag with their kind, which is an error in the catalogue
 */
export function linearMixerParams(shape: ShapeFacts, flags: ArchitectureFlags): number {
  if (flags.mamba2 !== undefined) return mamba2Params(shape.hidden, flags.mamba2);
  if (flags.mamba !== undefined) return mambaParams(shape.hidden, flags.mamba);
  if (flags.deltanet !== undefined) return gatedDeltaNetParams(shape.hidden, flags.deltanet);
  if (flags.kda !== undefined) return kimiDeltaParams(shape.hidden, flags.kda);
  if (flags.shortConv !== undefined) return shortConvolutionParams(shape.hidden, flags.shortConv);
  if (flags.lightning) return lightningParams(shape);
  throw new Error(`${shape.id} has linear layers of an unknown kind`);
}

/**
 * Mamba-2: one projection in (gate, input, B, C, step), a convolution with bias, A, D and the step's bias per head,
 * a norm, one projection out.
 *
 * @param sizes  heads, head width, groups, state size, convolution length
 * @source Dao and Gu 2024, arXiv:2405.21060, §7
 */
function mamba2Params(hidden: number, sizes: readonly number[]): number {
  const [heads = 0, headDim = 0, groups = 0, state = 0, convolution = 0] = sizes;
  const inner = heads * headDim;
  const convolved = inner + 2 * groups * state;
  return hidden * (inner + convolved + heads) + convolved * (convolution + 1) + 3 * heads + inner + inner * hidden;
}

/**
 * Mamba with Jamba's three norms: projections in (channels and gate), of the channels to step, B and C, of the step's rank,
 * and out; a convolution with bias, A, D and the step's bias per channel.
 *
 * @param sizes  channels, state size, convolution length, rank of the step
 * @source Gu and Dao 2023, arXiv:2312.00752, §3; Lieber et al. 2024, arXiv:2403.19887, §2 (norms)
 */
function mambaParams(hidden: number, sizes: readonly number[]): number {
  const [inner = 0, state = 0, convolution = 0, stepRank = 0] = sizes;
  const projections = hidden * 2 * inner + inner * (stepRank + 2 * state) + stepRank * inner + inner * hidden;
  return projections + inner * (convolution + 1) + inner * (state + 2) + stepRank + 2 * state;
}

/**
 * Gated DeltaNet: queries, keys, values and gate; two numbers per value head; a convolution without bias; a norm.
 *
 * @param sizes  key heads, key head width, value heads, value head width, convolution length
 * @source Yang et al. 2024, arXiv:2412.06464; sizes as in Qwen3-Next
 */
function gatedDeltaNetParams(hidden: number, sizes: readonly number[]): number {
  const [keyHeads = 0, keyDim = 0, valueHeads = 0, valueDim = 0, convolution = 0] = sizes;
  const keys = keyHeads * keyDim;
  const values = valueHeads * valueDim;
  const projections = hidden * (2 * keys + 2 * values) + hidden * 2 * valueHeads + values * hidden;
  return projections + (2 * keys + values) * convolution + 2 * valueHeads + valueDim;
}

/**
 * Kimi Delta Attention: queries, keys and values, each with a convolution; a decay and an output gate of low rank.
 *
 * @param sizes  heads, head width (the rank of both gates too), convolution length
 * @source Kimi Team 2025, arXiv:2510.26692, §4
 */
function kimiDeltaParams(hidden: number, sizes: readonly number[]): number {
  const [heads = 0, headDim = 0, convolution = 0] = sizes;
  const inner = heads * headDim;
  const lowRank = hidden * headDim + headDim * inner;
  return (
    3 * hidden * inner +
    3 * inner * convolution +
    2 * lowRank +
    hidden * heads +
    heads +
    inner +
    headDim +
    inner * hidden
  );
}

/** Gated short convolution of LFM2: a projection to three streams, a depthwise convolution, a projection out. */
function shortConvolutionParams(hidden: number, length: number): number {
  return 3 * hidden * hidden + hidden * length + hidden * hidden;
}

/** Lightning attention: full heads for queries, keys and values, an output gate and a norm (arXiv:2501.08313, §2.2). */
function lightningParams({ hidden, heads, headDim }: ShapeFacts): number {
  const inner = heads * headDim;
  return hidden * 3 * inner + hidden * inner + inner * hidden + inner;
}
