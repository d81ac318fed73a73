import type { LoggedKey } from "../domain/run-table.ts";

/** Columns by which rows are sorted, the first one first. */
type Sorting = { id: string; desc: boolean }[];

/** Settings of the list of runs: all are in the address, so that a view can be sent and saved. */
export type RunView = {
  /** In MLflow's grammar, or words of a run's name. */
  filter: string;
  /** Columns of logged values; undefined: those chosen by `usualColumns`. */
  columns: readonly string[] | undefined;
  /** Keys by which runs are grouped, at most two; none: a row for each run. */
  groupBy: readonly string[];
  sorting: Sorting;
  /** True if runs are shown below their parent run. */
  isNested: boolean;
  isDeleted: boolean;
};

/** The view in an address. */
export function viewOf(words: URLSearchParams): RunView {
  const sort = words.get("sort");
  const columns = words.get("columns");
  const group = words.get("group") ?? "";
  return {
    filter: words.get("filter") ?? "",
    columns: columns === null ? undefined : listOf(columns),
    groupBy: listOf(group),
    sorting: sort === null ? [] : [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }],
    isNested: words.get("nested") === "1",
    isDeleted: words.get("deleted") === "1",
  };
}

function listOf(word: string): string[] {
  return word === "" ? [] : word.split(",").map(decodeURIComponent);
}

/** The address query of a view: only the settings that differ from the defaults. */
export function queryOf({ filter, columns, groupBy, sorting, isNested, isDeleted }: RunView): Record<string, string> {
  const [first] = sorting;
  return {
    ...(filter === "" ? {} : { filter }),
    ...(columns === undefined ? {} : { columns: columns.map(encodeURIComponent).join(",") }),
    ...(groupBy.length === 0 ? {} : { group: groupBy.map(encodeURIComponent).join(",") }),
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

/** Keys by which runs can be grouped: dataset, experiment, params that differ, tags of people, then what is rarely meant. */
export function groupKeys(keys: readonly LoggedKey[]): { name: string; count?: number }[] {
  const found = keys.filter(({ column }) => !column.startsWith("metrics."));
  const rank = ({ column, values }: LoggedKey): number => {
    if (column === "dataset") return 0;
    if (column.startsWith("params.")) return values !== null && values > 1 ? 1 : 3;
    return column.startsWith("tags.mlflow.") ? 4 : 2;
  };
  const sorted = found.toSorted((a, b) => rank(a) - rank(b) || b.runs - a.runs || (a.column < b.column ? -1 : 1));
  return [{ name: "experiment" }, ...sorted.map(({ column, runs }) => ({ name: column, count: runs }))];
}
