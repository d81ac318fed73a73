import { Z90 } from "../../base/normal-quantile.ts";
import type { TornadoBar } from "../../domain/cost.ts";
import type { CostModel } from "./cost-model.ts";
import { type Leaf, leafValue } from "../uncertainty/leaf.ts";
import type { Read } from "../uncertainty/simulate.ts";

/** Maximum number of bars. */
const MOST_BARS = 12;

/**
 * Drivers of the range of a total: each input is moved to its p10 and to its p90 with all others at their medians,
 * largest swing first. Each bar is an input that a person can examine. The correlation between activities is in the
 * draws but has no bar.
 */
export function tornado(model: CostModel, total: "endToEnd" | "withServing"): TornadoBar[] {
  const { book } = model;
  const totalAt = totalOf(model, total);
  const medianOf = (id: string): number => book.leaves.get(id)!.p50;
  const bar = ({ figure: { id: input, label } }: Leaf): TornadoBar => {
    const side = (sign: 1 | -1): number =>
      Math.round(totalAt((id) => (id === input ? leafValue(book.leaves.get(id)!, sign * Z90) : medianOf(id))));
    const ends = [side(-1), side(1)].toSorted((a, b) => a - b);
    return { input, label, lowUsd: ends[0]!, highUsd: ends[1]! };
  };
  const bars = [...book.leaves.values()].filter(({ p10, p90 }) => p10 !== p90).map(bar);
  return bars
    .filter(({ lowUsd, highUsd }) => lowUsd !== highUsd)
    .toSorted((a, b) => b.highUsd - b.lowUsd - (a.highUsd - a.lowUsd) || (a.input < b.input ? -1 : 1))
    .slice(0, MOST_BARS);
}

/** The total in whole dollars with every input at its median, which is the origin of the tornado bars. */
export function tornadoBase(model: CostModel, total: "endToEnd" | "withServing"): number {
  return Math.round(totalOf(model, total)((id) => model.book.leaves.get(id)!.p50));
}

function totalOf({ lines }: CostModel, total: "endToEnd" | "withServing"): (read: Read) => number {
  const formulas = lines.flatMap(({ category, cost }) =>
    cost.kind === "computed" && (total === "withServing" || category !== "serving") ? [cost.value] : [],
  );
  return (read) => formulas.reduce((sum, value) => sum + value(read), 0);
}
