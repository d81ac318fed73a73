import "../runs.css";

import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { RowSelectionState } from "@tanstack/react-table";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { ToggleButton } from "react-aria-components";
import { Link, useSearchParams } from "react-router";

import type { LoggedKeys, RunTable as Runs } from "../../domain/run-table.ts";
import { shortKey } from "../../report/short-key.ts";
import { usualColumns } from "../../report/usual-columns.ts";
import { ApiError, getJson } from "../api.ts";
import { Empty } from "../parts/empty.tsx";
import { KeyPicker } from "../parts/key-picker.tsx";
import { shownCount } from "../parts/words.ts";
import { Page } from "../parts/page.tsx";
import { ChosenBar } from "../parts/runs/chosen-bar.tsx";
import { FilterField } from "../parts/runs/filter-field.tsx";
import { tableNodes } from "../parts/runs/run-nodes.ts";
import { RunTable } from "../parts/runs/run-table.tsx";
import { ViewMenu } from "../parts/runs/view-menu.tsx";
import { clausesOf, groupKeys, queryOf, type RunView, viewOf } from "../run-view.ts";

/** Polling interval of rows, ms: many take longer to read, ten thousand about a second. */
const refresh = (rows: number): number => (rows > 1000 ? Math.max(30_000, rows) : 5_000);

const UNGROUPED: readonly string[] = [];

const NOTHING: Shown = { rows: [], hasMore: false, grouped: null, columns: [] };

/** Rows with the columns of their values: while others are read, those shown belong together. */
type Shown = Runs & { columns: readonly string[] };

/** All runs: filtered in MLflow's grammar or by name, grouped, sorted, nested, with the selected columns. */
export default function RunsPage(): ReactNode {
  const [words, setWords] = useSearchParams();
  const view = useMemo(() => viewOf(words), [words]);
  const [chosen, setChosen] = useState<RowSelectionState>({});
  const { keys, columns, runs } = useRuns(view);
  const { filter, isDeleted } = view;
  const change = useCallback(
    (part: Partial<RunView>) =>
      // From the address itself: of two quick changes on a slow machine, the second would undo the first.
      setWords(queryOf({ ...viewOf(new URLSearchParams(window.location.search)), ...part }), { replace: true }),
    [setWords],
  );
  const onFilter = useCallback((next: string) => change({ filter: next }), [change]);
  // The error of a filter is shown next to it; the rows of the last valid one stay.
  const isFilterWrong = runs.error instanceof ApiError && runs.error.status === 400 && filter !== "";
  const kept = useKept(runs.data);
  const data = runs.data ?? (isFilterWrong ? (kept ?? NOTHING) : undefined);
  const nodes = useMemo(() => tableNodes(data, view), [data, view]);
  const isUnused = data !== undefined && data.rows.length === 0 && filter === "" && !isDeleted;
  return (
    <Page
      title="Runs"
      lead={data === undefined ? undefined : <span role="status">{countWords(data)}</span>}
      reading={{ data, error: isFilterWrong ? null : (runs.error ?? keys.error) }}
      actions={<ViewActions view={view} columns={columns} keys={keys.data?.keys ?? []} onChange={change} />}
    >
      {({ rows, grouped, columns: shownColumns }) =>
        isUnused ? (
          <NoRuns />
        ) : (
          <>
            <div className="run-bar">
              <FilterField
                value={filter}
                words={{ keys: keys.data?.keys ?? [], statuses: keys.data?.statuses ?? [] }}
                error={isFilterWrong ? runs.error : null}
                onChange={onFilter}
              />
              <ChosenBar
                rows={rows}
                columns={shownColumns}
                chosen={rows.filter(({ id }) => chosen[id] === true)}
                isDeleted={isDeleted}
                onClear={() => setChosen({})}
              />
            </div>
            {rows.length === 0 ? (
              <Empty title="No run matches">
                <p>{isFilterWrong ? "Correct the filter." : "Change the filter, or clear it."}</p>
              </Empty>
            ) : (
              <RunTable
                key={grouped?.by.join(" ") ?? ""}
                nodes={nodes}
                columns={shownColumns}
                by={grouped?.by ?? UNGROUPED}
                sorting={view.sorting}
                chosen={chosen}
                onSort={(sorting) => change({ sorting })}
                onChoose={setChosen}
              />
            )}
          </>
        )
      }
    </Page>
  );
}

type ActionsProps = {
  view: RunView;
  columns: readonly string[];
  keys: LoggedKeys["keys"];
  onChange: (part: Partial<RunView>) => void;
};

function ViewActions({ view, columns, keys, onChange }: ActionsProps): ReactNode {
  return (
    <>
      <ToggleButton className="button" isSelected={view.isNested} onChange={(isNested) => onChange({ isNested })}>
        Nested
      </ToggleButton>
      <ToggleButton className="button" isSelected={view.isDeleted} onChange={(next) => onChange({ isDeleted: next })}>
        Deleted
      </ToggleButton>
      <Link className="button" to="/import">
        Import
      </Link>
      <KeyPicker
        title="Group by"
        icon="groups"
        state={view.groupBy.map(shortKey).join(" · ")}
        reset="No groups"
        searched="params, tags"
        most={2}
        keys={groupKeys(keys)}
        chosen={view.groupBy}
        onChange={(next = []) => onChange({ groupBy: next })}
      />
      <ViewMenu query={new URLSearchParams(queryOf(view)).toString()} />
      <KeyPicker
        title="Columns"
        keys={keys.map(({ column, runs }) => ({ name: column, count: runs }))}
        chosen={columns}
        onChange={(next) => onChange({ columns: next })}
      />
    </>
  );
}

function NoRuns(): ReactNode {
  return (
    <Empty title="No runs yet">
      <p>Set this address in your trainer; it logs as to MLflow.</p>
      <pre tabIndex={0}>
        export MLFLOW_TRACKING_URI={window.location.origin}
        {"\n"}trl sft --report_to mlflow …
      </pre>
      <p>
        You can also <Link to="/import">import runs</Link> from another tracker.
      </p>
    </Empty>
  );
}

function countWords({ rows, hasMore, grouped }: Runs): string {
  if (grouped === null)
    return `${rows.length.toLocaleString()}${hasMore ? " newest" : ""} run${rows.length === 1 ? "" : "s"}`;
  const { runs, groups } = grouped;
  const counted = `${shownCount(runs, grouped.hasMore ? "newest run" : "run")} in ${shownCount(groups.length, "group")}`;
  return rows.length < runs
    ? `${counted}, of which the newest ${rows.length.toLocaleString()} can be opened here`
    : counted;
}

/** The last rows that were read. */
function useKept(data: Shown | undefined): Shown | undefined {
  const [kept, setKept] = useState<Shown>();
  if (data !== undefined && data !== kept) setKept(data);
  return kept;
}

/** Contents of a view: the keys of runs, the columns, and the rows, refreshed regularly. */
function useRuns(view: RunView): {
  keys: UseQueryResult<LoggedKeys>;
  columns: readonly string[];
  runs: UseQueryResult<Shown>;
} {
  const { filter, isDeleted, groupBy } = view;
  const keys = useQuery({ queryKey: ["runs", "keys"], queryFn: async () => getJson<LoggedKeys>("/runs/keys") });
  const columns = useMemo(() => view.columns ?? usualColumns(keys.data?.keys ?? []), [view.columns, keys.data]);
  const runs = useQuery({
    queryKey: ["runs", "table", filter, isDeleted, columns, groupBy],
    queryFn: async (): Promise<Shown> => {
      const query = { filter: clausesOf(filter), deleted: isDeleted, column: columns, groupBy };
      return { ...(await getJson<Runs>("/runs/table", query)), columns };
    },
    enabled: keys.data !== undefined || view.columns !== undefined,
    refetchInterval: ({ state }) => refresh(state.data?.grouped?.runs ?? state.data?.rows.length ?? 0),
    placeholderData: keepPreviousData,
  });
  return { keys, columns, runs };
}
