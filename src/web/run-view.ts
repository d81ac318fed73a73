import type { LoggedKey } from "../domain/run-table.ts";

/** Columns by which rows are sorted, the first one first. */
type Sorting = { id: string; desc: boolean }[];

/** Settings of the list of runs: all are in the address, so that a view can be sent and saved. */
export type RunView = {
  /** In MLflow's grammar, or words of a run's name. */
  filter: string;
  /** Columns of logged values; undefined: those chosen by `usualColumns`. */
  columns: readonly string[] | undefined;
  sorting: Sorting;
  /** True if runs are shown below their parent run. */
  isNested: boolean;
  isDeleted: boolean;
};

/** The view in an address. */
export function viewOf(words: URLSearchParams): RunView {
  const sort = words.get("sort");
  const columns = words.get("columns");
  return {
    filter: words.get("filter") ?? "",
    columns: columns === null ? undefined : columns === "" ? [] : columns.split(",").map(decodeURIComponent),
    sorting: sort === null ? [] : [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }],
    isNested: words.get("nested") === "1",
    isDeleted: words.get("deleted") === "1",
  };
}

/** The address query of a view: only the settings that differ from the defaults. */
export function queryOf({ filter, columns, sorting, isNested, isDeleted }: RunView): Record<string, string> {
  const [first] = sorting;
  return {
    ...(filter === "" ? {} : { filter }),
    ...(columns === undefined ? {} : { columns: columns.map(encodeURIComponent).join(",") }),
    ...(first === undefined ? {} : { sort: `${first.desc ? "-" : ""}${first.id}` }),
    ...(isNested ? { nested: "1" } : {}),
    ...(isDeleted ? { deleted: "1" } : {}),
  };
}

/** A clause of a filter, also one that is not complete. */
const CLAUSE =
  /[^\p{L}\p{N}_ .:/+-]|^(metrics?|param(eter)?s?|tags?|attr(ibute)?s?|run|datasets?)\.| (and|i?like|in|is|not) /iu;

/** A typed filter in MLflow's grammar: words that are no clause find runs by name, in any case. */
export function clausesOf(typed: string): string {
  const words = typed.trim();
  return words === "" || CLAUSE.test(words) ? typed : `run_name ILIKE '%${words}%'`;
}

/** Default number of columns of metrics, and of params. */
const USUAL = { metrics: 4, params: 3 };

/** Columns that distinguish runs: the most frequent metrics, losses first, and the params that differ. */
export function usualColumns(keys: readonly LoggedKey[]): string[] {
  const metrics = keys
    .filter(({ column }) => column.startsWith("metrics.") && !column.startsWith("metrics.system/"))
    .toSorted(
      (a, b) => b.runs - a.runs || metricRank(a.column) - metricRank(b.column) || (a.column < b.column ? -1 : 1),
    );
  const params = keys
    .filter(({ column, values }) => column.startsWith("params.") && (values ?? 0) > 1)
    .toSorted(
      (a, b) =>
        b.runs - a.runs ||
        Number(isSeed(a.column)) - Number(isSeed(b.column)) ||
        (b.values ?? 0) - (a.values ?? 0) ||
        (a.column < b.column ? -1 : 1),
    );
  return [...metrics.slice(0, USUAL.metrics), ...params.slice(0, USUAL.params)].map(({ column }) => column);
}

/** Whether a param is a seed: it differs in each run, but no run is chosen by it. */
function isSeed(column: string): boolean {
  return /seed$/i.test(column);
}

/** Rank of a metric that puts losses and evaluation scores first, by which lists of runs are usually sorted. */
export function metricRank(name: string): number {
  if (/learning_rate|epoch|runtime|per_second|grad_norm/.test(name)) return 4;
  return /eval.*loss/.test(name) ? 0 : /loss/.test(name) ? 1 : /eval/.test(name) ? 2 : 3;
}
