import type { RunRow, RunTable, RunTableQuery } from "../../domain/run-table.ts";
import type { RunSummary } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import { gpuKeysOf } from "../../track/gpu-metrics.ts";
import { type LoggedKind, readValues } from "../../track/logged-values.ts";
import { findRuns } from "../runs/list-runs.ts";
import { asSummaries, shownValue } from "../runs/run-summary.ts";
import { costMetrics } from "./cost-metrics.ts";
import { priceRuns } from "./priced-runs.ts";
import type { Pricing } from "./pricing.ts";
import { PRICING_TAGS } from "./run-rate.ts";

/** Maximum number of rows that a page can still sort. */
const MOST_ROWS = 10_000;

const PARENT = "mlflow.parentRunId";

/**
 * Runs as rows with the requested columns, newest first. Of the logged data, only those columns and the data that
 * determine the price are read, so that ten thousand rows take about a second.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE for a filter that does not parse
 */
export async function runRows(store: Store, query: RunTableQuery, pricing: Pricing): Promise<RunTable> {
  const { column: columns, ...rest } = query;
  const computed = costMetrics(store, { ...pricing, clientClock: query.clientClock ?? false });
  const found = await findRuns(store, { ...rest, order: [], limit: MOST_ROWS, computed }, pricing.programmes);
  const records = found.infos.map((info) => ({
    info,
    metrics: [] as { key: string; value: number; step: number; timestamp: number }[],
    params: [],
    tags: [] as { key: string; value: string }[],
    datasets: [],
    modelInputs: [],
    modelOutputs: [],
  }));
  const byNo = new Map(records.map((record) => [record.info.run_no, record]));
  const values = new Map(found.infos.map(({ run_no }) => [run_no, columns.map((): RunRow["values"][number] => null)]));
  const runNos = [...byNo.keys()];
  for (const kind of ["metrics", "params", "tags"] as const) {
    const places = placesOf(columns, kind);
    const forPrice = kind === "tags" ? [PARENT, ...PRICING_TAGS] : [];
    const keys = [...new Set([...places.keys(), ...forPrice])];
    await readValues(store.db, { runNos, kind, keys }, (runNo, key, value) => {
      const place = places.get(key);
      if (place !== undefined) values.get(runNo)![place] = typeof value === "number" ? shownValue(value) : value;
      if (kind === "tags") byNo.get(runNo)!.tags.push({ key, value: String(value) });
    });
  }
  for (const [runNo, keys] of await gpuKeysOf(store.db, runNos)) {
    byNo.get(runNo)!.metrics = keys.map(({ key }) => ({ key, value: 0, step: 0, timestamp: 0 }));
  }
  const summaries = await asSummaries(store, records, pricing.programmes);
  const priced = await priceRuns(store, summaries, { ...pricing, clientClock: query.clientClock ?? false });
  const rows = priced.map(({ cost, ...run }, index): RunRow => ({
    ...rowOf(run),
    costUsd: cost.usd,
    usdPerHour: cost.usdPerHour,
    costNote: cost.reason ?? cost.basis,
    values: values.get(found.infos[index]!.run_no)!,
  }));
  return { rows, hasMore: found.nextPageToken !== undefined };
}

/** Keys of the columns of one kind, each with its index among all. */
function placesOf(columns: readonly string[], kind: LoggedKind): Map<string, number> {
  return new Map(
    columns.flatMap((column, place) =>
      column.startsWith(`${kind}.`) ? [[column.slice(kind.length + 1), place] as const] : [],
    ),
  );
}

function rowOf(run: RunSummary): Omit<RunRow, "costUsd" | "usdPerHour" | "costNote" | "values"> {
  const { id, name, experiment, experimentId, parentRunId, status, user, startedAt, endedAt, lastSeenAt, activeSec } =
    run;
  return { id, name, experiment, experimentId, parentRunId, status, user, startedAt, endedAt, lastSeenAt, activeSec };
}
