import { readFileSync } from "node:fs";

/**
 * Ratios of measured times to a bound, on a grid: the logarithm of seconds divided by bound, row-major over its axes.
 * The ratio is interpolated because it varies far less between nodes than the time.
 */
export type KernelGrid = { axes: readonly Float64Array[]; strides: readonly number[]; logRatios: Float64Array };

/** A point of a grid: one number per axis, in the order of the columns of the file, then of the columns across. */
export type GridPoint = readonly number[];

const MICROSECOND = 1e-6;

/**
 * Cells of a file of measured times, header first. The files contain plain numbers without quotes and are read on first
 * use; splitting at commas takes a twentieth of the time of a CSV parser that creates objects.
 *
 * @param path  relative to `data/kernels/`
 */
export function kernelCells(path: string): string[][] {
  return readFileSync(new URL(`./data/kernels/${path}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(","));
}

/**
 * Reads a file of measured times: a label column that identifies tables, one column per axis down the rows, and one per
 * node of the last axis, named by its number. Cells are microseconds, empty if not measured; an empty cell takes the
 * ratio of its neighbour along the first axis of `gapAxes` that has one.
 *
 * @param path  relative to `data/kernels/`
 * @param boundSec  lower bound in seconds at a point
 * @param gapAxes  axes along which an empty cell searches for a neighbour, in order; default: from the last to the
 * first
 * @returns one grid per label
 */
export function readGrids(
  path: string,
  boundSec: (label: string, point: GridPoint) => number,
  gapAxes?: readonly number[],
): Map<string, KernelGrid> {
  const [header, ...lines] = kernelCells(path);
  const byLabel = new Map<string, string[][]>();
  for (const line of lines) {
    const its = byLabel.get(line[0]!);
    if (its === undefined) byLabel.set(line[0]!, [line]);
    else its.push(line);
  }
  return new Map(
    [...byLabel].map(([label, its]) => [
      label,
      gridOf({ header: header!, lines: its, boundSec: (point) => boundSec(label, point), gapAxes }),
    ]),
  );
}

/**
 * The logarithm of seconds divided by bound at a point, linear between the logarithms of the surrounding nodes;
 * constant beyond the outermost nodes.
 */
export function logRatioAt({ axes, strides, logRatios }: KernelGrid, point: GridPoint): number {
  const shares: number[] = [];
  let base = 0;
  for (let axis = 0; axis < axes.length; axis++) {
    const nodes = axes[axis]!;
    const index = Math.log(point[axis]!);
    let low = 0;
    while (low < nodes.length - 2 && nodes[low + 1]! <= index) low++;
    const width = nodes.length > 1 ? nodes[low + 1]! - nodes[low]! : 1;
    shares.push(nodes.length > 1 ? Math.min(1, Math.max(0, (index - nodes[low]!) / width)) : 0);
    base += low * strides[axis]!;
  }
  let sum = 0;
  for (let corner = 0; corner < 1 << axes.length; corner++) {
    let weight = 1;
    let index = base;
    for (let axis = 0; axis < axes.length && weight > 0; axis++) {
      const isUpper = (corner >> axis) & 1;
      weight *= isUpper ? shares[axis]! : 1 - shares[axis]!;
      if (isUpper) index += strides[axis]!;
    }
    if (weight > 0) sum += weight * logRatios[index]!;
  }
  return sum;
}

function gridOf({
  header,
  lines,
  boundSec,
  gapAxes,
}: {
  header: readonly string[];
  lines: readonly (readonly string[])[];
  boundSec: (point: GridPoint) => number;
  gapAxes: readonly number[] | undefined;
}): KernelGrid {
  const firstAcross = header.findIndex((name) => /^\d/.test(name));
  const across = header.flatMap((_, index) =>
    index >= firstAcross && lines.some((line) => line[index] !== "") ? [index] : [],
  );
  const rowAxes = firstAcross - 1;
  const nodes = Array.from({ length: rowAxes }, (_, axis) =>
    [...new Set(lines.map((line) => Number(line[axis + 1])))].toSorted((a, b) => a - b),
  );
  nodes.push(across.map((index) => Number(header[index])));
  const strides = nodes.map((_, axis) => nodes.slice(axis + 1).reduce((size, node) => size * node.length, 1));
  const logRatios = new Float64Array(strides[0]! * nodes[0]!.length).fill(Number.NaN);
  const point = nodes.map(() => 0);
  for (const line of lines) {
    let base = 0;
    for (let axis = 0; axis < rowAxes; axis++) {
      point[axis] = Number(line[axis + 1]);
      base += nodes[axis]!.indexOf(point[axis]!) * strides[axis]!;
    }
    across.forEach((index, node) => {
      if (line[index] === "") return;
      point[rowAxes] = nodes[rowAxes]![node]!;
      logRatios[base + node] = Math.log((Number(line[index]) * MICROSECOND) / boundSec(point));
    });
  }
  const lengths = nodes.map((node) => node.length);
  fillGaps(logRatios, { lengths, strides, axes: gapAxes ?? nodes.map((_, axis) => nodes.length - 1 - axis) });
  return { axes: nodes.map((node) => Float64Array.from(node, Math.log)), strides, logRatios };
}

/**
 * Fills an empty cell with the ratio of its neighbour: the one below along the first axis that has one, otherwise the
 * one above.
 */
function fillGaps(
  logRatios: Float64Array,
  { lengths, strides, axes }: { lengths: readonly number[]; strides: readonly number[]; axes: readonly number[] },
): void {
  for (const step of [-1, 1]) {
    for (let turn = 0; turn < logRatios.length; turn++) {
      const index = step < 0 ? turn : logRatios.length - 1 - turn;
      for (const axis of axes) {
        if (!Number.isNaN(logRatios[index]!)) break;
        const node = (Math.floor(index / strides[axis]!) % lengths[axis]!) + step;
        if (node >= 0 && node < lengths[axis]!) logRatios[index] = logRatios[index + step * strides[axis]!]!;
      }
    }
  }
}
