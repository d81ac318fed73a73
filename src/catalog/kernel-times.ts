import type { Gpu } from "../domain/gpu.ts";
import { findGpu } from "./gpus.ts";
import { type KernelGrid, logRatioAt, readGrids } from "./kernel-grid.ts";
import { gemmBoundSec, type KernelPrecision, type KernelRates, ratesLike, ratesOf } from "./kernel-rates.ts";
import { standIn } from "./kernel-stand-ins.ts";

/** Seconds of one kernel; scaled where the GPU has no table of its own and another's is held to its rates. */
export type KernelTime = { sec: number; basis: "measured" | "scaled" };

/** A matrix product m x k by k x n on one GPU. */
export type Gemm = { gpu: Gpu; precision: KernelPrecision; m: number; n: number; k: number };

/** A table, and the rates of the GPU that is asked for. */
type Table = { grid: KernelGrid; rates: KernelRates; basis: KernelTime["basis"] };

/** GPUs with tables of their own; the first two stand in for a format that was published for them alone. */
const MEASURED_GPUS: readonly string[] = [
  "A100-80GB-SXM",
  "H100-80GB-SXM",
  "H200-141GB-SXM",
  "B200",
  "B300",
  "GB200",
  "GB300",
  "L40S",
  "RTX-PRO-6000-Server",
];

const gemmGrids = new Map<string, ReadonlyMap<string, KernelGrid>>();
const gemmTables = new Map<string, Map<KernelPrecision, Table | undefined>>();

/**
 * Seconds of a matrix product, from published times of single kernels, interpolated between their ratios to what the
 * GPU's rates bound. A GPU without a table takes the ratio of the nearest one that has one (`stand-ins.csv`).
 *
 * @returns undefined for a precision that the GPU has no rate for, or that nobody published
 * @source aiconfigurator-core 0.12.0, named in each file of `data/kernels/gemm/`
 * @accuracy against every published row by GPU and precision: `data/kernels/errors.csv`. The products were timed one
 *   by one on an idle card: hours of training run slower. Beyond the grid (m or k above 65,536) the outermost
 *   efficiency holds.
 */
export function gemmSec({ gpu, precision, m, n, k }: Gemm): KernelTime | undefined {
  let tables = gemmTables.get(gpu.id);
  if (tables === undefined) gemmTables.set(gpu.id, (tables = new Map()));
  if (!tables.has(precision)) tables.set(precision, gemmTable(gpu, precision));
  const table = tables.get(precision);
  if (table === undefined) return undefined;
  const point = [m, k, n];
  const sec = Math.exp(logRatioAt(table.grid, point)) * gemmBoundSec(table.rates, precision, point);
  return { sec, basis: table.basis };
}

/** The first table that fits: the GPU's own, that of its stand-in, or the only published one of the precision. */
function gemmTable(gpu: Gpu, precision: KernelPrecision): Table | undefined {
  for (const id of [gpu.id, standIn(gpu.id), ...MEASURED_GPUS.slice(0, 2)]) {
    if (id === undefined || !MEASURED_GPUS.includes(id)) continue;
    const grid = gemmGridsOf(id).get(precision);
    const rates = ratesLike(findGpu(id), gpu, precision);
    if (grid !== undefined && rates !== undefined) return { grid, rates, basis: id === gpu.id ? "measured" : "scaled" };
  }
  return undefined;
}

/** Grids of matrix products of a GPU by precision; read at the first call. */
function gemmGridsOf(gpuId: string): ReadonlyMap<string, KernelGrid> {
  let grids = gemmGrids.get(gpuId);
  if (grids === undefined) {
    const gpu = findGpu(gpuId);
    grids = readGrids(`gemm/${gpuId}.csv`, (precision, point) =>
      gemmBoundSec(ratesOf(gpu, precision as KernelPrecision)!, precision as KernelPrecision, point),
    );
    gemmGrids.set(gpuId, grids);
  }
  return grids;
}
