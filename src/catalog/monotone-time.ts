import { type GridPoint, logRatioAt } from "./kernel-grid.ts";
import type { KernelTable } from "./kernel-tables.ts";

/** A kernel's interpolated seconds as a function of its point; `bound` distinguishes the bounds of one table. */
type TimedKernel = { table: KernelTable; bound: number; boundSec: (point: GridPoint) => number };

/** Curves by the values on the other axes, one nested map for each of them. */
type Curves = { least?: Float64Array; next: Map<number, Curves> };

/** Seconds at the nodes of one axis, each the minimum from there on. */
const curvesOf = new WeakMap<KernelTable, Curves>();

/** Values of one axis for which curves are cached; simulations use many batch sizes. */
const KEPT_CURVES = 4096;

/** Seconds at a point: the lower bound times the interpolated ratio. */
function rawSec({ table, boundSec }: TimedKernel, point: GridPoint): number {
  return Math.exp(logRatioAt(table.grid, point)) * boundSec(point);
}

/**
 * Seconds at a point, which do not decrease when the work increases along `axes`. If a measured kernel is slower than
 * one with more work, the smaller work gets the time of the larger one, because an engine can pad to it. Otherwise the
 * result is that of `rawSec`.
 *
 * @accuracy exactly monotone along the axes if the bound is convex in logarithms, as sums of powers are
 */
export function monotoneSec(kernel: TimedKernel, point: GridPoint, axes: readonly number[]): number {
  const [axis, ...rest] = axes;
  if (axis === undefined) return rawSec(kernel, point);
  const nodes = kernel.table.grid.axes[axis]!;
  const place = Math.log(point[axis]!);
  let above = 0;
  while (above < nodes.length && nodes[above]! <= place) above++;
  const sec = monotoneSec(kernel, point, rest);
  const least = rest.length === 0 ? keptLeast(kernel, point, axis) : leastFrom(kernel, { point, axes, above });
  const floored = above === 0 ? sec : Math.max(sec, least[above - 1]!);
  return above === nodes.length ? floored : Math.min(floored, least[above]!);
}

function keptLeast(kernel: TimedKernel, point: GridPoint, axis: number): Float64Array {
  let curves = curvesOf.get(kernel.table);
  if (curves === undefined) curvesOf.set(kernel.table, (curves = { next: new Map() }));
  for (let other = -1; other < point.length; other++) {
    // The axis itself gets a value that does not occur in any point.
    const number = other < 0 ? kernel.bound : other === axis ? -1 : point[other]!;
    let next: Curves | undefined = curves.next.get(number);
    if (next === undefined) {
      if (curves.next.size >= KEPT_CURVES) curves.next.clear();
      curves.next.set(number, (next = { next: new Map() }));
    }
    curves = next;
  }
  return (curves.least ??= leastFrom(kernel, { point, axes: [axis], above: 0 }));
}

type Around = { point: GridPoint; axes: readonly number[]; above: number };

/**
 * For each node of the first axis, starting with the one below `above`: the minimum of its seconds and of those after
 * it.
 */
function leastFrom(kernel: TimedKernel, { point, axes, above }: Around): Float64Array {
  const [axis, ...rest] = axes;
  const nodes = kernel.table.grid.axes[axis!]!;
  const least = new Float64Array(nodes.length);
  const moved = [...point];
  let before = Number.POSITIVE_INFINITY;
  for (let node = nodes.length - 1; node >= Math.max(0, above - 1); node--) {
    moved[axis!] = Math.exp(nodes[node]!);
    least[node] = before = Math.min(before, monotoneSec(kernel, moved, rest));
  }
  return least;
}
