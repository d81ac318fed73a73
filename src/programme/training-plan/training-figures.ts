import { figureEnds, type Quantity, isRefusal } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { Source } from "../../domain/source.ts";
import { pointRange } from "../../domain/point-range.ts";

/** A value of `programme.yaml` as a figure: `user.<path>`. */
export function userFigure(path: string, value: number, unit: string): Figure {
  const source = { kind: "user", ref: `programme.yaml: ${path}` } as const;
  return { id: `user.${path}`, label: path, unit, ...pointRange(value), inputs: [], source };
}

/** A computed quantity as a figure; a refusal becomes an unknown value with its reason. */
export function computedFigure(
  quantity: Quantity,
  about: { id: string; label: string; unit: string; formula: string; inputs: readonly string[] },
): Figure {
  const inputs = [...about.inputs];
  if (isRefusal(quantity)) {
    const source = { kind: "computed", ref: "computed" } as const;
    return { ...about, inputs, ...figureEnds(quantity), source, reason: quantity.refused };
  }
  const { p10, p50, p90, basis } = quantity;
  return { ...about, inputs, p10, p50, p90, source: { kind: "computed", ref: basis } };
}

/** A single value that a source states, as a figure. */
export function leafFigure(id: string, label: string, fact: { value: number; unit: string; source: Source }): Figure {
  const { value, unit, source } = fact;
  return { id, label, unit, ...pointRange(value), inputs: [], source };
}

/** Parameters of a model as figures. */
export function modelFigures(shape: ModelShape): Figure[] {
  const source = { kind: "catalogue", ref: `shape of ${shape.id}: ${shape.source}`, asOf: shape.asOf } as const;
  const fact = (value: number): { value: number; unit: string; source: Source } => ({
    value,
    unit: "parameters",
    source,
  });
  return [
    leafFigure("model.paramCount", `parameters of ${shape.id}`, fact(shape.paramCount)),
    leafFigure("model.activeParamCount", "parameters a token passes through", fact(shape.activeParamCount)),
    leafFigure("model.hidden", "width of the model", { ...fact(shape.hidden), unit: "dimensions" }),
    leafFigure("model.layers", "layers of the model", { ...fact(shape.layers), unit: "layers" }),
    leafFigure("model.vocab", "vocabulary of the model", { ...fact(shape.vocab), unit: "tokens" }),
    ...(shape.context === null
      ? []
      : [leafFigure("model.context", "longest sequence of the model", { ...fact(shape.context), unit: "tokens" })]),
  ];
}

/** Product of an estimate and a plain factor. */
export function timesFactor(quantity: Quantity, factor: number, unit: string): Quantity {
  if (isRefusal(quantity)) return quantity;
  const { p10, p50, p90 } = quantity;
  return { ...quantity, p10: p10 * factor, p50: p50 * factor, p90: p90 * factor, unit };
}
