import { RungLimit } from "./rung-limit.ts";

/** A run of a search, with the curve of its metric. */
export type CurveRun = {
  id: string;
  name: string;
  /** Points by step; lower values are better, and a value that is not finite counts as the worst. */
  points: readonly (readonly [step: number, value: number])[];
  /** US dollars of the whole run; null if it has no price. */
  usd: number | null;
};

/** Decision of successive halving for a run. */
export type ReplayedRun = { run: CurveRun; stoppedAt: number; steps: number };

/** Settings: the first rung, and the share of runs that continue. */
export type AshaSettings = { minResource: number; eta: number };

/**
 * Replays asynchronous successive halving over runs in the order in which they began. A run that reaches `minResource ×
 * eta^n` steps continues if its value is among the best 1/eta of all values at that rung so far; with fewer than eta
 * values, only the best continues.
 *
 * @returns for each run the step at which it would have been stopped, or its own last step if it would not
 * @source Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning"; decisions as in
 * optuna.pruners.SuccessiveHalvingPruner 4.1 with min_early_stopping_rate 0
 */
export function replayAsha(runs: readonly CurveRun[], { minResource, eta }: AshaSettings): ReplayedRun[] {
  const rungs: RungLimit[] = [];
  return runs.map((run) => {
    const steps = run.points.at(-1)?.[0] ?? 0;
    let rung = 0;
    for (const [step, value] of run.points) {
      while (step >= minResource * eta ** rung) {
        const own = Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
        const limit = (rungs[rung] ??= new RungLimit(eta)).add(own);
        if (own > limit) return { run, stoppedAt: step, steps };
        rung += 1;
      }
    }
    return { run, stoppedAt: steps, steps };
  });
}
