import type { TrackedRun } from "../domain/tracked-run.ts";

// What the page Compare and `runs compare` say alike about runs.

/** A row of a comparison: a key, and its value in each run (undefined if a run has none). */
export type DiffRow<Value = string | number> = {
  key: string;
  values: readonly (Value | undefined)[];
  isSame: boolean;
};

/** The inputs of runs: their datasets by digest, then their params. */
export function inputRows(runs: readonly Pick<TrackedRun, "params" | "datasets">[]): DiffRow<string>[] {
  return rowsOf(
    runs.map(({ params, datasets }) => [
      ...datasets.map(({ name, digest }) => ({ key: `dataset ${name}`, value: digest })),
      ...params,
    ]),
    (key) => !key.startsWith("dataset "),
  );
}

/** The latest metrics of runs. */
export function metricRows(
  runs: readonly Pick<TrackedRun, "metrics">[],
): DiffRow<TrackedRun["metrics"][number]["value"]>[] {
  return rowsOf(
    runs.map(({ metrics }) => metrics),
    (key) => key.startsWith("system/"),
  );
}

/** Rows by key; those that `isLate` names come last. */
function rowsOf<Value>(
  runs: readonly (readonly { key: string; value: Value }[])[],
  isLate: (key: string) => boolean,
): DiffRow<Value>[] {
  const tables = runs.map((pairs) => new Map(pairs.map(({ key, value }) => [key, value])));
  const keys = [...new Set(tables.flatMap((table) => [...table.keys()]))];
  return keys
    .toSorted((a, b) => Number(isLate(a)) - Number(isLate(b)) || (a < b ? -1 : 1))
    .map((key) => ({ key, values: tables.map((table) => table.get(key)) }))
    .map((row) => ({ ...row, isSame: new Set(row.values.map(String)).size === 1 }));
}

/** Places of the runs with the lowest and the highest finite value; undefined if no two of them differ. */
export function extremes(values: DiffRow["values"]): { low: number; high: number } | undefined {
  let low: number | undefined;
  let high: number | undefined;
  for (const [place, value] of values.entries()) {
    if (typeof value !== "number") continue;
    if (low === undefined || value < Number(values[low])) low = place;
    if (high === undefined || value > Number(values[high])) high = place;
  }
  return low === undefined || high === undefined || values[low] === values[high] ? undefined : { low, high };
}
