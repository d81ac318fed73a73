import type { Gpu } from "../domain/gpu.ts";
import type { GridPoint } from "./kernel-grid.ts";
import {
  type CollectiveOperation,
  collectiveBoundSec,
  contextAttentionBoundSec,
  contextLatentBoundSec,
  gemmBoundSec,
  generationAttentionBoundSec,
  generationLatentBoundSec,
  type KernelPrecision,
} from "./kernel-rates.ts";
import { type KernelTable, kernelTables } from "./kernel-tables.ts";
import { monotoneSec } from "./monotone-time.ts";

/** Seconds of one kernel. `scaled` means that the GPU has no table, and that of another GPU was scaled to its rates. */
export type KernelTime = { sec: number; basis: "measured" | "scaled" };

/**
 * Whether time must not decrease as the work grows (rows of a product; sequences and tokens of attention; bytes of a
 * collective). Single timings are noisy, so without it a step with more work can be faster.
 */
type Monotone = { isMonotone?: boolean };

/** A matrix product m x k by k x n on one GPU. */
export type Gemm = Monotone & { gpu: Gpu; precision: KernelPrecision; m: number; n: number; k: number };

/** Attention of one layer on one GPU: `tokens` are those of the prompt, or those in the cache. */
export type Attention = Monotone & {
  gpu: Gpu;
  /** For a prompt: format of the products; for one added token: format of the cache. */
  precision: "bf16" | "fp8";
  batch: number;
  tokens: number;
  heads: number;
  kvHeads: number;
  headDim: number;
};

/**
 * Latent attention of one layer on one GPU (DeepSeek's widths: 512 compressed, 64 rotary); precision is that of the
 * cache.
 */
export type LatentAttention = Omit<Attention, "kvHeads" | "headDim">;

/**
 * A collective over the GPUs of one node; `bytes` is the size of the complete tensor: the sum, or everything gathered
 * or scattered.
 */
export type Collective = Monotone & { gpu: Gpu; op: CollectiveOperation; bytes: number; gpus: number };

/** Head widths with published attention times. */
const HEAD_DIMS = [64, 128, 192, 256, 512];

const gemmTable = kernelTables({
  kind: "gemm",
  precisionOf: (label) => label as KernelPrecision,
  boundSec: (rates, label, point) => gemmBoundSec(rates, label as KernelPrecision, point),
});

/**
 * Axes of attention along which a gap searches for a neighbour, streams first: many long streams do not fit and were
 * not measured, and a kernel that fills the chip with fewer streams of that length is as efficient, while shorter
 * streams are less so.
 */
const STREAMS_FIRST = [1, 2, 0];

const contextTable = kernelTables({
  kind: "context-attention",
  gapAxes: STREAMS_FIRST,
  precisionOf: (label) => formatOf(label).precision,
  boundSec: (rates, label, point) => contextAttentionBoundSec(rates, formatOf(label), point),
});

// An eight-bit cache is multiplied in sixteen bits.
const generationTable = kernelTables({
  kind: "generation-attention",
  gapAxes: STREAMS_FIRST,
  precisionOf: () => "bf16",
  boundSec: (rates, label, point) => generationAttentionBoundSec(rates, formatOf(label), point),
});

// A prompt is multiplied in bf16, regardless of the format of its cache.
const contextLatentTable = kernelTables({
  kind: "context-latent-attention",
  gapAxes: STREAMS_FIRST,
  precisionOf: () => "bf16",
  boundSec: (rates, _, point) => contextLatentBoundSec(rates, point),
});

const generationLatentTable = kernelTables({
  kind: "generation-latent-attention",
  gapAxes: STREAMS_FIRST,
  precisionOf: () => "bf16",
  boundSec: (rates, label, point) => generationLatentBoundSec(rates, label as LatentAttention["precision"], point),
});

const collectiveTable = kernelTables({
  kind: "collective",
  precisionOf: () => "bf16",
  boundSec: (rates, label, point) => collectiveBoundSec(rates, label as CollectiveOperation, point),
});

/**
 * Seconds of a matrix product, from published times of single kernels, interpolated by their ratios to the bounds of
 * the GPU. A GPU without a table uses the ratios of the nearest one that has a table (`stand-ins.csv`).
 *
 * @returns undefined for a precision for which the GPU has no rate, or for which there are no published times
 * @source aiconfigurator-core 0.12.0, named in each file of `data/kernels/gemm/`
 * @accuracy against every published row by GPU and precision: `data/kernels/errors.csv`. The products were timed one by
 * one on an idle GPU: hours of training run slower. Beyond the grid (m above 32,768, n or k above 65,536) the
 *   outermost efficiency holds.
 */
export function gemmSec(product: Gemm): KernelTime | undefined {
  const { gpu, precision, m, n, k } = product;
  const table = gemmTable(gpu, precision);
  if (table === undefined) return undefined;
  const point = [m, k, n];
  return timeOf(table, {
    point,
    axes: product.isMonotone ? ROWS : NONE,
    boundSec: (gridPoint) => gemmBoundSec(table.rates, precision, gridPoint),
  });
}

/**
 * Seconds of causal attention over prompts of one length, forward, in one layer.
 *
 * @source as `gemmSec`; the fastest published kernel of each shape
 * @accuracy `errors.csv`, context; the table of the nearest head width is taken. Beyond 16,384 tokens the outermost
 *   efficiency holds
 */
export function contextAttentionSec(attention: Attention): KernelTime | undefined {
  const { gpu, precision, batch, tokens, heads, kvHeads, headDim } = attention;
  const table = nearestHead(headDim, (width) => contextTable(gpu, `${precision}-${width}`));
  if (table === undefined) return undefined;
  const point = [heads / kvHeads, batch * heads, tokens];
  return timeOf(table, {
    point,
    axes: attention.isMonotone ? SEQUENCES_AND_TOKENS : NONE,
    headDim,
    boundSec: (gridPoint) => contextAttentionBoundSec(table.rates, { precision, headDim }, gridPoint),
  });
}

/**
 * Seconds of attention of one new token per sequence over its cache, in one layer.
 *
 * @source as `gemmSec`; the fastest published kernel of each shape
 * @accuracy `errors.csv`, generation; small caches that stay in the L2 cache beat the bound and vary most
 */
export function generationAttentionSec(attention: Attention): KernelTime | undefined {
  const { gpu, precision, batch, tokens, heads, kvHeads, headDim } = attention;
  const table = nearestHead(headDim, (width) => generationTable(gpu, `${precision}-${width}`));
  if (table === undefined) return undefined;
  const point = [heads / kvHeads, batch * kvHeads, tokens];
  return timeOf(table, {
    point,
    axes: attention.isMonotone ? SEQUENCES_AND_TOKENS : NONE,
    headDim,
    boundSec: (gridPoint) => generationAttentionBoundSec(table.rates, { precision, headDim }, gridPoint),
  });
}

/**
 * Seconds of causal latent attention over prompts of one length, forward, in one layer, as inference engines compute
 * it: on Hopper, Ada and RTX Blackwell it multiplies with the compressed cache, which takes 3.4 times the products of
 * expanded keys and values (an H100 reaches 608 TFLOP/s when counted this way). Training expands them, so it uses
 * `contextAttentionSec`.
 *
 * @source as `gemmSec`; SGLang 0.5.14, TensorRT-LLM 1.0 on A100
 * @accuracy `errors.csv`, contextLatent
 */
export function contextLatentAttentionSec(attention: LatentAttention): KernelTime | undefined {
  const { gpu, precision, batch, tokens, heads } = attention;
  const table = contextLatentTable(gpu, precision);
  if (table === undefined) return undefined;
  const point = [heads, batch, tokens];
  return timeOf(table, {
    point,
    axes: attention.isMonotone ? SEQUENCES_AND_TOKENS : NONE,
    boundSec: (gridPoint) => contextLatentBoundSec(table.rates, gridPoint),
  });
}

/**
 * Seconds of latent attention of one new token per sequence over its compressed cache, in one layer.
 *
 * @source as `contextLatentAttentionSec`
 * @accuracy `errors.csv`, generationLatent
 */
export function generationLatentAttentionSec(attention: LatentAttention): KernelTime | undefined {
  const { gpu, precision, batch, tokens, heads } = attention;
  const table = generationLatentTable(gpu, precision);
  if (table === undefined) return undefined;
  const point = [heads, batch, tokens];
  return timeOf(table, {
    point,
    axes: attention.isMonotone ? SEQUENCES_AND_TOKENS : NONE,
    boundSec: (gridPoint) => generationLatentBoundSec(table.rates, precision, gridPoint),
  });
}

/**
 * Seconds of a collective among the GPUs of one node: NCCL's, or an inference engine's own all-reduce.
 *
 * @source as `gemmSec`; NCCL 2.27 and 2.29, vLLM's all-reduce in a CUDA graph
 * @accuracy `errors.csv`, collective; 2, 4 and 8 GPUs (4 at most on GB200 and GB300), one kind of host each: the
 *   topology of PCIe GPUs changes it by a multiple. Undefined if the link of the GPU is unknown
 */
export function collectiveSec(collective: Collective): KernelTime | undefined {
  const { gpu, op, bytes, gpus } = collective;
  if (gpus < 2) return { sec: 0, basis: "measured" };
  const table = collectiveTable(gpu, op);
  if (table === undefined || table.rates.linkBytesPerSec === undefined) return undefined;
  const point = [gpus, bytes];
  return timeOf(table, {
    point,
    axes: collective.isMonotone ? BYTES : NONE,
    boundSec: (gridPoint) => collectiveBoundSec(table.rates, op, gridPoint),
  });
}

/** Axes of a grid along which the work increases. */
const NONE: readonly number[] = [];
const ROWS = [0];
const SEQUENCES_AND_TOKENS = [1, 2];
const BYTES = [1];

type Asked = {
  point: GridPoint;
  axes: readonly number[];
  headDim?: number;
  boundSec: (point: GridPoint) => number;
};

function timeOf(table: KernelTable, { point, axes, headDim = 0, boundSec }: Asked): KernelTime {
  return { sec: monotoneSec({ table, bound: headDim, boundSec }, point, axes), basis: table.basis };
}

/** Format and head width of an attention table, such as `fp8-128`. */
function formatOf(label: string): { precision: "bf16" | "fp8"; headDim: number } {
  const [precision, headDim] = label.split("-");
  return { precision: precision as "bf16" | "fp8", headDim: Number(headDim) };
}

/** The table with the nearest head width, by ratio. */
function nearestHead(headDim: number, tableOf: (width: number) => KernelTable | undefined): KernelTable | undefined {
  const isNearer = (a: number, b: number): number => Math.abs(Math.log(a / headDim)) - Math.abs(Math.log(b / headDim));
  for (const width of HEAD_DIMS.toSorted(isNearer)) {
    const table = tableOf(width);
    if (table !== undefined) return table;
  }
  return undefined;
}
