import { type ColumnDef, createColumnHelper, type Row, type Table } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { Link } from "react-router";

import type { RunGroup } from "../../../domain/run-group.ts";
import type { RunRow } from "../../../domain/run-table.ts";
import { shortHashes } from "../../../report/short-hashes.ts";
import { shortKey } from "../../../report/short-key.ts";
import { compareValues } from "../../../report/value-order.ts";
import { Checkbox } from "../checkbox.tsx";
import { RunState } from "../run-state.tsx";
import { shownAge, shownCount, shownDuration, shownTime, shownUsd, shownValue } from "../words.ts";
import {
  GroupCost,
  GroupName,
  GroupNumber,
  GroupRate,
  GroupStates,
  GroupText,
  groupWords,
  TwoLines,
} from "./group-cells.tsx";
import { isGroup, type RunNode, type TableNode } from "./run-nodes.ts";

/** Header and format of a column. */
export type ColumnFacts = { isNumber?: boolean };

type Cell<Node> = (node: Node) => ReactNode;

const column = createColumnHelper<TableNode>();

/** A column whose cells and order are those of a run, or of a group of runs. */
function fixed<Value>(
  id: string,
  header: string,
  {
    run,
    group,
    isNumber,
  }: {
    run: [Cell<RunNode>, (row: RunNode) => Value];
    group: [Cell<RunGroup>, (group: RunGroup) => Value];
    isNumber?: boolean;
  },
): ColumnDef<TableNode, never> {
  return column.accessor((node) => (isGroup(node) ? group[1](node.summary) : run[1](node)), {
    id,
    header,
    cell: ({ row: { original } }) => (isGroup(original) ? group[0](original.summary) : run[0](original)),
    sortUndefined: "last",
    sortDescFirst: id === "startedAt",
    ...(isNumber === true ? { sortingFn: "basic", meta: { isNumber } satisfies ColumnFacts } : { sortingFn: byText }),
  }) as ColumnDef<TableNode, never>;
}

const amount = (usd: string | null): number | undefined => (usd === null ? undefined : Number(usd));

const FIXED: readonly ColumnDef<TableNode, never>[] = [
  column.display({
    id: "chosen",
    header: ({ table }) => (
      <Checkbox
        aria-label="Choose all runs"
        isSelected={table.getIsAllRowsSelected()}
        isIndeterminate={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
        onChange={(isSelected) => table.toggleAllRowsSelected(isSelected)}
      />
    ),
    cell: ({ row, table }) => <Chosen row={row} table={table} />,
  }),
  fixed("status", "State", {
    run: [(run) => <RunState run={run} />, ({ status }) => status],
    group: [(group) => <GroupStates states={group.states} />, ({ states }) => states[0]?.state ?? ""],
  }),
  fixed("experiment", "Experiment", {
    run: [({ experiment }) => experiment, ({ experiment }) => experiment],
    group: [({ experiment }) => <GroupText summary={experiment} />, ({ experiment }) => experiment.only ?? undefined],
  }),
  fixed("user", "User", {
    run: [({ user }) => user, ({ user }) => user],
    group: [({ user }) => <GroupText summary={user} />, ({ user }) => user.only ?? undefined],
  }),
  fixed("startedAt", "Started", {
    run: [({ startedAt }) => <Age at={startedAt} />, ({ startedAt }) => startedAt],
    group: [({ newestAt }) => <TwoLines above={<Age at={newestAt} />} below="newest" />, ({ newestAt }) => newestAt],
  }),
  fixed("activeSec", "Active", {
    run: [({ activeSec }) => shownDuration(activeSec), ({ activeSec }) => activeSec],
    group: [({ activeSec }) => shownDuration(activeSec), ({ activeSec }) => activeSec],
    isNumber: true,
  }),
  fixed("cost", "Cost USD", {
    run: [(run) => <Cost run={run} />, ({ costUsd }) => amount(costUsd)],
    group: [(group) => <GroupCost {...group} />, ({ costUsd }) => amount(costUsd)],
    isNumber: true,
  }),
  fixed("rate", "USD per hour", {
    run: [
      ({ usdPerHour }) => (usdPerHour === null ? <span className="soft">–</span> : shownUsd(usdPerHour)),
      ({ usdPerHour }) => amount(usdPerHour),
    ],
    group: [(group) => <GroupRate {...group} />, ({ usdPerHour }) => amount(usdPerHour?.highest ?? null)],
    isNumber: true,
  }),
];

/** Columns before those of values: the first ones have room in a narrow window, in this order. */
const LEADING = { wide: ["chosen", "name", "status", "cost"], narrow: ["chosen", "name", "cost", "status"] };

/**
 * Columns of runs: what a run is and costs, then one for each requested value, by which runs are sorted, then the rest.
 * In a narrow window, cost follows the name.
 *
 * @param by  keys of the groups; none for a row of each run
 */
export function runColumns(
  columns: readonly string[],
  { by, isNarrow }: { by: readonly string[]; isNarrow: boolean },
): ColumnDef<TableNode, never>[] {
  const leading = LEADING[isNarrow ? "narrow" : "wide"];
  const known = [...FIXED, nameColumn(by)];
  const first = leading.flatMap((id) => known.filter((each) => each.id === id));
  const rest = FIXED.filter((each) => !leading.includes(each.id ?? ""));
  return [...first, ...columns.map((name, place) => valueColumn(name, place)), ...rest];
}

function nameColumn(by: readonly string[]): ColumnDef<TableNode, never> {
  return column.accessor(
    // Runs without a value are last in both directions.
    (node) => (!isGroup(node) ? node.name : node.summary.values.every((value) => value === null) ? undefined : node.id),
    {
      id: "name",
      header: by.length === 0 ? "Run" : by.map(shortKey).join(" · "),
      cell: ({ row }) => (isGroup(row.original) ? <GroupName row={row} /> : <RunName row={row} run={row.original} />),
      sortUndefined: "last",
      sortingFn: (a, b, id) =>
        isGroup(a.original) && isGroup(b.original) ? a.original.place - b.original.place : byText(a, b, id),
    },
  ) as ColumnDef<TableNode, never>;
}

function valueColumn(name: string, place: number): ColumnDef<TableNode, never> {
  const isMetric = name.startsWith("metrics.");
  return column.accessor((node) => sortable(node, place, isMetric), {
    id: name,
    header: () => <span title={name}>{name === "dataset" ? "Dataset" : shortKey(name)}</span>,
    cell: ({ row: { original } }) => {
      if (isGroup(original)) {
        const summary = original.summary.columns[place];
        if (summary === undefined) return null;
        return "mean" in summary ? <GroupNumber summary={summary} /> : <GroupText summary={summary} />;
      }
      const value = original.values[place];
      if (value === null || value === undefined) return <span className="soft">–</span>;
      if (!isMetric) return <span title={String(value)}>{shortHashes(String(value))}</span>;
      return typeof value === "string" ? <span className="state bad">{value}</span> : shownValue(value);
    },
    sortUndefined: "last",
    sortingFn: isMetric ? "basic" : byText,
    meta: { isNumber: isMetric } satisfies ColumnFacts,
  }) as ColumnDef<TableNode, never>;
}

/** Order of texts: numbers by their size, as groups are. */
function byText(a: Row<TableNode>, b: Row<TableNode>, id: string): number {
  return compareValues(String(a.getValue(id)), String(b.getValue(id)));
}

/** A value by which rows are sorted; a group by its mean. Values that are not finite, and no value, come last. */
function sortable(node: TableNode, place: number, isMetric: boolean): number | string | undefined {
  if (isGroup(node)) {
    const summary = node.summary.columns[place];
    if (summary === undefined) return undefined;
    return ("mean" in summary ? summary.mean : summary.only) ?? undefined;
  }
  const value = node.values[place];
  if (value === null || value === undefined || value === "") return undefined;
  if (isMetric) return typeof value === "number" ? value : undefined;
  return value;
}

function Age({ at }: { at: string }): ReactNode {
  return <span title={shownTime(at)}>{shownAge(at, Date.now())}</span>;
}

function Cost({ run: { costUsd, costNote } }: { run: RunRow }): ReactNode {
  return <span title={costNote}>{costUsd === null ? <span className="soft">unknown</span> : shownUsd(costUsd)}</span>;
}

/** The checkbox of a run, or of all runs of a group. */
function Chosen({ row, table }: { row: Row<TableNode>; table: Table<TableNode> }): ReactNode {
  const { original } = row;
  if (!isGroup(original)) {
    return (
      <Checkbox
        aria-label={`Choose ${original.name}`}
        isSelected={row.getIsSelected()}
        onChange={(isSelected) => row.toggleSelected(isSelected, { selectChildren: false })}
      />
    );
  }
  const runs = row.getLeafRows();
  if (runs.length === 0) return null;
  const chosen = runs.filter((run) => run.getIsSelected()).length;
  return (
    <Checkbox
      aria-label={`Choose ${shownCount(runs.length, "run")} of ${groupWords(original)}`}
      isSelected={chosen === runs.length}
      isIndeterminate={chosen > 0 && chosen < runs.length}
      onChange={(isSelected) =>
        table.setRowSelection((before) => {
          const own = new Set(runs.map(({ id }) => id));
          const others = Object.entries(before).filter(([id]) => !own.has(id));
          return Object.fromEntries([...others, ...(isSelected ? [...own].map((id) => [id, true] as const) : [])]);
        })
      }
    />
  );
}

function RunName({ row, run: { id, name } }: { row: Row<TableNode>; run: RunNode }): ReactNode {
  return (
    <span className="run-name" style={{ paddingLeft: `${row.depth * 1.1}rem` }}>
      {row.getCanExpand() ? (
        <Button
          className="expander"
          aria-label={`${row.getIsExpanded() ? "Close" : "Open"} ${name}`}
          aria-expanded={row.getIsExpanded()}
          onPress={() => row.toggleExpanded()}
        >
          {row.getIsExpanded() ? "▾" : "▸"}
        </Button>
      ) : null}
      <Link to={`/runs/${id}`}>{name}</Link>
      {row.subRows.length > 0 ? <span className="soft small">{row.subRows.length}</span> : null}
    </span>
  );
}
