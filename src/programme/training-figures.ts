import { type Estimate, type Quantity, isRefusal } from "../domain/estimate.ts";
import type { Figure } from "../domain/figure.ts";
import type { MemoryPlan } from "../domain/memory-plan.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import type { Programme } from "../domain/programme.ts";
import type { RunSpec } from "../domain/run-spec.ts";
import type { Source } from "../domain/source.ts";

/** A value of `programme.yaml` as a figure: `user.<path>`. */
export function userFigure(path: string, value: number, unit: string): Figure {
  const source = { kind: "user", ref: `programme.yaml: ${path}` } as const;
  return { id: `user.${path}`, label: path, unit, p10: value, p50: value, p90: value, inputs: [], source };
}

/** A computed quantity as a figure; a refusal becomes an unknown value with its reason. */
export function computedFigure(
  quantity: Quantity,
  about: { id: string; label: string; unit: string; formula: string; inputs: readonly string[] },
): Figure {
  const inputs = [...about.inputs];
  if (isRefusal(quantity)) {
    const source = { kind: "computed", ref: "computed" } as const;
    return { ...about, inputs, p10: null, p50: null, p90: null, source, reason: quantity.refused };
  }
  const { p10, p50, p90, basis } = quantity;
  return { ...about, inputs, p10, p50, p90, source: { kind: "computed", ref: basis } };
}

/** A single value that a source states, as a figure. */
export function leafFigure(id: string, label: string, fact: { value: number; unit: string; source: Source }): Figure {
  const { value, unit, source } = fact;
  return { id, label, unit, p10: value, p50: value, p90: value, inputs: [], source };
}

/** Parameters of a model as figures. */
export function modelFigures(shape: ModelShape): Figure[] {
  const source = { kind: "catalogue", ref: `${shape.id}: ${shape.source}`, asOf: shape.asOf } as const;
  const fact = (value: number): { value: number; unit: string; source: Source } => ({
    value,
    unit: "parameters",
    source,
  });
  return [
    leafFigure("model.paramCount", `parameters of ${shape.id}`, fact(shape.paramCount)),
    leafFigure("model.activeParamCount", "parameters a token passes through", fact(shape.activeParamCount)),
    ...(shape.context === null
      ? []
      : [leafFigure("model.context", "longest sequence of the model", { ...fact(shape.context), unit: "tokens" })]),
  ];
}

/** A value that somebody states, as a range of no width. */
export function statedEstimate(value: number, unit: string, basis: string): Estimate {
  return { p10: value, p50: value, p90: value, unit, basis, n: 0, sources: [] };
}

/** Product of an estimate and a plain factor. */
export function timesFactor(quantity: Quantity, factor: number, unit: string): Quantity {
  if (isRefusal(quantity)) return quantity;
  const { p10, p50, p90 } = quantity;
  return { ...quantity, p10: p10 * factor, p50: p50 * factor, p90: p90 * factor, unit };
}

/** What the figures of a run are made from. */
type RunFacts = {
  programme: Programme;
  on: string;
  spec: RunSpec;
  memory: MemoryPlan;
  modelled: { hours: Quantity; gpuHours: Quantity };
  /** Ids of the figures that the volume rests on. */
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
      formula: "as it is bought",
      inputs: [price.id],
    }),
    computedFigure(used.costPerRun, {
      id: "run.costPerRun",
      label: "compute of one run",
      unit: "USD",
      formula: "GPU-hours × price of a GPU-hour, as independent ranges",
      inputs: ["run.gpuHoursPerRun", "run.usdPerGpuHour"],
    }),
    ...memoryFigures(run, `${spec.gpuCount} × ${spec.gpu}`),
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

function hoursFigures({ programme: { training }, modelled, inputs, used }: RunFacts, countId: string): Figure[] {
  const stated = training.hoursPerRun;
  const modelledFigure = computedFigure(modelled.hours, {
    id: "run.modelledHours",
    label: "wall hours of one run, as estimated",
    unit: "h",
    formula: "rows × mean tokens × epochs / (tokens per second per GPU × GPUs)",
    inputs: [...inputs, "model.paramCount", countId],
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

function memoryFigures({ programme: { training }, memory }: RunFacts, fleet: string): Figure[] {
  const inputs = [
    userFigure("training.sequenceTokens", training.sequenceTokens, "tokens"),
    userFigure("training.batchSequences", training.batchSequences, "sequences"),
    userFigure("training.loraRank", training.loraRank, "rank"),
  ];
  return [
    ...inputs,
    computedFigure(memory.device, {
      id: "run.memory",
      label: `device memory per GPU on ${fleet}`,
      unit: "GiB",
      formula: `parts live at the ${memory.peak ?? "peak"} instant, plus allocator and process`,
      inputs: ["model.paramCount", ...inputs.map((input) => input.id)],
    }),
  ];
}
