import { spread } from "../../base/quantile.ts";
import { type Estimate, isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { Leaf } from "../uncertainty/leaf.ts";
import { drawLeaves, type Read } from "../uncertainty/simulate.ts";

/** Inputs of a comparison that are sampled. */
export type Input = { id: string; label: string; estimate: Pick<Estimate, "p10" | "p50" | "p90" | "unit"> };

/** Draws of all inputs; each option and each pair is evaluated over the same draws. */
export type Draws = {
  count: number;
  columns: ReadonlyMap<string, Float64Array>;
  inputs: readonly Input[];
  /** Every input at its median. */
  median: Read;
};

/**
 * Draws the inputs, and adds columns that were drawn elsewhere.
 *
 * @param drawn  as many values as draws
 */
export function drawInputs(
  inputs: readonly Input[],
  { drawn, seed, draws }: { drawn: ReadonlyMap<string, Float64Array>; seed: number; draws: number },
): Draws {
  const columns = new Map(drawLeaves(inputs.map(leafOf), { seed, draws, activityCorrelation: 0 }));
  const medians = new Map(inputs.map(({ id, estimate }) => [id, estimate.p50]));
  for (const [id, values] of drawn) {
    columns.set(id, values);
    medians.set(id, spread(values).p50);
  }
  return { count: draws, columns, inputs, median: (id) => medians.get(id)! };
}

function leafOf({ id, label, estimate }: Input): Leaf {
  const { p10, p50, p90, unit } = estimate;
  const source = { kind: "computed", ref: "computed" } as const;
  const figure = { id, label, unit, p10, p50, p90, inputs: [], source };
  return { figure, p10, p50, p90, low: 0, high: unit === "share" ? 1 : Infinity, isActivity: false };
}

/** A range over draws as an estimate. */
export function estimateOf(values: Float64Array, unit: string, basis: string): Estimate {
  return { ...spread(values), unit, basis, n: 0, sources: [] };
}

/** An input for a known quantity. */
export function inputOf(id: string, label: string, quantity: Quantity): Input[] {
  return isRefusal(quantity) ? [] : [{ id, label, estimate: quantity }];
}
