import { Z90 } from "../../base/normal-quantile.ts";
import type { SourceStatistics } from "./cell-statistics.ts";

/**
 * What is believed of a new source in a cell, in logarithms of measured over physics: the centre of the sources, the
 * variance between sources about it, the variance of the rows of one source, and the votes that the centre rests on.
 */
export type Belief = { centre: number; between: number; within: number; votes: number };

/**
 * How many votes the wider cell has beside those of the sources of a narrower one: about the centre, and about the
 * spread. With infinitely many about the centre physics is never shifted and measurements only widen it.
 */
export type Pooling = { centre: number; spread: number };

/** Before any measurement: physics is right, within a factor that hardly weighs. */
export const PHYSICS: Belief = { centre: 0, between: 0.04, within: 0.01, votes: 0 };

/**
 * Narrows a belief from a wider cell to one of its own cells. Each source has one vote, however many rows it has:
 * rows of a source are sweeps and near-copies of each other, and an estimate is for somebody who is not among the
 * sources. The wider cell votes too, so that a cell of one source moves little and a cell of many speaks for itself.
 *
 * @param prior  belief of the wider cell
 * @param sources  at least one
 * @source partial pooling in random-effects meta-analysis: DerSimonian and Laird 1986, Controlled Clinical Trials 7(3);
 *   Gelman and Hill 2007, Data Analysis Using Regression and Multilevel Models, chapter 12
 */
export function narrow(prior: Belief, sources: readonly SourceStatistics[], pooling: Pooling): Belief {
  const centre =
    pooling.centre === Number.POSITIVE_INFINITY
      ? prior.centre
      : (sum(sources, (each) => each.centre) + pooling.centre * prior.centre) / (sources.length + pooling.centre);
  const between =
    (sum(sources, (each) => (each.centre - centre) ** 2) + pooling.spread * prior.between) /
    (sources.length + pooling.spread);
  const spread = sources.filter((each) => each.variance !== null);
  const within =
    (sum(spread, (each) => each.variance!) + pooling.spread * prior.within) / (spread.length + pooling.spread);
  return { centre, between, within, votes: sources.length + pooling.spread };
}

/**
 * Narrows a belief to a user's own measurements. For a new run of the same user the difference between sources is no
 * longer unknown: it was seen, as sharply as the rows of one source scatter. So a few measurements almost replace what
 * was published, and one already moves most of the way where sources differ more than rows do.
 *
 * @source posterior of a normal mean with known variances, Gelman and Hill 2007, chapter 12
 */
export function narrowToOwn(prior: Belief, sources: readonly SourceStatistics[]): Belief {
  const spread = sources.filter((each) => each.variance !== null);
  const freedom = sum(spread, (each) => each.n - 1);
  const within =
    (sum(spread, (each) => each.variance! * (each.n - 1)) + OWN_PRIOR_ROWS * prior.within) / (freedom + OWN_PRIOR_ROWS);
  const n = sum(sources, (each) => each.n);
  const mean = sum(sources, (each) => each.n * each.centre) / n;
  const trust = prior.between / (prior.between + within / n);
  return {
    centre: prior.centre + trust * (mean - prior.centre),
    between: (1 - trust) * prior.between,
    within,
    votes: prior.votes + n,
  };
}

/** Rows that the published scatter within a source weighs beside those of the user. */
const OWN_PRIOR_ROWS = 4;

/**
 * p10, p50 and p90 of ln(measured / physics) for one run of a source that is not among those of the belief. The
 * quantile is Student's, with a degree of freedom per vote: few sources say little of how far sources lie apart.
 */
export function predict({ centre, between, within, votes }: Belief): [number, number, number] {
  const half = student90(Math.max(1, votes)) * Math.sqrt(between * (1 + 1 / Math.max(1, votes)) + within);
  return [centre - half, centre, centre + half];
}

/**
 * 90th percentile of Student's t with `freedom` degrees of freedom.
 * @source expansion of Cornish and Fisher, Abramowitz and Stegun 26.7.5
 * @accuracy 0.1 % from 3 degrees of freedom, 2 % at one
 */
function student90(freedom: number): number {
  const z = Z90;
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
