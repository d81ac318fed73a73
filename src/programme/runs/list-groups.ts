import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { NumberSummary, RunGroup, RunGroupList, RunGroups } from "../../domain/run-group.ts";
import type { LoggedKey } from "../../domain/run-table.ts";
import { usualMetrics } from "../../report/usual-columns.ts";

/** By what groups can be sorted: `cost`, `runs` or a metric, with a direction. */
const ORDER = /^(?<key>cost|runs|metrics\..+?)(?:\s+(?<direction>asc|desc))?$/i;

/** Number of metrics that are summarised if none is named: they fit on a line. */
const USUAL_METRICS = 2;

/**
 * Columns to summarise for groups by some keys: those requested, or the most frequent metrics.
 *
 * @throws Failure not_found for a key or a column that no run has
 */
export function groupColumns(
  { groupBy, column }: { groupBy: readonly string[]; column: readonly string[] },
  keys: readonly LoggedKey[],
): string[] {
  const known = [...keys.map((key) => key.column), "dataset", "experiment"];
  for (const name of [...groupBy, ...column]) {
    if (!known.includes(name)) {
      throw new Failure("not_found", `no run has ${name}`, {
        hint: didYouMean(name, known) ?? "runs export lists all",
      });
    }
  }
  return column.length > 0 ? [...column] : usualMetrics(keys, USUAL_METRICS);
}

/**
 * Groups in the requested order, as many as requested. Without an order they are by value.
 *
 * @param order  `cost`, `runs` (most first) or a metric among the columns (lowest mean first); ASC and DESC reverse it
 * @throws Failure bad_input for an order that groups do not have
 */
export function listGroups(
  grouped: RunGroups,
  { order, limit }: { order: readonly string[]; limit: number },
): RunGroupList {
  const sorted = order.toReversed().reduce((groups, word) => sortedBy(groups, word, grouped.columns), grouped.groups);
  return { ...grouped, groups: sorted.slice(0, limit), moreGroups: Math.max(0, sorted.length - limit) };
}

function sortedBy(groups: readonly RunGroup[], word: string, columns: readonly string[]): RunGroup[] {
  const { key, direction } = ORDER.exec(word.trim())?.groups ?? {};
  const place = key === undefined ? -1 : columns.indexOf(key);
  if (key === undefined || (key.startsWith("metrics.") && place < 0)) {
    throw new Failure("bad_input", `groups cannot be ordered by ${word}`, {
      hint: `cost, runs${columns
        .filter((name) => name.startsWith("metrics."))
        .map((name) => `, '${name} ASC'`)
        .join("")}; --column adds a metric`,
    });
  }
  const valueOf = (group: RunGroup): number | null => {
    if (key.toLowerCase() === "runs") return group.runs;
    if (key.toLowerCase() === "cost") return group.costUsd === null ? null : Number(group.costUsd);
    return (group.columns[place] as NumberSummary).mean;
  };
  const sign = (direction?.toLowerCase() ?? (place < 0 ? "desc" : "asc")) === "desc" ? -1 : 1;
  return groups.toSorted((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    // Groups without a value come last in both directions.
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}
