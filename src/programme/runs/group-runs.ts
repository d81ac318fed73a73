import { formatMoney, parseMoney } from "../../base/money.ts";
import { type NumberSummary, type RunGroup, RunState, type TextSummary } from "../../domain/run-group.ts";
import type { RunRow } from "../../domain/run-table.ts";
import { runStateOf } from "../../report/run-state.ts";
import { compareValues } from "../../report/value-order.ts";

/** A run before it has a group, with its value of each key. */
export type Ungrouped = { row: Omit<RunRow, "group">; keys: readonly (string | null)[] };

/**
 * Groups runs by their values: every run is in exactly one group, those without a value in a group of their own.
 *
 * @param columns  names of the values of the rows
 * @returns the groups in the order of their values, and for each run the index of its group
 */
export function groupRuns(
  runs: readonly Ungrouped[],
  { columns, nowMs }: { columns: readonly string[]; nowMs: number },
): { groups: RunGroup[]; places: number[] } {
  const found = new Map<string, { values: readonly (string | null)[]; members: number[] }>();
  for (const [index, { keys }] of runs.entries()) {
    const id = JSON.stringify(keys);
    const group = found.get(id);
    if (group === undefined) found.set(id, { values: keys, members: [index] });
    else group.members.push(index);
  }
  const sorted = [...found.values()].toSorted((a, b) => compareKeys(a.values, b.values));
  const places = runs.map(() => 0);
  for (const [place, { members }] of sorted.entries()) for (const index of members) places[index] = place;
  const groups = sorted.map(({ values, members }) =>
    summaryOf(
      values,
      members.map((index) => runs[index]!.row),
      { columns, nowMs },
    ),
  );
  return { groups, places };
}

function compareKeys(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  return a.reduce((order, value, index) => order || compareValues(value, b[index] ?? null), 0);
}

function summaryOf(
  values: readonly (string | null)[],
  rows: readonly Ungrouped["row"][],
  { columns, nowMs }: { columns: readonly string[]; nowMs: number },
): RunGroup {
  const states = rows.map((row) => runStateOf(row, nowMs));
  const costs = rows.flatMap(({ costUsd }) => costUsd ?? []);
  return {
    values: [...values],
    runs: rows.length,
    states: RunState.options
      .map((state) => ({ state, runs: states.filter((each) => each === state).length }))
      .filter(({ runs }) => runs > 0),
    experiment: textSummary(rows.map(({ experiment }) => experiment)),
    user: textSummary(rows.map(({ user }) => user)),
    newestAt: rows.reduce((newest, { startedAt }) => (startedAt > newest ? startedAt : newest), rows[0]!.startedAt),
    activeSec: rows.reduce((sum, { activeSec }) => sum + activeSec, 0),
    costUsd: costs.length === 0 ? null : formatMoney(costs.reduce((sum, usd) => sum + parseMoney(usd), 0n)),
    unpriced: rows.length - costs.length,
    usdPerHour: priceRange(rows.flatMap(({ usdPerHour }) => usdPerHour ?? [])),
    columns: columns.map((name, place) => {
      const own = rows.map((row) => row.values[place] ?? null);
      return name.startsWith("metrics.") ? numberSummary(own) : textSummary(own.map(asText));
    }),
  };
}

function asText(value: RunRow["values"][number]): string | null {
  return value === null ? null : String(value);
}

function priceRange(prices: readonly string[]): RunGroup["usdPerHour"] {
  if (prices.length === 0) return null;
  const sorted = prices.map(parseMoney).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { lowest: formatMoney(sorted[0]!), highest: formatMoney(sorted.at(-1)!) };
}

/** Summary of the latest values of a metric: a text is a value that is not finite, null a run without the metric. */
function numberSummary(values: readonly RunRow["values"][number][]): NumberSummary {
  const numbers = values.filter((value) => typeof value === "number");
  const missing = values.filter((value) => value === null).length;
  const nan = values.filter((value) => value === "NaN").length;
  const counts = { finite: numbers.length, nan, infinite: values.length - numbers.length - missing - nan, missing };
  if (numbers.length === 0) return { mean: null, lowest: null, highest: null, ...counts };
  const lowest = numbers.reduce((low, value) => Math.min(low, value));
  const highest = numbers.reduce((high, value) => Math.max(high, value));
  return { mean: meanOf(numbers, lowest, highest), lowest, highest, ...counts };
}

/** The mean, which neither overflows nor leaves the range of its values by an error of rounding. */
function meanOf(numbers: readonly number[], lowest: number, highest: number): number {
  const sum = numbers.reduce((total, value) => total + value, 0);
  const mean = Number.isFinite(sum)
    ? sum / numbers.length
    : numbers.reduce((total, value) => total + value / numbers.length, 0);
  return Math.min(highest, Math.max(lowest, mean));
}

function textSummary(texts: readonly (string | null)[]): TextSummary {
  const given = texts.filter((text) => text !== null);
  const different = new Set(given);
  return {
    only: different.size === 1 ? given[0]! : null,
    different: different.size,
    missing: texts.length - given.length,
  };
}
