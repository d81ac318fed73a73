import type { PricedRunList } from "../../domain/money.ts";
import type { RunExport } from "../../domain/run-comparison.ts";
import { csvText } from "../../report/csv-text.ts";
import { datasetText } from "../../track/logged-values.ts";

type PricedRun = PricedRunList["runs"][number];

/** Columns of every run, in their order; the page Runs gives them the same names. */
const FACTS: Readonly<Record<string, (run: PricedRun) => string | number | null>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  experiment: ({ experiment }) => experiment,
  programme: ({ programme }) => programme,
  parentRunId: ({ parentRunId }) => parentRunId,
  status: ({ status }) => status,
  user: ({ user }) => user,
  startedAt: ({ startedAt }) => startedAt,
  endedAt: ({ endedAt }) => endedAt,
  activeSec: ({ activeSec }) => activeSec,
  costUsd: ({ cost }) => cost.usd,
  gpuHours: ({ cost }) => cost.gpuHours,
  dataset: ({ datasets }) => datasetText(datasets),
};

/** Runs as a table: one row per run, and a column per param, metric (latest value) and tag. Unknown cells are empty. */
export function exportRuns(runs: readonly PricedRun[]): RunExport {
  const keys = (list: (run: PricedRun) => readonly { key: string }[]): string[] =>
    [...new Set(runs.flatMap((run) => list(run).map(({ key }) => key)))].toSorted();
  const [params, metrics, tags] = [keys((run) => run.params), keys((run) => run.metrics), keys((run) => run.tags)];
  const columns = [
    ...Object.keys(FACTS),
    ...params.map((key) => `params.${key}`),
    ...metrics.map((key) => `metrics.${key}`),
    ...tags.map((key) => `tags.${key}`),
  ];
  const rows = runs.map((run) => {
    const values = [run.params, run.metrics, run.tags].map(
      (list) => new Map(list.map(({ key, value }) => [key, value] as const)),
    );
    const cells = [params, metrics, tags].flatMap((names, index) =>
      names.map((key) => values[index]!.get(key) ?? null),
    );
    return [...Object.values(FACTS).map((fact) => fact(run)), ...cells];
  });
  return { runs: runs.length, columns, csv: csvText([columns, ...rows]) };
}
