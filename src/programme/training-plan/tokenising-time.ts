import type { Assumption } from "../../domain/assumption.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Programme } from "../../domain/programme.ts";
import type { TrainVolume } from "../../domain/run-spec.ts";
import { assumptionFigure } from "../../plan/uncertainty/assumption-figure.ts";
import { tokenising } from "../../plan/speed/run-parts.ts";
import { computedFigure } from "./training-figures.ts";

/**
 * Machine hours of tokenising the training data: once, on a CPU machine, regardless of the number of runs. Pairs and
 * prompts of a pass after the main run are comparatively few and not counted.
 *
 * @param volumes of the main run, and of the supervised run after it
 * @returns undefined if the programme states the hours of a run, which include it
 */
export function tokenisingTime(
  { training }: Programme,
  volumes: readonly (TrainVolume | undefined)[],
  assumption: (id: string) => Assumption,
): { hours: Quantity; figures: Figure[] } | undefined {
  if (training.hoursPerRun !== undefined) return undefined;
  const tokens = volumes.reduce((sum, volume) => sum + (volume === undefined ? 0 : volume.rows * volume.meanTokens), 0);
  const { hours, label, formula, assumptions } = tokenising({ rows: 1, meanTokens: tokens }, assumption);
  const figure = computedFigure(hours, {
    id: "run.tokenising.hours",
    label: `machine hours: ${label}`,
    unit: "h",
    formula: `${formula}, once for all runs`,
    inputs: assumptions.map((id) => `assumption.${id}`),
  });
  return { hours, figures: [...assumptions.map((id) => assumptionFigure(assumption(id))), figure] };
}
