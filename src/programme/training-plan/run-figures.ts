import { type Quantity, isRefusal } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import type { Programme } from "../../domain/programme.ts";
import type { SpeedRun } from "../../plan/speed/throughput.ts";
import { memoryFigures } from "./memory-figures.ts";
import { speedFigures } from "./speed-figures.ts";
import { computedFigure, leafFigure, userFigure } from "./training-figures.ts";

/** Input from which the figures of a run are computed. */
type RunFacts = SpeedRun & {
  programme: Programme;
  on: string;
  memory: MemoryPlan;
  modelled: { hours: Quantity; gpuHours: Quantity; tokens: Quantity };
  /** Ids of the figures that the volume depends on. */
  inputs: readonly string[];
  used: { hoursPerRun: Quantity; gpuHoursPerRun: Quantity; usdPerGpuHour: Quantity; costPerRun: Quantity };
};

/** Chain of one run: price, hours as modelled and as used, GPU-hours, cost, memory. */
export function runFigures(run: RunFacts): Figure[] {
  const { spec, used } = run;
  const count = gpuCountFigure(run);
  const price = priceFigure(run);
  return [
    price,
    count,
    tokensFigure(run),
    ...speedFigures(run, "run"),
    ...hoursFigures(run, count.id),
    computedFigure(used.gpuHoursPerRun, {
      id: "run.gpuHoursPerRun",
      label: "GPU-hours of one run",
      unit: "GPU-h",
      formula: "wall hours × GPUs",
      inputs: ["run.hoursPerRun", count.id],
    }),
    computedFigure(used.usdPerGpuHour, {
      id: "run.usdPerGpuHour",
      label: "price of a GPU-hour",
      unit: "USD",
      formula: "as purchased",
      inputs: [price.id],
    }),
    computedFigure(used.costPerRun, {
      id: "run.costPerRun",
      label: "compute of one run",
      unit: "USD",
      formula: "GPU-hours × price of a GPU-hour, as independent ranges",
      inputs: ["run.gpuHoursPerRun", "run.usdPerGpuHour"],
    }),
    ...memoryFigures(run.programme, run.memory, { fleet: `${spec.gpuCount} × ${spec.gpu}`, countId: count.id }),
  ];
}

function gpuCountFigure({ programme: { training }, spec }: RunFacts): Figure {
  if (training.gpuCount !== undefined) return userFigure("training.gpuCount", training.gpuCount, "GPUs");
  const source = { kind: "computed", ref: "the cheapest fleet that fits" } as const;
  return leafFigure("run.gpuCount", "GPUs of one run", { value: spec.gpuCount, unit: "GPUs", source });
}

function priceFigure({ programme: { training }, spec, used, on }: RunFacts): Figure {
  const { gpuUsdPerHour, term, sellerClass } = training;
  if (gpuUsdPerHour !== undefined) return userFigure("training.gpuUsdPerHour", Number(gpuUsdPerHour), "USD");
  const price = used.usdPerGpuHour;
  const ref = isRefusal(price) ? price.hint : `${price.basis}: ${price.sources.join("; ")}`;
  return {
    ...computedFigure(price, {
      id: `price.${spec.gpu}.${term}.${sellerClass}`,
      label: `${spec.gpu} for an hour, ${term}, ${sellerClass}`,
      unit: "USD",
      formula: `price book on ${on}`,
      inputs: [],
    }),
    source: { kind: "catalogue", ref, asOf: on },
  };
}

function tokensFigure({ modelled, inputs }: RunFacts): Figure {
  const isCorpus = inputs.includes("user.data.corpusTokens");
  return computedFigure(modelled.tokens, {
    id: "run.tokens",
    label: "tokens of one run",
    unit: "tokens",
    formula: isCorpus ? "corpus × epochs" : "rows × mean tokens, at most a sequence × epochs",
    inputs,
  });
}

function hoursFigures({ programme: { training }, modelled, used }: RunFacts, countId: string): Figure[] {
  const stated = training.hoursPerRun;
  const modelledFigure = computedFigure(modelled.hours, {
    id: "run.modelledHours",
    label: "wall hours of one run, as estimated",
    unit: "h",
    formula: `run.tokens / (run.tokensPerSecPerGpu × ${countId}) / 3,600`,
    inputs: ["run.tokens", "run.tokensPerSecPerGpu", countId],
  });
  const figure = {
    id: "run.hoursPerRun",
    label: "wall hours of one run",
    unit: "h",
    formula: stated === undefined ? "as estimated" : "as the programme states",
    inputs: [stated === undefined ? "run.modelledHours" : "user.training.hoursPerRun"],
  };
  const own = stated === undefined ? [] : [userFigure("training.hoursPerRun", stated, "h")];
  return [modelledFigure, ...own, computedFigure(used.hoursPerRun, figure)];
}
