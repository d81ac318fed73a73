import {
  type ColumnDef,
  createColumnHelper,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useMemo, useRef } from "react";
import { Link } from "react-router";

import type { PricedRun } from "../../domain/money.ts";
import { RunState } from "./run-state.tsx";
import { shownAge, shownDuration, shownTime, shownUsd, shownValue } from "./words.ts";

const ROW_HEIGHT_PX = 36;

/** How many columns of metrics are shown: those that most runs have. */
const METRIC_COLUMNS = 4;

const column = createColumnHelper<PricedRun>();

const FIXED: ColumnDef<PricedRun, never>[] = [
  column.accessor("name", {
    header: "Run",
    cell: ({ row }) => <Link to={`/runs/${row.original.id}`}>{row.original.name}</Link>,
  }),
  column.accessor("status", { header: "State", cell: ({ row }) => <RunState run={row.original} /> }),
  column.accessor("experiment", { header: "Experiment" }),
  column.accessor("startedAt", {
    header: "Started",
    cell: ({ row }) => (
      <span title={shownTime(row.original.startedAt)}>{shownAge(row.original.startedAt, Date.now())}</span>
    ),
  }),
  column.accessor("activeSec", {
    header: "Active",
    cell: ({ getValue }) => shownDuration(getValue()),
    meta: { isNumber: true },
  }),
  column.accessor(({ cost }) => (cost.usd === null ? undefined : Number(cost.usd)), {
    id: "cost",
    header: "Cost USD",
    cell: ({ row }) => (
      <span title={row.original.cost.reason ?? row.original.cost.basis}>
        {row.original.cost.usd === null ? "unknown" : shownUsd(row.original.cost.usd)}
      </span>
    ),
    sortUndefined: "last",
    meta: { isNumber: true },
  }),
] as ColumnDef<PricedRun, never>[];

type Props = { runs: readonly PricedRun[]; sorting: SortingState; onSort: (sorting: SortingState) => void };

/** A table of runs that stays smooth with ten thousand: only the rows in sight are in the page. */
export function RunTable({ runs, sorting, onSort }: Props): ReactNode {
  const columns = useMemo(() => [...FIXED, ...metricColumns(runs)], [runs]);
  const table = useReactTable({
    data: runs as PricedRun[],
    columns,
    state: { sorting },
    onSortingChange: (change) => onSort(typeof change === "function" ? change(sorting) : change),
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getRowId: (run) => run.id,
  });
  const { rows } = table.getRowModel();
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div className="table-wrap tall" ref={place} tabIndex={0} role="region" aria-label="Runs">
      <table aria-rowcount={rows.length + 1}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map(({ id, column, getContext }) => (
                <th
                  key={id}
                  className={numberClass(column.columnDef)}
                  aria-sort={ariaSort(column.getIsSorted())}
                  scope="col"
                >
                  <button type="button" onClick={column.getToggleSortingHandler()}>
                    {flexRender(column.columnDef.header, getContext())}
                    {{ asc: " ↑", desc: " ↓" }[String(column.getIsSorted())] ?? ""}
                  </button>
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {above > 0 ? <tr style={{ height: above }} aria-hidden /> : null}
          {items.map(({ index }) => {
            const row = rows[index]!;
            return (
              <tr key={row.id} aria-rowindex={index + 2}>
                {row.getVisibleCells().map(({ id, column, getContext }) => (
                  <td key={id} className={numberClass(column.columnDef)}>
                    {flexRender(column.columnDef.cell, getContext())}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 ? <tr style={{ height: below }} aria-hidden /> : null}
        </tbody>
      </table>
    </div>
  );
}

/** The metrics that most runs have, those of the machine aside. */
function metricColumns(runs: readonly PricedRun[]): ColumnDef<PricedRun, never>[] {
  const counts = new Map<string, number>();
  for (const run of runs) {
    for (const { key } of run.metrics) if (!key.startsWith("system/")) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const names = [...counts].toSorted((a, b) => b[1] - a[1] || rank(a[0]) - rank(b[0]) || (a[0] < b[0] ? -1 : 1));
  return names.slice(0, METRIC_COLUMNS).map(
    ([name]) =>
      column.accessor((run) => valueOf(run, name), {
        id: name,
        header: name,
        cell: ({ getValue }) => {
          const value = getValue();
          return value === undefined ? <span className="soft">–</span> : shownValue(value);
        },
        sortUndefined: "last",
        meta: { isNumber: true },
      }) as ColumnDef<PricedRun, never>,
  );
}

/** Losses first: what a list of runs is usually sorted by. */
function rank(name: string): number {
  return /eval.*loss/.test(name) ? 0 : /loss/.test(name) ? 1 : 2;
}

function valueOf(run: PricedRun, name: string): number | undefined {
  const value = run.metrics.find(({ key }) => key === name)?.value;
  return value === undefined ? undefined : Number(value);
}

function numberClass(definition: { meta?: unknown }): string | undefined {
  return (definition.meta as { isNumber?: boolean } | undefined)?.isNumber === true ? "number" : undefined;
}

function ariaSort(sorted: false | "asc" | "desc"): "none" | "ascending" | "descending" {
  return sorted === false ? "none" : sorted === "asc" ? "ascending" : "descending";
}
