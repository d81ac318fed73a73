import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { FleetOption, MethodAdvice } from "../../domain/study.ts";
import type { Term } from "../../domain/price.ts";
import { fleetId, shownFleets } from "./shown-fleets.ts";
import type { StudyFacts } from "./study-facts.ts";
import { computedFigure, leafFigure } from "../training-plan/training-figures.ts";

/** Chains of the compared fleets and the possible methods of a study. */
export function choiceFigures({ programme, training, method }: StudyFacts): Figure[] {
  const chosen = { gpu: training.gpu.id, gpuCount: training.spec.gpuCount };
  return [
    ...shownFleets(training.fleets, chosen).flatMap((fleet) => fleetFigures(fleet, programme.training.term)),
    ...method.ranking.filter(({ verdict }) => verdict !== "excluded").flatMap(methodFigures),
  ];
}

function fleetFigures(fleet: FleetOption, term: Term): Figure[] {
  const { gpu, gpuCount, memory, hours, usdPerGpuHour, cost } = fleet;
  const id = fleetId(fleet);
  const on = `on ${gpuCount} × ${gpu}`;
  const price = quantityFigure(usdPerGpuHour, {
    id: `${id}.usdPerGpuHour`,
    label: `price of one ${gpu} for an hour`,
    unit: "USD",
    formula: "as purchased",
    inputs: [],
  });
  return [
    quantityFigure(memory, { id: `${id}.memory`, label: `device memory per GPU ${on}`, ...MEMORY }),
    quantityFigure(hours, {
      id: `${id}.hours`,
      label: `wall hours of one run ${on}`,
      unit: "h",
      formula: `run.tokens / (tokens per second per GPU × ${gpuCount}) / 3,600 + overhead of a run`,
      inputs: ["run.tokens"],
    }),
    price,
    quantityFigure(cost, {
      id: `${id}.cost`,
      label: `compute of one run ${on}`,
      unit: "USD",
      formula: `${id}.hours${term === "spot" ? " (without the wait for new machines)" : ""} × ${gpuCount} × ${id}.usdPerGpuHour, as independent ranges`,
      inputs: [`${id}.hours`, price.id],
    }),
  ];
}

const MEMORY = {
  unit: "GiB",
  formula: "terms live at the peak, with allocator and process, × band of measured runs",
  inputs: ["model.paramCount", "user.training.sequenceTokens", "user.training.batchSequences"],
};

function methodFigures({ method, score, why, whyNot, memory, gpuHours, cost, fleet }: MethodAdvice): Figure[] {
  const id = `method.${method}`;
  const on = fleet === null ? method : `${method} on ${fleet}`;
  const points = [...why, ...whyNot].filter((reason) => reason.points !== 0);
  const rules = points.map((reason) => `${reason.points > 0 ? "+" : "−"}${Math.abs(reason.points)} ${reason.rule}`);
  const source = { kind: "computed", ref: "the rules of docs/reference/method-rules.md" } as const;
  const sum: Figure = {
    ...leafFigure(`${id}.score`, `points of ${method}`, { value: score, unit: "points", source }),
    formula: rules.length === 0 ? "no rule applies" : rules.join(", "),
  };
  if (isRefusal(gpuHours) && isRefusal(memory)) return [sum];
  return [
    sum,
    quantityFigure(memory, { id: `${id}.memory`, label: `device memory per GPU of ${on}`, ...MEMORY }),
    quantityFigure(gpuHours, {
      id: `${id}.gpuHours`,
      label: `GPU-hours of one run of ${on}`,
      unit: "GPU-h",
      formula: "its tokens / tokens per second per GPU / 3,600",
      inputs: ["model.activeParamCount"],
    }),
    quantityFigure(cost, {
      id: `${id}.cost`,
      label: `compute of one run of ${on}`,
      unit: "USD",
      formula: `${id}.gpuHours × price of a GPU-hour, as independent ranges`,
      inputs: [`${id}.gpuHours`],
    }),
  ];
}

/** A quantity with its basis, number of measurements and sources. */
function quantityFigure(
  quantity: Quantity,
  about: { id: string; label: string; unit: string; formula: string; inputs: readonly string[] },
): Figure {
  const figure = computedFigure(quantity, about);
  if (isRefusal(quantity)) return figure;
  const { basis, n, sources } = quantity;
  const ref = `${basis}${n > 0 ? `; n = ${n}` : ""}${sources.length > 0 ? `: ${sources.join("; ")}` : ""}`;
  // An unpublished price is the user's.
  const kind = about.inputs.length > 0 ? "computed" : n === 0 ? "user" : "catalogue";
  return { ...figure, source: { kind, ref } };
}
