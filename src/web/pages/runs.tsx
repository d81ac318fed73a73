import "../runs.css";

import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { RowSelectionState } from "@tanstack/react-table";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { ToggleButton } from "react-aria-components";
import { Link, useSearchParams } from "react-router";

import type { LoggedKeys, RunTable as Runs } from "../../domain/run-table.ts";
import { ApiError, getJson } from "../api.ts";
import { Empty } from "../parts/empty.tsx";
import { KeyPicker } from "../parts/key-picker.tsx";
import { Page } from "../parts/page.tsx";
import { ChosenBar } from "../parts/runs/chosen-bar.tsx";
import { FilterField } from "../parts/runs/filter-field.tsx";
import { RunTable } from "../parts/runs/run-table.tsx";
import { ViewMenu } from "../parts/runs/view-menu.tsx";
import { clausesOf, queryOf, type RunView, usualColumns, viewOf } from "../run-view.ts";

/** Polling interval of rows, ms: many take longer to read. */
const refresh = (rows: number): number => (rows > 1000 ? 30_000 : 5_000);

/** All runs: filtered in MLflow's grammar or by name, sorted, nested, with the selected columns. */
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
  const kept = useKept(runs.data, columns);
  const data = runs.data ?? (isFilterWrong ? (kept ?? { rows: [], hasMore: false }) : undefined);
  const isUnused = data !== undefined && data.rows.length === 0 && filter === "" && !isDeleted;
  return (
    <Page
      title="Runs"
      lead={data === undefined ? undefined : <span role="status">{countWords(data)}</span>}
      reading={{ data, error: isFilterWrong ? null : (runs.error ?? keys.error) }}
      actions={<ViewActions view={view} columns={columns} keys={keys.data?.keys ?? []} onChange={change} />}
    >
      {({ rows }) =>
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
                columns={columns}
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
                rows={rows}
                columns={columns}
                sorting={view.sorting}
                isNested={view.isNested}
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

function countWords({ rows, hasMore }: Runs): string {
  return `${rows.length.toLocaleString()}${hasMore ? " newest" : ""} run${rows.length === 1 ? "" : "s"}`;
}

/** The last rows that were read, as long as the columns of their values are shown. */
function useKept(data: Runs | undefined, columns: readonly string[]): Runs | undefined {
  const [kept, setKept] = useState<{ data: Runs; columns: readonly string[] }>();
  if (data !== undefined && data !== kept?.data) setKept({ data, columns });
  return kept?.columns === columns ? kept.data : undefined;
}

/** Contents of a view: the keys of runs, the columns, and the rows, refreshed regularly. */
function useRuns(view: RunView): {
  keys: UseQueryResult<LoggedKeys>;
  columns: readonly string[];
  runs: UseQueryResult<Runs>;
} {
  const { filter, isDeleted } = view;
  const keys = useQuery({ queryKey: ["runs", "keys"], queryFn: async () => getJson<LoggedKeys>("/runs/keys") });
  const columns = useMemo(() => view.columns ?? usualColumns(keys.data?.keys ?? []), [view.columns, keys.data]);
  const runs = useQuery({
    queryKey: ["runs", "table", filter, isDeleted, columns],
    queryFn: async () =>
      getJson<Runs>("/runs/table", { filter: clausesOf(filter), deleted: isDeleted, column: columns }),
    enabled: keys.data !== undefined || view.columns !== undefined,
    refetchInterval: ({ state }) => refresh(state.data?.rows.length ?? 0),
    placeholderData: keepPreviousData,
  });
  return { keys, columns, runs };
}
