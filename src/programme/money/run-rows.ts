import type { RunGroups } from "../../domain/run-group.ts";
import { MOST_ROWS, type RunRow, type RunTable, type RunTableQuery } from "../../domain/run-table.ts";
import type { RunSummary } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import { gpuKeysOf } from "../../track/gpu-metrics.ts";
import { type LoggedKind, readDatasets, readValues } from "../../track/logged-values.ts";
import type { RunInfo } from "../../track/run-info.ts";
import { groupRuns, type Ungrouped } from "../runs/group-runs.ts";
import { findRuns } from "../runs/list-runs.ts";
import { asSummaries, shownValue } from "../runs/run-summary.ts";
import { costMetrics } from "./cost-metrics.ts";
import { priceRuns } from "./priced-runs.ts";
import type { Pricing } from "./pricing.ts";
import { PRICING_TAGS } from "./run-rate.ts";

/** Maximum number of runs that are grouped: about a second for each ten thousand. */
const MOST_GROUPED = 100_000;

const PARENT = "mlflow.parentRunId";

/**
 * Runs as rows with the requested columns, newest first, and all of them in groups if keys are named. Of the logged
 * data, only those columns and the data that determine the price are read, so that ten thousand rows take about a second.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE for a filter that does not parse
 */
export async function runRows(store: Store, query: RunTableQuery, pricing: Pricing): Promise<RunTable> {
  const { column: columns, groupBy, limit, clientClock = false, ...rest } = query;
  const isGrouped = groupBy.length > 0;
  const computed = costMetrics(store, { ...pricing, clientClock });
  // One row more tells whether there are more, also where none is requested.
  const most = isGrouped ? MOST_GROUPED : Math.max(1, limit);
  const found = await findRuns(store, { ...rest, order: [], limit: most, computed }, pricing.programmes);
  const wanted = [...columns, ...groupBy.filter((key) => key !== "experiment" && !columns.includes(key))];
  const runs: Omit<RunRow, "group">[] = [];
  const needed = isGrouped ? found.infos : found.infos.slice(0, limit);
  for (let start = 0; start < needed.length; start += MOST_ROWS) {
    const infos = needed.slice(start, start + MOST_ROWS);
    for (const row of await readRows(store, infos, { columns: wanted, pricing, clientClock })) runs.push(row);
  }
  const hasMore = found.nextPageToken !== undefined || found.infos.length > limit;
  if (!isGrouped) return { rows: runs.map((row) => ({ ...row, group: null })), hasMore, grouped: null };
  const own = runs.map((row): Ungrouped => ({
    row: { ...row, values: row.values.slice(0, columns.length) },
    keys: groupBy.map((key) => (key === "experiment" ? row.experiment : textOf(row.values[wanted.indexOf(key)]))),
  }));
  const { groups, places } = groupRuns(own, { columns, nowMs: pricing.now().getTime() });
  const grouped: RunGroups = {
    by: groupBy,
    columns,
    groups,
    runs: own.length,
    hasMore: found.nextPageToken !== undefined,
  };
  return { rows: own.slice(0, limit).map(({ row }, index) => ({ ...row, group: places[index]! })), hasMore, grouped };
}

function textOf(value: RunRow["values"][number] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** Rows of runs, in their order, with the values of some columns. */
async function readRows(
  store: Store,
  infos: readonly RunInfo[],
  { columns, pricing, clientClock }: { columns: readonly string[]; pricing: Pricing; clientClock: boolean },
): Promise<Omit<RunRow, "group">[]> {
  const records = infos.map((info) => ({
    info,
    metrics: [] as { key: string; value: number; step: number; timestamp: number }[],
    params: [],
    tags: [] as { key: string; value: string }[],
    datasets: [],
    modelInputs: [],
    modelOutputs: [],
  }));
  const byNo = new Map(records.map((record) => [record.info.run_no, record]));
  const values = new Map(infos.map(({ run_no }) => [run_no, columns.map((): RunRow["values"][number] => null)]));
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
  const datasetPlace = columns.indexOf("dataset");
  if (datasetPlace >= 0) {
    for (const [runNo, text] of await readDatasets(store.db, runNos)) values.get(runNo)![datasetPlace] = text;
  }
  for (const [runNo, keys] of await gpuKeysOf(store.db, runNos)) {
    byNo.get(runNo)!.metrics = keys.map(({ key }) => ({ key, value: 0, step: 0, timestamp: 0 }));
  }
  const summaries = await asSummaries(store, records, pricing.programmes);
  const priced = await priceRuns(store, summaries, { ...pricing, clientClock });
  return priced.map(({ cost, ...run }, index) => ({
    ...rowOf(run),
    costUsd: cost.usd,
    usdPerHour: cost.usdPerHour,
    costNote: cost.reason ?? cost.basis,
    values: values.get(infos[index]!.run_no)!,
  }));
}

/** Keys of the columns of one kind, each with its index among all. */
function placesOf(columns: readonly string[], kind: LoggedKind): Map<string, number> {
  return new Map(
    columns.flatMap((column, place) =>
      column.startsWith(`${kind}.`) ? [[column.slice(kind.length + 1), place] as const] : [],
    ),
  );
}

function rowOf(run: RunSummary): Omit<RunRow, "costUsd" | "usdPerHour" | "costNote" | "values" | "group"> {
  const { id, name, experiment, experimentId, parentRunId, status, user, startedAt, endedAt, lastSeenAt, activeSec } =
    run;
  return { id, name, experiment, experimentId, parentRunId, status, user, startedAt, endedAt, lastSeenAt, activeSec };
}
