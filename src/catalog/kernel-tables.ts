import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";
import type { Gpu } from "../domain/gpu.ts";
import { findGpu } from "./gpus.ts";
import { type GridPoint, type KernelGrid, readGrids } from "./kernel-grid.ts";
import { type KernelPrecision, type KernelRates, ratesOf } from "./kernel-rates.ts";

/** Kinds of kernels with a folder of tables, one file per GPU. */
type KernelKind =
  | "gemm"
  | "context-attention"
  | "generation-attention"
  | "context-latent-attention"
  | "generation-latent-attention"
  | "collective";

/**
 * A table for one GPU: its grid, the GPU's rates relative to the grid's, and whether the grid was measured on this GPU.
 */
export type KernelTable = { grid: KernelGrid; label: string; rates: KernelRates; basis: "measured" | "scaled" };

/** Reader of the tables of one kind. */
export type KernelTables = {
  kind: KernelKind;
  /** The format whose rates bound a table. */
  precisionOf: (label: string) => KernelPrecision;
  /** Lower bound in seconds of a table at a point. */
  boundSec: (rates: KernelRates, label: string, point: GridPoint) => number;
  /** Axes along which a gap searches for a neighbour, in order; default: from the last to the first. */
  gapAxes?: readonly number[];
};

/** GPUs with tables of their own. The first two are used for formats that were published only for them. */
export const MEASURED_GPUS: readonly string[] = [
  "H100-80GB-SXM",
  "A100-80GB-SXM",
  "H200-141GB-SXM",
  "B200",
  "B300",
  "GB200",
  "GB300",
  "L40S",
  "RTX-PRO-6000-Server",
];

/**
 * A look-up of the tables of one kind. A GPU uses its own table, otherwise that of its stand-in, otherwise one of the
 * two with the most formats; each is read on first use and cached.
 *
 * @returns a function from a GPU and a predicate over the labels of a file; it returns undefined if no table matches
 */
export function kernelTables(tables: KernelTables): (gpu: Gpu, label: string) => KernelTable | undefined {
  const grids = new Map<string, ReadonlyMap<string, KernelGrid>>();
  const byGpu = new WeakMap<Gpu, Map<string, KernelTable | undefined>>();
  const byRates = new Map<string, KernelTable>(); // a caller may have changed the rates of a GPU and kept its id
  const gridsOf = (gpuId: string): ReadonlyMap<string, KernelGrid> => {
    let its = grids.get(gpuId);
    if (its === undefined) grids.set(gpuId, (its = readTables(tables, findGpu(gpuId))));
    return its;
  };
  const find = (gpu: Gpu, label: string): KernelTable | undefined => {
    for (const id of [gpu.id, standIn(gpu.id), ...MEASURED_GPUS.slice(0, 2)]) {
      if (id === undefined || !MEASURED_GPUS.includes(id)) continue;
      const grid = gridsOf(id).get(label);
      const rates = ratesOf(gpu, tables.precisionOf(label));
      if (grid !== undefined && rates !== undefined) {
        const key = JSON.stringify([gpu.id, label, rates]);
        const table = byRates.get(key) ?? { grid, label, rates, basis: id === gpu.id ? "measured" : "scaled" };
        byRates.set(key, table);
        return table;
      }
    }
    return undefined;
  };
  return (gpu, label) => {
    let its = byGpu.get(gpu);
    if (its === undefined) byGpu.set(gpu, (its = new Map()));
    if (!its.has(label)) its.set(label, find(gpu, label));
    return its.get(label);
  };
}

function readTables({ kind, precisionOf, boundSec, gapAxes }: KernelTables, gpu: Gpu): ReadonlyMap<string, KernelGrid> {
  const boundOf = (label: string, point: GridPoint): number => {
    const rates = ratesOf(gpu, precisionOf(label));
    if (rates === undefined) throw new Error(`${kind}/${gpu.id}.csv has ${label}, for which the GPU has no rate`);
    return boundSec(rates, label, point);
  };
  return readGrids(`${kind}/${gpu.id}.csv`, boundOf, gapAxes);
}

let likes: ReadonlyMap<string, string> | undefined;

/** The GPU, by id, whose kernel times are used for a GPU without any: same chip, generation, or time. */
export function standIn(gpuId: string): string | undefined {
  if (likes === undefined) {
    const text = readFileSync(new URL("./data/kernels/stand-ins.csv", import.meta.url), "utf8");
    likes = new Map(parseCsv(text, "stand-ins.csv").rows.map(({ fields }) => [fields["gpu"]!, fields["like"]!]));
  }
  return likes.get(gpuId);
}
