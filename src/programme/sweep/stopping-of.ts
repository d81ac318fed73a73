import type { SweepFile, SweepStopping } from "../../domain/sweep.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import { halving } from "../../launch/sweep/stopping/halving.ts";
import { hyperband } from "../../launch/sweep/stopping/hyperband.ts";
import { percentileRule } from "../../launch/sweep/stopping/percentile.ts";
import { promotion } from "../../launch/sweep/stopping/promotion.ts";
import { geometricRungs, promotionRungs, rungsAtMultiples } from "../../launch/sweep/stopping/rungs.ts";
import type { Stopping } from "../../launch/sweep/stopping/stopping.ts";
import type { Row } from "../../store/database.ts";

/** Default length of the first rung as a share of a run: about 8 %. */
const FIRST_RUNG = 1 / 12;

/** Steps between two values of the metric that a sweep compares. */
function stepsBetweenValues(base: TrainingFile, metric: string): number {
  return metric.startsWith("eval_") ? (base.evalSteps ?? base.saveSteps) : base.loggingSteps;
}

/** Steps at which trials are compared; none if the rule has no rungs. */
export function rungsOf(stopping: SweepStopping, base: TrainingFile, metric: string): number[] {
  if (stopping.rule === "none" || stopping.rule === "median" || stopping.rule === "percentile") return [];
  const { maxSteps } = base;
  const first = stopping.minSteps ?? Math.max(1, Math.round(maxSteps * FIRST_RUNG));
  const rungs =
    stopping.rule === "promote"
      ? promotionRungs(first, stopping.eta, maxSteps)
      : geometricRungs(first, stopping.eta, maxSteps);
  return rungsAtMultiples(rungs, stepsBetweenValues(base, metric), maxSteps);
}

/** The stopping rule of a sweep, ready to receive events. */
export function stoppingOf({ base: text, sweep_id, plan }: Row<"sweeps">, { stopping, metric }: SweepFile): Stopping {
  const base = JSON.parse(text) as TrainingFile;
  const { maxSteps } = base;
  const rungs = rungsOf(stopping, base, metric);
  switch (stopping.rule) {
    case "asha":
      return halving({ rungs, eta: stopping.eta, maxSteps, firstTrials: stopping.firstTrials });
    case "promote": {
      const { trials } = JSON.parse(plan) as { trials: number | null };
      return promotion({ rungs, maxSteps, waitTrials: stopping.waitTrials ?? Math.floor((trials ?? 0) / 2) });
    }
    case "hyperband":
      return hyperband({ minSteps: rungs[0] ?? maxSteps, eta: stopping.eta, maxSteps, name: sweep_id });
    case "median":
      return percentileRule({ ...stopping, percentile: 50, maxSteps });
    case "percentile":
      return percentileRule({ ...stopping, maxSteps });
    default:
      return { firstSteps: maxSteps, report: () => "go-on", complete: () => undefined, promote: () => undefined };
  }
}
