import { normalQuantile } from "../../base/normal-quantile.ts";
import type { SourceStatistics } from "./cell-statistics.ts";
import { type Points, quantileOf } from "./weighted-points.ts";

/**
 * Belief about ln(measured / physics) in a cell for a run of an unseen source: its centre, its distribution, the
 * distance of one source's rows from that source's centre, and the number of votes behind it.
 */
export type Belief = { centre: number; points: Points; within: number; votes: number };

/**
 * Votes of the wider cell relative to those of the sources of a narrower cell: for the distribution, and for the
 * centre. With infinitely many votes for the centre, measurements never shift physics and only determine the width of
 * the range.
 */
export type Pooling = {
  distribution: number;
  centre: number;
  /** Votes in addition to the sources of a cell that determine how its range is widened: 1 + 1 / (sources + these). */
  range: number;
};

/** Prior without any measurement: physics is right within a third in either direction, in ten equally likely steps. */
export const PHYSICS: Belief = {
  centre: 0,
  points: Array.from({ length: 10 }, (_, step) => ({ value: 0.3 * normalQuantile((step + 0.5) / 10), weight: 0.1 })),
  within: 0.1,
  votes: 0,
};

/**
 * Narrows a belief from a wider cell to one of its own cells, as a mixture. Each source has one vote regardless of its
 * number of rows, because the rows of a source are sweeps and near-copies, and an estimate is for somebody who is not
 * one of the sources. The wider cell also votes, so a cell with one source moves the belief only slightly, and a cell
 * with many is decided by its sources. A mixture preserves information that a mean and a variance lose: most sources
 * are close, a few are far off, and mostly on one side.
 *
 * @param prior  belief of the wider cell
 * @param sources  at least one
 * @source linear opinion pool: Stone 1961, Annals of Mathematical Statistics 32(4); the shrinkage of a cell towards the
 *   wider one: Gelman and Hill 2007, Data Analysis Using Regression and Multilevel Models, chapter 12
 */
export function narrow(prior: Belief, sources: readonly SourceStatistics[], pooling: Pooling): Belief {
  const votes = sources.length + pooling.distribution;
  const kept = pooling.distribution / votes;
  const points = [
    ...prior.points.map(({ value, weight }) => ({ value, weight: weight * kept })),
    ...sources.flatMap((source) => source.points.map(({ value, weight }) => ({ value, weight: weight / votes }))),
  ];
  const spreads = sources.flatMap(({ within }) => within ?? []);
  return {
    centre:
      pooling.centre === Number.POSITIVE_INFINITY
        ? prior.centre
        : (sum(sources, ({ centre }) => centre) + pooling.centre * prior.centre) / (sources.length + pooling.centre),
    points: points.toSorted((a, b) => a.value - b.value),
    within:
      (sum(spreads, (value) => value) + pooling.distribution * prior.within) / (spreads.length + pooling.distribution),
    votes: sources.length + pooling.range,
  };
}

/** Smallest half-width of a range, in logarithms; no calibration is more accurate. */
const LEAST = 0.02;

/**
 * p10, p50 and p90 of ln(measured / physics) for one run of an unseen source. With few votes the distance between
 * sources is poorly known, so the range is widened by one vote's share, but not beyond the outermost measurement of any
 * source, including those of the widest cell.
 *
 * @param stretch  additional widening if sources of another kind are used
 */
export function predict({ centre, points, votes }: Belief, stretch = 1): [number, number, number] {
  const widened = stretch * (1 + 1 / Math.max(1, votes));
  const below = Math.max(LEAST, widened * (centre - quantileOf(points, 0.1)));
  const above = Math.max(LEAST, widened * (quantileOf(points, 0.9) - centre));
  const [least, most] = [points[0]!.value, points.at(-1)!.value];
  return [
    Math.max(centre - below, Math.min(least, centre - LEAST)),
    centre,
    Math.min(centre + above, Math.max(most, centre + LEAST)),
  ];
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0);
}
