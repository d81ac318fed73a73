import { basename } from "node:path";

import { parseExactJson } from "../../base/exact-json.ts";
import { Failure } from "../../base/failure.ts";
import { type ForeignSqlite, openForeignSqlite } from "../../store/foreign-sqlite.ts";
import type { MetricPoint } from "../points.ts";
import { AllowedKeys, flatPairs, numbersOf } from "./flat-values.ts";
import { type ForeignRun, type ForeignTracker, NO_ARTIFACTS, skip, skipTables } from "./foreign-run.ts";

/**
 * Opens the SQLite file of a Trackio project. The file name is the name of the project.
 *
 * @throws Failure not_found, bad_input if it is not one
 */
export async function openTrackio(path: string, shown: string): Promise<ForeignTracker> {
  const database = await openForeignSqlite(path, shown);
  if (!database.has("metrics") || !database.has("configs")) {
    database.close();
    throw new Failure("bad_input", `${shown} is not a Trackio database`, {
      hint: "pass PROJECT.db from the Trackio folder",
    });
  }
  const skipped = new Map<string, number>();
  skipTables(skipped, database, { alerts: "alert", traces: "trace", artifact_versions: "version of an artifact" });
  const project = basename(path).replace(/\.db$/, "");
  return { skipped, runs: () => runsOf(database, project, skipped), close: database.close };
}

type Named = { id: string; name: string; first: string; last: string };

function* runsOf(database: ForeignSqlite, project: string, skipped: Map<string, number>): Iterable<ForeignRun> {
  // Before Trackio 0.9, a run was identified only by its name.
  const columns = new Set(
    [...database.rows<{ name: string }>("select name from pragma_table_info('metrics')")].map(({ name }) => name),
  );
  const id = columns.has("run_id") ? "run_id" : "run_name";
  const named = [
    ...database.rows<Named>(
      `select ${id} as id, min(run_name) as name, min(timestamp) as first, max(timestamp) as last
       from metrics group by ${id} order by first, id`,
    ),
  ];
  for (const run of named) {
    const configs = [...database.rows<{ config: unknown }>(`select config from configs where ${id} = ?`, run.id)];
    const config = parsed(configs[0]?.config);
    const own = Object.entries(config).filter(([key]) => !key.startsWith("_"));
    yield {
      id: run.id,
      experiment: project,
      name: run.name,
      user: typeof config["_Username"] === "string" ? config["_Username"] : "",
      status: "FINISHED",
      startMs: timeOf(run.first),
      endMs: timeOf(run.last),
      isDeleted: false,
      params: flatPairs(Object.fromEntries(own)),
      tags: typeof config["_Group"] === "string" ? [{ key: "group", value: config["_Group"] }] : [],
      datasets: [],
      points: () => pointsOf(database, { id, run: run.id, skipped }),
      extent: countsOf(database, id, run.id),
      artifacts: NO_ARTIFACTS,
    };
  }
}

/** The number of rows of a run in both tables. */
function countsOf(database: ForeignSqlite, id: string, run: string): string {
  const tables = ["metrics", "system_metrics"].filter((table) => database.has(table));
  return JSON.stringify(
    tables.map((table) => [...database.rows(`select count(*) as count from ${table} where ${id} = ?`, run)]),
  );
}

type LogRow = { timestamp: string; step: number | null; metrics: unknown };

function* pointsOf(
  database: ForeignSqlite,
  { id, run, skipped }: { id: string; run: string; skipped: Map<string, number> },
): Iterable<MetricPoint> {
  const logged = [
    ...database.rows<LogRow>(
      `select timestamp, step, metrics from metrics where ${id} = ? order by step, timestamp`,
      run,
    ),
  ];
  const keys = AllowedKeys.ofRun();
  const onOther = (): void => skip(skipped, "logged value that is not a number");
  for (const row of logged) yield* pointsOfRow(row, numbersOf(parsed(row.metrics), onOther, keys));
  if (!database.has("system_metrics")) return;
  const system = [
    ...database.rows<LogRow>(
      `select timestamp, null as step, metrics from system_metrics where ${id} = ? order by timestamp`,
      run,
    ),
  ];
  for (const [index, row] of system.entries()) {
    yield* pointsOfRow({ ...row, step: index }, numbersOf(parsed(row.metrics), onOther, keys.under("system")));
  }
}

function* pointsOfRow(
  { timestamp, step }: LogRow,
  numbers: Iterable<{ key: string; value: number }>,
): Iterable<MetricPoint> {
  for (const number of numbers) yield { ...number, timestamp: timeOf(timestamp), step: step ?? 0 };
}

/** JSON as stored by Trackio: as text, or as its bytes. */
function parsed(stored: unknown): Record<string, unknown> {
  const text =
    stored instanceof Uint8Array ? Buffer.from(stored).toString("utf8") : typeof stored === "string" ? stored : "{}";
  try {
    const value = parseExactJson(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function timeOf(iso: string): number {
  const ms = Date.parse(iso);
  return Number.isFinite(ms) ? ms : 0;
}
