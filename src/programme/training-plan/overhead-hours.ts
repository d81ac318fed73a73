import type { Assumption } from "../../domain/assumption.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Programme } from "../../domain/programme.ts";
import type { TrainVolume } from "../../domain/run-spec.ts";
import { assumptionFigure } from "../../plan/uncertainty/assumption-figure.ts";
import type { OverheadPart } from "../../plan/cost/cost-facts.ts";
import { spotFacts } from "../../plan/fleet/spot.ts";
import { hoursByTerm, timeRun } from "../../plan/fleet/time-run.ts";
import type { TrainRun } from "../../plan/memory/memory.ts";
import { runParts } from "../../plan/speed/run-parts.ts";
import { computedFigure } from "./training-figures.ts";

/** Assumptions for the interruptions of spot machines. */
const OF_SPOT = ["spot.interruptions.per-node-hour", "spot.restart.hours", "training.checkpoint.gb-per-sec"];

type Run = "run" | "run.supervised";

/** The figure of the time of its steps. */
const HOURS: Readonly<Record<Run, string>> = { run: "run.modelledHours", "run.supervised": "run.supervised.gpuHours" };

/**
 * Time of one run of a programme in addition to its steps: start-up, evaluation and checkpoints as in `plan time`, and
 * on spot machines the billed time of interruptions. Each part has its chain.
 *
 * @param of prefix of the ids of the run's own figures
 * @returns no part if the programme states the hours of a run, which include them
 */
export function overheadHours(
  { training }: Programme,
  run: TrainRun,
  { volume, assumption, of: scope }: { volume: TrainVolume; assumption: (id: string) => Assumption; of: Run },
): { parts: OverheadPart[]; figures: Figure[] } {
  if (training.hoursPerRun !== undefined) return { parts: [], figures: [] };
  const spot = spotFacts(assumption);
  const timed = timeRun(run, { volume, spot, terms: [training.term] });
  const own = runParts({ run, volume, time: timed.time, assumption })
    .filter(({ id, within }) => within === null && id !== "steps")
    .map((part) => ({ ...part, inputs: part.id === "evaluation" ? [HOURS[scope]] : [] }));
  const interruptions = {
    id: "interruptions",
    label: "interruptions of spot machines",
    hours: added(timed.time.hours, hoursByTerm(timed, "spot", spot).gpuHours, run.spec.gpuCount),
    formula: "hours of the steps × what interruptions add to the bill, by Young and Daly",
    assumptions: OF_SPOT,
    inputs: [HOURS[scope]],
  };
  const all = training.term === "spot" ? [...own, interruptions] : own;
  const ids = new Set(all.flatMap(({ assumptions }) => assumptions));
  return {
    parts: all.map(({ id, label, hours }) => ({ id: `${scope}.beside.${id}`, label, hours })),
    figures: [
      ...[...ids].map((id) => assumptionFigure(assumption(id))),
      ...all.map(({ id, label, hours, formula, assumptions, inputs }) =>
        computedFigure(hours, {
          id: `${scope}.beside.${id}`,
          label: `wall hours of one ${scope === "run" ? "run" : "supervised run"}: ${label}`,
          unit: "h",
          formula,
          inputs: [...inputs, ...assumptions.map((assumption) => `assumption.${assumption}`)],
        }),
      ),
    ],
  };
}

/** Hours on each GPU by which the bill exceeds the steps. */
function added(steps: Quantity, gpuHours: Quantity, gpus: number): Quantity {
  if (isRefusal(steps)) return steps;
  if (isRefusal(gpuHours)) return gpuHours;
  const over = (end: "p10" | "p50" | "p90"): number => Math.max(0, gpuHours[end] / gpus - steps[end]);
  return { ...gpuHours, p10: over("p10"), p50: over("p50"), p90: over("p90"), unit: "h" };
}
