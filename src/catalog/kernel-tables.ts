import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";
import type { Gpu } from "../domain/gpu.ts";
import { findGpu } from "./gpus.ts";
import { type GridPoint, type KernelGrid, readGrids } from "./kernel-grid.ts";
import { type KernelPrecision, type KernelRates, ratesOf } from "./kernel-rates.ts";

/** Kinds of kernel that have a folder of tables, one file per GPU. */
type KernelKind =
  | "gemm"
  | "context-attention"
  | "generation-attention"
  | "context-latent-attention"
  | "generation-latent-attention"
  | "collective";

/** A table as one GPU sees it: its grid, the GPU's rates on the grid's scale, and whether the grid is its own. */
export type KernelTable = { grid: KernelGrid; label: string; rates: KernelRates; basis: "measured" | "scaled" };

/** How the tables of one kind are read. */
export type KernelTables = {
  kind: KernelKind;
  /** The format whose rates bound a table. */
  precisionOf: (label: string) => KernelPrecision;
  /** Seconds that no kernel of a table beats at a point. */
  boundSec: (rates: KernelRates, label: string, point: GridPoint) => number;
  /** Axes along which a gap looks for a neighbour, first to last; from the last to the first where it is left out. */
  gapAxes?: readonly number[];
};

/** GPUs with tables of their own; the first two stand in where a format was published for them alone. */
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
 * A look-up of the tables of one kind. A GPU takes its own table, else that of its stand-in, else one of the two that
 * have most formats; each is read at its first use and kept.
 *
 * @returns a function from a GPU and what chooses among the labels of a file; it answers undefined where no table fits
 */
export function kernelTables(tables: KernelTables): (gpu: Gpu, label: string) => KernelTable | undefined {
  const grids = new Map<string, ReadonlyMap<string, KernelGrid>>();
  const known = new Map<string, Map<string, KernelTable | undefined>>();
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
        return { grid, label, rates, basis: id === gpu.id ? "measured" : "scaled" };
      }
    }
    return undefined;
  };
  return (gpu, label) => {
    let its = known.get(gpu.id);
    if (its === undefined) known.set(gpu.id, (its = new Map()));
    if (!its.has(label)) its.set(label, find(gpu, label));
    return its.get(label);
  };
}

function readTables({ kind, precisionOf, boundSec, gapAxes }: KernelTables, gpu: Gpu): ReadonlyMap<string, KernelGrid> {
  const boundOf = (label: string, point: GridPoint): number => {
    const rates = ratesOf(gpu, precisionOf(label));
    if (rates === undefined) throw new Error(`${kind}/${gpu.id}.csv has ${label}, which the GPU has no rate for`);
    return boundSec(rates, label, point);
  };
  return readGrids(`${kind}/${gpu.id}.csv`, boundOf, gapAxes);
}

let likes: ReadonlyMap<string, string> | undefined;

/** The GPU whose kernel times stand in for one that has none: of its chip, its generation, or its time; by id. */
export function standIn(gpuId: string): string | undefined {
  if (likes === undefined) {
    const text = readFileSync(new URL("./data/kernels/stand-ins.csv", import.meta.url), "utf8");
    likes = new Map(parseCsv(text, "stand-ins.csv").rows.map(({ fields }) => [fields["gpu"]!, fields["like"]!]));
  }
  return likes.get(gpuId);
}
