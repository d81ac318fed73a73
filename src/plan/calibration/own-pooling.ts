import { Z90 } from "../../base/normal-quantile.ts";
import type { CalibratedQuantity } from "../../domain/calibration.ts";
import type { OwnRun, RunName } from "./calibration.ts";
import { conditioned } from "./conditioned.ts";
import { type Belief, predict } from "./pooling.ts";

/**
 * Components of the variance of ln(measured / physics) for an unmeasured run: the part shared by all runs of a user;
 * the additional parts shared by runs of one kind and then, in turn, of one model, one layout, one setting and one kind
 * of memory; and the variation between measurements of the same run. They sum to one.
 */
type Shares = Record<(typeof LEVELS)[number] | "user" | "again", number>;

/** Levels of similarity of two runs, each within the previous one. */
const LEVELS = ["cell", "model", "layout", "setting", "kind"] as const;

/**
 * @source root of half the mean squared difference of two published rows, median over sources. Memory: 0.13 within one
 *   layout of a model, 0.14 between two layouts, 0.26 between two models, 0.25 to 0.28 between two sources. Most of it
 *   is the model's, and another model of a user is hardly better known than a stranger's. Speed: 0.15, 0.17, 0.21; 0.25
 *   in another kind of run; 0.27 to 0.35 between two sources. Rounded so that the range contains runs of a published
 *   source that had measured other runs of its own, with errors no larger than without them:
 *   docs/concepts/training-model.md §3.5. Shares of one kind and of repeated measurements are assumed: rows that state
 *   the same setting differ in data, versions and properties that a row has no column for, which affects speed more
 *   than memory.
 */
export const OWN_SHARES: Readonly<Record<CalibratedQuantity, Shares>> = {
  peakMemoryGib: { user: 0.05, cell: 0.05, model: 0.4, layout: 0.05, setting: 0.35, kind: 0.05, again: 0.05 },
  tokensPerSecPerGpu: { user: 0.15, cell: 0.15, model: 0.1, layout: 0.05, setting: 0.3, kind: 0.05, again: 0.2 },
};

/** Maximum number of own runs that are used, the most similar ones; further runs add no information. */
const MOST_RUNS = 200;

/** Weight of the published scatter of one run, in measurements, relative to those of the user. */
const PRIOR_ROWS = 4;

/**
 * p10, p50 and p90 of ln(measured / physics) for a run of a user who has measurements in its cell. The user's runs are
 * weighted by how much they share with it, and combined with the published measurements. Measurements of a run
 * determine nearly everything about the same run, but little about another model's memory, however many there are;
 * measurements of more models help. The asymmetry of the published range is kept. A single run does not show how much
 * the user's runs vary, so its range includes the published spread in proportion to the remaining share of the
 * variance; for n runs, one n-th of it.
 *
 * @param prior belief about the run before these measurements
 * @param own runs of the user in the cell, at least one
 * @param asked the run to estimate
 * @source best linear unbiased prediction with known variances: Henderson 1975, Biometrics 31(2); Gelman and Hill 2007,
 * Data Analysis Using Regression and Multilevel Models, chapter 12
 */
export function predictOwn(
  prior: Belief,
  own: readonly OwnRun[],
  { asked, shares }: { asked: RunName; shares: Shares },
): [number, number, number] {
  const [low, , high] = predict(prior);
  const whole = ((high - low) / (2 * Z90)) ** 2;
  const again = whole * shares.again;
  const shared = (one: RunName, other: RunName): number => whole * sharedShare(one, other, shares);
  const runs = own.toSorted((a, b) => shared(b, asked) - shared(a, asked) || b.n - a.n).slice(0, MOST_RUNS);
  const { mean, variance } = conditioned({
    of: shared(asked, asked),
    with: runs.map((run) => shared(run, asked)),
    among: runs.map((run, index) =>
      runs.map((other, to) => shared(run, other) + (index === to ? scatter(run, again) / run.n : 0)),
    ),
    seen: runs.map(({ centre }) => centre - prior.centre),
  });
  const left = (variance + again) / whole;
  const middle = prior.centre + mean;
  const [below, above] = [middle - low, high - middle];
  const ofPublished = left / runs.length;
  const reach = (own: number, published: number): number => own + ofPublished * Math.max(0, published - own);
  return [
    middle - reach(Math.sqrt(left) * (prior.centre - low), below),
    middle,
    middle + reach(Math.sqrt(left) * (high - prior.centre), above),
  ];
}

/** Share of the variance that two runs have in common. */
function sharedShare(one: RunName, other: RunName, shares: Shares): number {
  const differs = LEVELS.findIndex((level) => one[level] !== other[level]);
  return LEVELS.slice(0, differs === -1 ? LEVELS.length : differs).reduce(
    (sum, level) => sum + shares[level],
    shares.user,
  );
}

/** Variance between measurements of one run: the user's, combined with the published one. */
function scatter({ n, within }: OwnRun, published: number): number {
  return within === null ? published : ((n - 1) * within ** 2 + PRIOR_ROWS * published) / (n - 1 + PRIOR_ROWS);
}
