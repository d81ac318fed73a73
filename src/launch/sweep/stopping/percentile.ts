import { quantileSorted } from "../../../base/quantile.ts";
import { ranked, type Stopping } from "./stopping.ts";

/** Settings of the percentile rule; the median rule is its 50th percentile. */
export type PercentileSettings = {
  /** Percentile of the completed trials that a trial must reach, 0 to 100: 25 keeps the best quarter. */
  percentile: number;
  /** Number of trials that must be complete before any trial is stopped. */
  startupTrials: number;
  /** Number of steps before which no trial is stopped. */
  warmupSteps: number;
  maxSteps: number;
};

/**
 * Stops a trial whose best value so far is worse than a percentile of the values of completed trials at the same step.
 *
 * @source decisions as optuna.pruners.PercentilePruner 4.1 with an interval of one step
 */
export function percentileRule({ percentile, startupTrials, warmupSteps, maxSteps }: PercentileSettings): Stopping {
  const curves = new Map<number, Map<number, number>>();
  const best = new Map<number, number>();
  /** Values of completed trials by step. */
  const completed = new Map<number, number[]>();
  let completedCount = 0;
  return {
    firstSteps: maxSteps,
    report: ({ trial, step, value }) => {
      const curve = curves.get(trial) ?? new Map<number, number>();
      curves.set(trial, curve.set(step, ranked(value)));
      best.set(trial, Math.min(best.get(trial) ?? Number.POSITIVE_INFINITY, ranked(value)));
      if (completedCount === 0 || completedCount < startupTrials || step < warmupSteps) return "go-on";
      const others = (completed.get(step) ?? []).toSorted((a, b) => a - b);
      // no value at this step, or only diverged ones: the percentile is NaN, so there is nothing to compare with
      return best.get(trial)! > quantileSorted(others, percentile / 100) ? "stop" : "go-on";
    },
    complete: (trial) => {
      completedCount += 1;
      for (const [step, value] of curves.get(trial) ?? []) {
        const values = completed.get(step) ?? [];
        values.push(value);
        completed.set(step, values);
      }
    },
    promote: () => undefined,
  };
}
