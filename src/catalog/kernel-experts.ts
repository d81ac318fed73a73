import type { Gpu } from "../domain/gpu.ts";
import { findGpu } from "./gpus.ts";
import { kernelCells } from "./kernel-grid.ts";
import { MEASURED_GPUS, standIn } from "./kernel-tables.ts";
import { peakTflops } from "./peak-tflops.ts";

/** Formats of expert weights that were measured. */
export type ExpertFormat = "bf16" | "fp8" | "nvfp4" | "mxfp4" | "mxfp4-tensorrt-llm";

/** Routed experts of one layer: widths of the complete model, and the layout over GPUs. */
export type RoutedExperts = {
  gpu: Gpu;
  format: ExpertFormat;
  hidden: number;
  /** Width of one expert. */
  mlp: number;
  active: number;
  total: number;
  /** Number of GPUs that share each expert, and number of GPUs over which the experts are spread. */
  split: number;
  spread: number;
  /** Tokens over all GPUs. */
  tokens: number;
  /** A layer whose tables are ignored, to measure the error for layers that are not in the tables. */
  except?: { hidden: number; mlp: number; total: number };
};

type Timed = Omit<RoutedExperts, "gpu" | "format" | "tokens" | "except"> & {
  tokens: readonly number[];
  us: readonly number[];
};

/** Bytes of one weight. */
const BYTES: Readonly<Record<ExpertFormat, number>> = {
  bf16: 2,
  fp8: 1,
  nvfp4: 0.5625,
  mxfp4: 0.53125,
  "mxfp4-tensorrt-llm": 0.53125,
};

/** Launch time of the fused kernel and of the kernels that sort the tokens. */
const LAUNCH_SEC = 5e-6;

/**
 * GPUs with a table, starting with the one with the most formats, which is used for formats that were measured only
 * there.
 */
const TIMED_GPUS = MEASURED_GPUS.filter((id) => id !== "RTX-PRO-6000-Server");

/**
 * Seconds of the routed experts of one layer on one GPU: sorting, both products, and the sum, with tokens distributed
 * over experts by a power law. Interpolated from the published times of the nearest shape, relative to the bounds of
 * the GPU: each expert with at least one token is read once, and each token is multiplied by its experts.
 *
 * @source aiconfigurator-core 0.12.0 (Apache-2.0), named in each file of `data/kernels/experts/`; distribution
 * power_law_1.01
 * @accuracy `data/kernels/errors.csv`, experts: for the shapes in the tables, at token counts between the stored ones
 */
export function expertsSec(asked: RoutedExperts): number {
  const timed = nearest(asked);
  const { tokens, us } = timed;
  const index = Math.min(Math.max(asked.tokens, tokens[0]!), tokens.at(-1)!);
  let low = 0;
  while (low < tokens.length - 2 && tokens[low + 1]! <= index) low++;
  const boundAt = (node: number): number => boundSec({ ...timed, format: asked.format }, tokens[node]!);
  // The time of one token beyond its reads is the launch of several kernels, which does not get shorter in a narrower
  // layer.
  const fixedSec = Math.max(0, us[0]! * MICROSECOND - boundAt(0));
  const ratio = (node: number): number => Math.log((us[node]! * MICROSECOND - fixedSec) / boundAt(node));
  const share = Math.log(index / tokens[low]!) / Math.log(tokens[low + 1]! / tokens[low]!);
  const sec = boundSec(asked, asked.tokens) * Math.exp(ratio(low) + share * (ratio(low + 1) - ratio(low)));
  // Timings are noisy: a number of tokens takes at most the time of a larger number, to which it can be padded.
  const least = tokens.map((count, node) => boundSec(asked, count) * Math.exp(ratio(node)));
  for (let node = least.length - 2; node >= 0; node--) least[node] = Math.min(least[node]!, least[node + 1]!);
  const above = tokens.findIndex((count) => count > asked.tokens);
  const floored = above === 0 ? sec : Math.max(sec, least.at(above < 0 ? -1 : above - 1)!);
  return fixedSec + (above < 0 ? floored : Math.min(floored, least[above]!));
}

const MICROSECOND = 1e-6;

/** Lower bound in seconds: the products of a GPU's share of the tokens, or its reads. */
function boundSec(experts: Omit<RoutedExperts, "tokens" | "except">, tokens: number): number {
  const { gpu, format, hidden, active, total, split, spread } = experts;
  const width = experts.mlp / split;
  const touched = (total / spread) * (1 - (1 - active / total) ** tokens);
  const routed = (tokens * active) / spread;
  const flopSec = (6 * routed * hidden * width) / ((rate(gpu, format) ?? Number.NaN) * 1e12);
  const bytes = touched * 3 * hidden * width * BYTES[format] + routed * (4 * hidden + 6 * width);
  return Math.max(flopSec, bytes / (gpu.bandwidthTbPerSec * 1e12)) + LAUNCH_SEC;
}

/** 4-bit OCP formats are multiplied in eight bits if the GPU has 4-bit units, otherwise in sixteen. */
function rate(gpu: Gpu, format: ExpertFormat): number | null {
  if (format !== "mxfp4" && format !== "mxfp4-tensorrt-llm") {
    return peakTflops(gpu, format) ?? peakTflops(gpu, "bf16");
  }
  return peakTflops(gpu, gpu.fp4Tflops === null ? "bf16" : "fp8");
}

const files = new Map<string, ReadonlyMap<string, readonly Timed[]>>();
const found = new Map<string, Timed & { gpu: Gpu }>();

/** The most similar measured layer: on the GPU itself, else on its stand-in, else on any GPU with the format. */
function nearest(asked: RoutedExperts): Timed & { gpu: Gpu } {
  const { gpu, format, hidden, mlp, active, total, split, spread, except } = asked;
  const key = [gpu.id, format, hidden, mlp, active, total, split, spread, except === undefined].join("|");
  const known = found.get(key);
  if (known !== undefined) return known;
  const away = (a: number, b: number): number => Math.abs(Math.log(a / b));
  const distance = (timed: Timed): number =>
    away(timed.hidden, hidden) +
    away(timed.mlp / timed.split, mlp / split) +
    away(timed.total / timed.spread, total / spread) +
    away(timed.active, active) +
    away(timed.spread, spread) / 2;
  for (const id of [gpu.id, standIn(gpu.id), ...TIMED_GPUS]) {
    if (id === undefined || !TIMED_GPUS.includes(id)) continue;
    const all = (tablesOf(id).get(format) ?? []).filter((timed) => except === undefined || !isLayer(timed, except));
    if (all.length === 0) continue;
    const best = all.reduce((least, timed) => (distance(timed) < distance(least) ? timed : least));
    const answer = { ...best, gpu: findGpu(id) };
    found.set(key, answer);
    return answer;
  }
  throw new Error(`no table of experts in ${format}`);
}

function isLayer(timed: Timed, { hidden, mlp, total }: NonNullable<RoutedExperts["except"]>): boolean {
  return timed.hidden === hidden && timed.mlp === mlp && timed.total === total;
}

/** Tables of one GPU by format: one line per layer and layout, one column per number of tokens. */
function tablesOf(gpuId: string): ReadonlyMap<string, readonly Timed[]> {
  const known = files.get(gpuId);
  if (known !== undefined) return known;
  const [header, ...lines] = kernelCells(`experts/${gpuId}.csv`);
  const tables = new Map<string, Timed[]>();
  for (const [label, ...cells] of lines) {
    const [hidden, mlp, active, total, split, spread] = cells.slice(0, LABELS).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const nodes = header!
      .slice(1 + LABELS)
      .map((node, index) => [Number(node), cells[LABELS + index]!] as const)
      .filter(([, us]) => us !== "");
    const timed = { hidden, mlp, active, total, split, spread };
    const its = tables.get(label!) ?? [];
    its.push({ ...timed, tokens: nodes.map(([node]) => node), us: nodes.map(([, us]) => Number(us)) });
    tables.set(label!, its);
  }
  files.set(gpuId, tables);
  return tables;
}

/** Columns between the format and the times. */
const LABELS = 6;
