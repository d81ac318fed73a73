import {
  type Column,
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getExpandedRowModel,
  getSortedRowModel,
  type Header,
  type Row,
  type RowSelectionState,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useMemo, useRef, useState, useSyncExternalStore } from "react";

import type { RunRow } from "../../../domain/run-table.ts";
import { type ColumnFacts, runColumns, type RunNode } from "./run-columns.tsx";

/** Height of a row, px; equal to `--row-height`. */
const ROW_HEIGHT_PX = 34;

/** Windows in which cells of the table do not stay; as in `runs.css`. */
const NARROW = "(max-width: 760px)";

function watchWidth(onChange: () => void): () => void {
  const width = matchMedia(NARROW);
  width.addEventListener("change", onChange);
  return () => width.removeEventListener("change", onChange);
}

type Props = {
  rows: readonly RunRow[];
  columns: readonly string[];
  sorting: SortingState;
  isNested: boolean;
  chosen: RowSelectionState;
  onSort: (sorting: SortingState) => void;
  onChoose: (chosen: RowSelectionState) => void;
};

/** A table of runs that stays smooth with ten thousand rows: only the visible rows are rendered. */
export function RunTable({ rows, columns, sorting, isNested, chosen, onSort, onChoose }: Props): ReactNode {
  const nodes = useMemo(
    () => (isNested ? asTree(rows) : rows.map((row) => ({ ...row, children: [] }))),
    [rows, isNested],
  );
  const isNarrow = useSyncExternalStore(watchWidth, () => matchMedia(NARROW).matches);
  const definitions = useMemo(() => runColumns(columns, isNarrow), [columns, isNarrow]);
  const [expanded, setExpanded] = useState<true | Record<string, boolean>>(true);
  const table = useReactTable({
    data: nodes,
    columns: definitions,
    state: { sorting, rowSelection: chosen, expanded },
    onSortingChange: (change) => onSort(typeof change === "function" ? change(sorting) : change),
    onRowSelectionChange: (change) => onChoose(typeof change === "function" ? change(chosen) : change),
    onExpandedChange: (change) => setExpanded((before) => (typeof change === "function" ? change(before) : change)),
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getExpandedRowModel: getExpandedRowModel(),
    getSubRows: (row) => row.children,
    getRowId: (row) => row.id,
    enableSubRowSelection: false,
  });
  const shown = table.getRowModel().rows;
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 14,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div className="table-wrap tall run-table" ref={place} tabIndex={0} role="region" aria-label="Runs">
      <table aria-rowcount={shown.length + 1}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header) => (
                <Head key={header.id} header={header} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {above > 0 ? <tr style={{ height: above }} aria-hidden /> : null}
          {items.map(({ index }) => {
            const row = shown[index]!;
            return (
              <BodyRow
                key={row.id}
                row={row}
                index={index}
                columns={definitions}
                isChosen={row.getIsSelected()}
                isOpen={row.getIsExpanded()}
              />
            );
          })}
          {below > 0 ? <tr style={{ height: below }} aria-hidden /> : null}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = {
  row: Row<RunNode>;
  index: number;
  columns: readonly ColumnDef<RunNode, never>[];
  isChosen: boolean;
  isOpen: boolean;
};

/** A row, rendered again only if what it shows changes: scrolling then costs as much as the rows that come into sight. */
const BodyRow = memo(function BodyRow({ row, index, isChosen }: RowProps): ReactNode {
  return (
    <tr aria-rowindex={index + 2} className={isChosen ? "chosen" : undefined}>
      {row.getVisibleCells().map(({ id, column, getContext }) => (
        <td key={id} className={cellClass(column)}>
          {flexRender(column.columnDef.cell, getContext())}
        </td>
      ))}
    </tr>
  );
});

function Head({ header: { column, getContext } }: { header: Header<RunNode, unknown> }): ReactNode {
  const content = flexRender(column.columnDef.header, getContext());
  const sorted = column.getIsSorted();
  return (
    <th
      className={cellClass(column)}
      scope="col"
      aria-sort={sorted === false ? undefined : sorted === "asc" ? "ascending" : "descending"}
    >
      {column.getCanSort() ? (
        <button type="button" onClick={column.getToggleSortingHandler()}>
          {content}
          <span aria-hidden>{sorted === false ? "" : sorted === "asc" ? " ↑" : " ↓"}</span>
        </button>
      ) : (
        content
      )}
    </th>
  );
}

function cellClass({ id, columnDef }: Column<RunNode>): string | undefined {
  if (id === "chosen" || id === "name") return `stay-${id}`;
  const facts: ColumnFacts | undefined = columnDef.meta;
  return facts?.isNumber === true ? "number" : undefined;
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
  // A circle of parents has no root: its runs are shown as if they had none.
  return roots.length > 0 || nodes.size === 0 ? roots : [...nodes.values()].map((node) => ({ ...node, children: [] }));
}
