import type { CostCategory, ProgrammeCost } from "../../domain/cost.ts";
import { isRefusal } from "../../domain/estimate.ts";

/** What of a line decides whether a total lacks it. */
type Known = { category: CostCategory; label: string; cost: object | null };

/**
 * What a total over lines lacks: ", without compliance work and serving", or nothing where every line is known. A
 * category none of whose lines is known stands by its own name.
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

/** What one of the three totals of a cost lacks; nothing where the total is known whole or refused as a whole. */
export function totalLacks(cost: ProgrammeCost, total: "computeOnly" | "endToEnd" | "withServing"): string {
  if (isRefusal(cost[total])) return "";
  return withoutWords(
    cost.lines.filter(({ category }) =>
      total === "computeOnly" ? category === "training" : total === "withServing" || category !== "serving",
    ),
  );
}
