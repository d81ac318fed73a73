import type { Sweep, SweepTrial } from "../../../domain/sweep.ts";
import type { NamedCurve } from "../../curves/curve-data.ts";
import type { NamedValues } from "../../parallel-axes.ts";

/** Trials as lines of parallel coordinates: the swept fields, then their results. */
export function trialRuns({ trials, metric }: Pick<Sweep, "trials" | "metric">): NamedValues[] {
  return trials.map((trial) => ({
    name: `trial ${trial.trial}`,
    params: Object.entries(trial.values).map(([key, value]) => ({ key, value: String(value) })),
    metrics: [
      ...(trial.value === null ? [] : [{ key: metric, value: trial.value }]),
      ...(trial.step === null ? [] : [{ key: "steps", value: trial.step }]),
    ],
  }));
}

/** The curve of each trial with a value. Its points have no time, so that they are drawn over steps. */
export function trialCurves(trials: readonly SweepTrial[]): NamedCurve[] {
  return trials.flatMap(({ trial, points }, place) =>
    points.length === 0
      ? []
      : [
          {
            name: `trial ${trial}`,
            place,
            points: points.map(([step, value]) => [step, 0, value ?? Number.NaN] as const),
          },
        ],
  );
}

/** Field values of a trial in one line. */
export function valuesText({ values }: Pick<SweepTrial, "values">): string {
  return Object.entries(values)
    .map(([field, value]) => `${field} ${typeof value === "number" ? Number(value.toPrecision(4)) : value}`)
    .join(", ");
}
