import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { SortingState } from "@tanstack/react-table";
import { type ReactNode, useEffect, useState } from "react";
import { Input, Label, SearchField } from "react-aria-components";
import { useSearchParams } from "react-router";

import type { PricedRun, PricedRunList } from "../../domain/money.ts";
import { getJson } from "../api.ts";
import { Empty } from "../parts/empty.tsx";
import { Problem } from "../parts/problem.tsx";
import { RunTable } from "../parts/run-table.tsx";

/** Most runs of one reading; the page says where there are more. */
const MOST_RUNS = 10_000;

/** All runs, sorted and filtered; what is typed and how it is sorted are in the address, so that a view can be sent. */
export default function RunsPage(): ReactNode {
  const [words, setWords] = useSearchParams();
  const search = words.get("search") ?? "";
  const [sorting, setSorting] = useState<SortingState>(() => sortingOf(words.get("sort")));
  const { data, error } = useQuery({
    queryKey: ["runs"],
    queryFn: async () => getJson<PricedRunList>("/runs", { limit: MOST_RUNS }),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    document.title = "Runs · Tunewright";
  }, []);
  const change = (search: string, sorting: SortingState): void => {
    setSorting(sorting);
    const [first] = sorting;
    setWords(
      {
        ...(search === "" ? {} : { search }),
        ...(first === undefined ? {} : { sort: `${first.desc ? "-" : ""}${first.id}` }),
      },
      { replace: true },
    );
  };
  if (error !== null && data === undefined) return <Problem error={error} />;
  const runs = data?.runs ?? [];
  const shown = runs.filter((run) => matches(run, search));
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Runs</h1>
          <p className="soft small" role="status">
            {data === undefined ? "Loading …" : countWords(shown.length, runs.length, data.nextPageToken !== null)}
          </p>
        </div>
        <SearchField className="field" value={search} onChange={(value) => change(value, sorting)}>
          <Label>Filter by name, experiment, status, tag or parameter</Label>
          <Input className="input" placeholder="lora finished learning_rate=0.0005" />
        </SearchField>
      </div>
      {error === null ? null : <Problem error={error} />}
      {data !== undefined && runs.length === 0 ? <NoRuns /> : null}
      {runs.length === 0 ? null : <RunTable runs={shown} sorting={sorting} onSort={(next) => change(search, next)} />}
    </>
  );
}

function NoRuns(): ReactNode {
  return (
    <Empty title="No runs yet">
      <p>Point a trainer at this server; it logs as it would to MLflow.</p>
      <pre tabIndex={0}>
        export MLFLOW_TRACKING_URI={window.location.origin}
        {"\n"}trl sft --report_to mlflow …
      </pre>
    </Empty>
  );
}

function countWords(shown: number, all: number, hasMore: boolean): string {
  const total = `${all.toLocaleString()}${hasMore ? " newest" : ""} run${all === 1 ? "" : "s"}`;
  return shown === all ? total : `${shown.toLocaleString()} of ${total}`;
}

/** Every word must be in the run: in its name, experiment, status or user, or as `key=value` of a tag or parameter. */
function matches(run: PricedRun, search: string): boolean {
  const text = [
    run.name,
    run.experiment,
    run.status,
    run.user,
    run.id,
    ...[...run.params, ...run.tags].map(({ key, value }) => `${key}=${value}`),
  ]
    .join("\n")
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function sortingOf(word: string | null): SortingState {
  return word === null ? [] : [{ id: word.replace(/^-/, ""), desc: word.startsWith("-") }];
}
