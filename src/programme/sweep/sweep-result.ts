import { formatMoney, parseMoney } from "../../base/money.ts";
import type { SweepBest, SweepTrial } from "../../domain/sweep.ts";
import { mean, variance } from "../../statistics/mean.ts";
import { studentQuantile } from "../../statistics/distributions.ts";

/** A hundredth of the metric: one point. */
const POINTS_PER_UNIT = 100;

/**
 * The best trial: by the mean over its seeds if it was repeated, otherwise by its own value among trials that reached
 * the end, otherwise by the value at the highest step.
 *
 * @param sign 1 if lower values are better, -1 if higher ones are
 */
export function bestOf(trials: readonly SweepTrial[], sign: 1 | -1): SweepBest | null {
  const measured = trials.filter(({ value, kind }) => value !== null && kind !== "confirm");
  const done = measured.filter(({ state }) => state === "done");
  const candidates = done.length > 0 ? done : measured;
  const repeated = candidates.filter(({ trial }) => seedsOf(trials, trial).length > 1);
  const pool = repeated.length > 0 ? repeated : candidates;
  const [best] = pool.toSorted(
    (a, b) => b.step! - a.step! || sign * (meanOf(trials, a.trial) - meanOf(trials, b.trial)) || a.trial - b.trial,
  );
  if (best === undefined) return null;
  const values = seedsOf(trials, best.trial);
  const middle = mean(values);
  const half =
    values.length < 2 ? null : studentQuantile(0.975, values.length - 1) * Math.sqrt(variance(values) / values.length);
  return {
    trial: best.trial,
    values: best.values,
    value: middle,
    interval95: half === null ? null : [middle - half, middle + half],
    seeds: values.length,
    reason: half === null ? "one seed only: set confirm in the sweep file to repeat the best trials" : null,
    isPartial: best.state !== "done",
  };
}

function seedsOf(trials: readonly SweepTrial[], trial: number): number[] {
  return trials.flatMap(({ trial: number, repeats, value, state }) =>
    value !== null && (number === trial || (repeats === trial && state === "done")) ? [value] : [],
  );
}

function meanOf(trials: readonly SweepTrial[], trial: number): number {
  return mean(seedsOf(trials, trial));
}

/**
 * Cost of the sweep for each hundredth by which its best trial beats the baseline; null if it does not, or this is
 * unknown.
 */
export function usdPerPoint(
  trials: readonly SweepTrial[],
  { sign, spentUsd }: { sign: 1 | -1; spentUsd: string | null },
): string | null {
  const baseline = trials.find(({ kind, state }) => kind === "baseline" && state === "done");
  const best = bestOf(trials, sign);
  if (spentUsd === null || best === null || best.isPartial) return null;
  const before = baseline?.value ?? null;
  if (before === null) return null;
  const points = sign * (before - best.value) * POINTS_PER_UNIT;
  if (points <= 0) return null;
  const scale = 1_000_000;
  return formatMoney((parseMoney(spentUsd) * BigInt(scale)) / BigInt(Math.max(1, Math.round(points * scale))));
}
