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
import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import {
  memo,
  type ReactNode,
  type RefObject,
  useCallback,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";

import { type ColumnFacts, runColumns } from "./run-columns.tsx";
import { isGroup, type TableNode } from "./run-nodes.ts";

/** Height of a row, px; equal to `--row-height`. */
const ROW_HEIGHT_PX = 34;

/** Height of the row of a group by the number of its keys, px; as in `runs.css`. */
const GROUP_HEIGHT_PX = [0, 48, 68];

/** Windows in which cells of the table do not stay; as in `runs.css`. */
const NARROW = "(max-width: 760px)";

/** Classes of a table by the number of keys. */
const GROUPED = ["", " grouped", " grouped two-keys"];

function watchWidth(onChange: () => void): () => void {
  const width = matchMedia(NARROW);
  width.addEventListener("change", onChange);
  return () => width.removeEventListener("change", onChange);
}

type Props = {
  nodes: readonly TableNode[];
  columns: readonly string[];
  /** Keys of the groups; none for a row of each run. */
  by: readonly string[];
  sorting: SortingState;
  chosen: RowSelectionState;
  onSort: (sorting: SortingState) => void;
  onChoose: (chosen: RowSelectionState) => void;
};

/**
 * A table of runs, or of groups that open to their runs. It stays smooth with ten thousand rows: only the visible rows
 * are rendered.
 */
export function RunTable({ nodes, columns, by, sorting, chosen, onSort, onChoose }: Props): ReactNode {
  const isNarrow = useSyncExternalStore(watchWidth, () => matchMedia(NARROW).matches);
  const definitions = useMemo(() => runColumns(columns, { by, isNarrow }), [columns, by, isNarrow]);
  // Nested runs are in sight at first; groups are closed, so that they can be compared.
  const [expanded, setExpanded] = useState<true | Record<string, boolean>>(by.length === 0 ? true : {});
  const table = useReactTable({
    data: nodes as TableNode[],
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
    enableRowSelection: (row) => !isGroup(row.original),
    enableSubRowSelection: false,
  });
  const shown = table.getRowModel().rows;
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVisible(shown, { place, groupHeight: GROUP_HEIGHT_PX[by.length]! });
  const hasChosen = Object.keys(chosen).length > 0;
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div
      className={`table-wrap tall run-table${GROUPED[by.length] ?? ""}`}
      ref={place}
      tabIndex={0}
      role="region"
      aria-label="Runs"
    >
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
                chosenRuns={hasChosen && isGroup(row.original) ? chosenIn(row) : 0}
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

/** The rows in sight, of two heights. */
function useVisible(
  rows: readonly Row<TableNode>[],
  { place, groupHeight }: { place: RefObject<HTMLDivElement | null>; groupHeight: number },
): Virtualizer<HTMLDivElement, Element> {
  return useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: (index) => (isGroup(rows[index]!.original) ? groupHeight : ROW_HEIGHT_PX),
    // Another order of rows with other heights is measured anew.
    getItemKey: useCallback((index: number) => rows[index]!.id, [rows]),
    overscan: 14,
  });
}

type RowProps = {
  row: Row<TableNode>;
  index: number;
  columns: readonly ColumnDef<TableNode, never>[];
  isChosen: boolean;
  chosenRuns: number;
  isOpen: boolean;
};

/** A row, rendered again only if what it shows changes: scrolling then costs as much as the rows that come into sight. */
const BodyRow = memo(function BodyRow({ row, index, isChosen }: RowProps): ReactNode {
  const name = isGroup(row.original) ? "group" : isChosen ? "chosen" : undefined;
  return (
    <tr aria-rowindex={index + 2} className={name}>
      {row.getVisibleCells().map(({ id, column, getContext }) => (
        <td key={id} className={cellClass(column)}>
          {flexRender(column.columnDef.cell, getContext())}
        </td>
      ))}
    </tr>
  );
});

function chosenIn(row: Row<TableNode>): number {
  return row.getLeafRows().filter((run) => run.getIsSelected()).length;
}

function Head({ header: { column, getContext } }: { header: Header<TableNode, unknown> }): ReactNode {
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

function cellClass({ id, columnDef }: Column<TableNode>): string | undefined {
  if (id === "chosen" || id === "name") return `stay-${id}`;
  const facts: ColumnFacts | undefined = columnDef.meta;
  return facts?.isNumber === true ? "number" : undefined;
}
