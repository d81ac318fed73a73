import type { Assumption } from "../../domain/assumption.ts";
import type { Figure } from "../../domain/figure.ts";

/** An assumption as a figure: `assumption.<id>`. */
export function assumptionFigure(row: Assumption): Figure & { p10: number; p50: number; p90: number } {
  const { label, unit, p10, p50, p90, source, note } = row;
  const reason = note === "" ? {} : { reason: note };
  return { id: `assumption.${row.id}`, label, unit, p10, p50, p90, inputs: [], source, ...reason };
}
