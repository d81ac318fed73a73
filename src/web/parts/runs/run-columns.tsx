import { type ColumnDef, createColumnHelper, type Row } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { Link } from "react-router";

import type { RunRow } from "../../../domain/run-table.ts";
import { Checkbox } from "../checkbox.tsx";
import { RunState } from "../run-state.tsx";
import { shownAge, shownDuration, shownTime, shownUsd, shownValue } from "../words.ts";

/** A run with its nested runs. */
export type RunNode = RunRow & { children: RunNode[] };

/** Header and format of a column. */
export type ColumnFacts = { isNumber?: boolean };

const column = createColumnHelper<RunNode>();

const FIXED = [
  column.display({
    id: "chosen",
    header: ({ table }) => (
      <Checkbox
        aria-label="Choose all runs"
        isSelected={table.getIsAllRowsSelected()}
        isIndeterminate={table.getIsSomeRowsSelected()}
        onChange={(isSelected) => table.toggleAllRowsSelected(isSelected)}
      />
    ),
    cell: ({ row }) => (
      <Checkbox
        aria-label={`Choose ${row.original.name}`}
        isSelected={row.getIsSelected()}
        onChange={(isSelected) => row.toggleSelected(isSelected, { selectChildren: false })}
      />
    ),
  }),
  column.accessor("name", { header: "Run", cell: ({ row }) => <RunName row={row} /> }),
  column.accessor("status", { header: "State", cell: ({ row }) => <RunState run={row.original} /> }),
  column.accessor("experiment", { header: "Experiment" }),
  column.accessor("user", { header: "User" }),
  column.accessor("startedAt", {
    header: "Started",
    sortDescFirst: true,
    cell: ({ getValue }) => <span title={shownTime(getValue())}>{shownAge(getValue(), Date.now())}</span>,
  }),
  column.accessor("activeSec", {
    header: "Active",
    cell: ({ getValue }) => shownDuration(getValue()),
    meta: { isNumber: true } satisfies ColumnFacts,
  }),
  column.accessor(({ costUsd }) => (costUsd === null ? undefined : Number(costUsd)), {
    id: "cost",
    header: "Cost USD",
    cell: ({ row }) => (
      <span title={row.original.costNote}>
        {row.original.costUsd === null ? <span className="soft">unknown</span> : shownUsd(row.original.costUsd)}
      </span>
    ),
    sortUndefined: "last",
    meta: { isNumber: true } satisfies ColumnFacts,
  }),
  column.accessor(({ usdPerHour }) => (usdPerHour === null ? undefined : Number(usdPerHour)), {
    id: "rate",
    header: "USD per hour",
    cell: ({ row }) =>
      row.original.usdPerHour === null ? <span className="soft">–</span> : shownUsd(row.original.usdPerHour),
    sortUndefined: "last",
    meta: { isNumber: true } satisfies ColumnFacts,
  }),
] as ColumnDef<RunNode, never>[];

/** Columns before those of values: the first ones have room in a narrow window, in this order. */
const LEADING = { wide: ["chosen", "name", "status", "cost"], narrow: ["chosen", "name", "cost", "status"] };

/**
 * Columns of runs: what a run is and costs, then one for each requested value, by which runs are sorted, then the rest.
 * In a narrow window, cost follows the name.
 */
export function runColumns(columns: readonly string[], isNarrow: boolean): ColumnDef<RunNode, never>[] {
  const leading = LEADING[isNarrow ? "narrow" : "wide"];
  const first = leading.flatMap((id) => FIXED.filter((each) => idOf(each) === id));
  const rest = FIXED.filter((each) => !leading.includes(idOf(each)));
  return [...first, ...columns.map((name, place) => valueColumn(name, place)), ...rest];
}

function idOf(each: ColumnDef<RunNode, never>): string {
  return each.id ?? ("accessorKey" in each ? String(each.accessorKey) : "");
}

function valueColumn(name: string, place: number): ColumnDef<RunNode, never> {
  const dot = name.indexOf(".");
  const isMetric = name.startsWith("metrics.");
  return column.accessor(({ values }) => sortable(values[place], isMetric), {
    id: name,
    header: () => <span title={name}>{name.slice(dot + 1)}</span>,
    cell: ({ row }) => {
      const value = row.original.values[place];
      if (value === null || value === undefined) return <span className="soft">–</span>;
      if (!isMetric) return value;
      return typeof value === "string" ? <span className="state bad">{value}</span> : shownValue(value);
    },
    sortUndefined: "last",
    sortingFn: "alphanumeric",
    meta: { isNumber: isMetric || undefined } as ColumnFacts,
    ...(isMetric ? { sortingFn: "basic" as const } : {}),
  }) as ColumnDef<RunNode, never>;
}

/**
 * A value by which rows are sorted: numbers as numbers, including those of params; values that are not finite come
 * last.
 */
function sortable(value: RunRow["values"][number] | undefined, isMetric: boolean): number | string | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  if (isMetric) return typeof value === "number" ? value : undefined;
  return value;
}

function RunName({ row }: { row: Row<RunNode> }): ReactNode {
  const { id, name } = row.original;
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
