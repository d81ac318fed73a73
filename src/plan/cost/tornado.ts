import { Z90 } from "../../base/normal-quantile.ts";
import type { TornadoBar } from "../../domain/cost.ts";
import type { CostModel } from "./cost-model.ts";
import { leafValue } from "../uncertainty/leaf.ts";
import type { Read } from "../uncertainty/simulate.ts";

/** Bars that are kept. */
const MOST_BARS = 12;

/**
 * What drives the range of a total: each input moved to its p10 and to its p90 while all others stay at their
 * medians, largest swing first. The common factor of misestimation is one bar: it moves all activities together.
 */
export function tornado(model: CostModel, total: "endToEnd" | "withServing"): TornadoBar[] {
  const { book, activityCorrelation } = model;
  const totalAt = totalOf(model, total);
  const at = (id: string): number => book.leaves.get(id)!.p50;
  const bar = (input: string, label: string, scoreOf: (id: string) => number): TornadoBar => {
    const side = (sign: 1 | -1): number =>
      Math.round(
        totalAt((id) => {
          const score = scoreOf(id);
          return score === 0 ? at(id) : leafValue(book.leaves.get(id)!, sign * score);
        }),
      );
    const ends = [side(-1), side(1)].toSorted((a, b) => a - b);
    return { input, label, lowUsd: ends[0]!, highUsd: ends[1]! };
  };
  const loading = Math.sqrt(activityCorrelation.p50 ?? 0);
  const bars = [...book.leaves.values()]
    .filter(({ p10, p90 }) => p10 !== p90)
    .map(({ figure }) => bar(figure.id, figure.label, (id) => (id === figure.id ? Z90 : 0)));
  bars.push(
    bar(activityCorrelation.id, "all activities misjudged together", (id) =>
      book.leaves.get(id)!.isActivity ? loading * Z90 : 0,
    ),
  );
  return bars
    .filter(({ lowUsd, highUsd }) => lowUsd !== highUsd)
    .toSorted((a, b) => b.highUsd - b.lowUsd - (a.highUsd - a.lowUsd) || (a.input < b.input ? -1 : 1))
    .slice(0, MOST_BARS);
}

/** The total with every input at its median: where the bars of the tornado start, in whole dollars. */
export function tornadoBase(model: CostModel, total: "endToEnd" | "withServing"): number {
  return Math.round(totalOf(model, total)((id) => model.book.leaves.get(id)!.p50));
}

function totalOf({ lines }: CostModel, total: "endToEnd" | "withServing"): (read: Read) => number {
  const formulas = lines.flatMap(({ category, cost }) =>
    cost.kind === "computed" && (total === "withServing" || category !== "serving") ? [cost.value] : [],
  );
  return (read) => formulas.reduce((sum, value) => sum + value(read), 0);
}
