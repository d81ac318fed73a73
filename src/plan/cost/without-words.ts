import type { CostCategory, ProgrammeCost } from "../../domain/cost.ts";
import { isRefusal } from "../../domain/estimate.ts";

/** The properties of a line that decide whether a total lacks it. */
type Known = { category: CostCategory; label: string; cost: object | null };

/**
 * Text of the lines that a total lacks: ", without compliance work and serving"; empty if every line is known. A
 * category without any known line is named as a whole.
 */
export function withoutWords(lines: readonly Known[]): string {
  const missing = lines.filter(({ cost }) => cost === null);
  const names = missing.map(({ category, label }) => {
    const all = lines.filter((line) => line.category === category);
    const isWhole = all.length > 1 && missing.filter((line) => line.category === category).length * 2 > all.length;
    return isWhole ? category : label;
  });
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return "";
  const last = distinct.pop()!;
  return `, without ${distinct.length === 0 ? last : `${distinct.join(", ")} and ${last}`}`;
}

/**
 * Text of the lines that one of the three totals of a cost lacks; empty if the total is completely known or refused.
 */
export function totalLacks(cost: ProgrammeCost, total: "computeOnly" | "endToEnd" | "withServing"): string {
  if (isRefusal(cost[total])) return "";
  return withoutWords(
    cost.lines.filter(({ category }) =>
      total === "computeOnly" ? category === "training" : total === "withServing" || category !== "serving",
    ),
  );
}
