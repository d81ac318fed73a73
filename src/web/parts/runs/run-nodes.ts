import type { RunGroup, RunGroups } from "../../../domain/run-group.ts";
import type { RunRow, RunTable } from "../../../domain/run-table.ts";
import { groupFilter } from "../../../report/group-filter.ts";
import { clausesOf, queryOf, type RunView } from "../../run-view.ts";

/** A run with its nested runs. */
export type RunNode = RunRow & { children: RunNode[] };

/** A group of runs with those that were loaded. */
export type GroupNode = {
  id: string;
  /** Its place by value. */
  place: number;
  by: readonly string[];
  summary: RunGroup;
  children: RunNode[];
  /** Number of its runs that were loaded; the others are older. */
  loaded: number;
  /** Address of all its runs, if some were not loaded and a filter can name them. */
  address: string | undefined;
};

/** A row of the table. */
export type TableNode = RunNode | GroupNode;

/** Whether a row is a group. */
export function isGroup(node: TableNode): node is GroupNode {
  return "summary" in node;
}

/** Rows of the table: groups if the runs are grouped, otherwise runs. */
export function tableNodes(data: Pick<RunTable, "rows" | "grouped"> | undefined, view: RunView): TableNode[] {
  if (data === undefined) return [];
  return data.grouped === null ? runNodes(data.rows, view.isNested) : groupNodes(data.rows, data.grouped, view);
}

/** Runs as rows of the table, below their parent runs if the view says so. */
function runNodes(rows: readonly RunRow[], isNested: boolean): RunNode[] {
  return isNested ? asTree(rows) : rows.map((row) => ({ ...row, children: [] }));
}

/** Groups as rows of the table, each with its runs. */
function groupNodes(rows: readonly RunRow[], { by, groups }: RunGroups, view: RunView): GroupNode[] {
  const members = groups.map((): RunRow[] => []);
  for (const row of rows) if (row.group !== null) members[row.group]?.push(row);
  return groups.map((summary, place): GroupNode => {
    const own = members[place]!;
    const { values } = summary;
    const filter = own.length < summary.runs ? groupFilter(clausesOf(view.filter), { by, values }) : undefined;
    const query = filter === undefined ? undefined : queryOf({ ...view, filter, groupBy: [] });
    return {
      id: JSON.stringify(values),
      place,
      by,
      summary,
      children: runNodes(own, view.isNested),
      loaded: own.length,
      address: query === undefined ? undefined : `/runs?${new URLSearchParams(query).toString()}`,
    };
  });
}

/** Runs below their parent run; a run whose parent is not in the list is at the top level. */
function asTree(rows: readonly RunRow[]): RunNode[] {
  const nodes = new Map(rows.map((row) => [row.id, { ...row, children: [] as RunNode[] }]));
  const roots: RunNode[] = [];
  for (const node of nodes.values()) {
    const parent = node.parentRunId === null ? undefined : nodes.get(node.parentRunId);
    if (parent === undefined || parent === node) roots.push(node);
    else parent.children.push(node);
  }
  // A circle of parents has no root: its runs are shown as if they had no parents.
  const reached = new Set<RunNode>();
  const reach = (node: RunNode): void => {
    reached.add(node);
    for (const child of node.children) reach(child);
  };
  for (const root of roots) reach(root);
  const circling = [...nodes.values()].filter((node) => !reached.has(node));
  return [...roots, ...circling.map((node) => ({ ...node, children: [] }))];
}
