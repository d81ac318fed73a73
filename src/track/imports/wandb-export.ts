import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import { pythonLiteral } from "../../catalog/importers/python-literal.ts";
import type { MetricPoint } from "../points.ts";
import { type ExportRow, exportRows } from "./export-rows.ts";
import { AllowedKeys, flatPairs, numbersOf } from "./flat-values.ts";
import { type ForeignRun, type ForeignTracker, NO_ARTIFACTS, skip } from "./foreign-run.ts";

/** File extensions of exports, compressed or not. */
const FILE = /\.(?:csv|tsv|jsonl|ndjson|json|parquet)(?:\.gz|\.zst)?$/i;

/** Column of a chart: the name of a run, then the metric. W&B adds the lowest and highest values of each interval. */
const CHART = /^(.+) - (.+?)(__MIN|__MAX)?$/;

/** Content of an export, detected by its columns. */
type Kind = "history" | "chart" | "project";

type ExportFile = { path: string; project: string; mtimeMs: number };

/** Whether a file is an export of W&B, judged by its first row. */
export async function isWandbExport(path: string): Promise<boolean> {
  return FILE.test(path) && kindOf(await firstRow(path)) !== undefined;
}

/**
 * Opens an export of W&B: rows of `run.history()` or `scan_history()` (one file per run, named after it), the CSV of a
 * chart, or a table of runs with `name`, `config` and `summary`. A folder is the project, and its files are read one
 * after the other.
 *
 * @throws Failure not_found, bad_input if no file is such an export
 */
export async function openWandbExport(path: string, shown: string): Promise<ForeignTracker> {
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) throw new Failure("not_found", `${shown} does not exist`, { hint: "check the path" });
  const names = facts.isFile() ? [basename(path)] : (await readdir(path)).filter((name) => FILE.test(name)).toSorted();
  const folder = facts.isFile() ? dirname(resolve(path)) : resolve(path);
  const skipped = new Map<string, number>();
  const files: { file: ExportFile; kind: Kind }[] = [];
  for (const name of names) {
    const file = { path: join(folder, name), project: basename(folder), mtimeMs: 0 };
    const kind = kindOf(await firstRow(file.path));
    if (kind === undefined) skip(skipped, "file that is not a W&B export");
    else files.push({ kind, file: { ...file, mtimeMs: Math.floor((await stat(file.path)).mtimeMs) } });
  }
  if (files.length === 0) {
    throw new Failure("bad_input", `${shown} contains no W&B export`, {
      hint: "expected rows of run.history() with _step, the CSV of a chart, or a table with name, config and summary",
    });
  }
  return { skipped, runs: () => runsOf(files, skipped), close: () => undefined };
}

async function* runsOf(
  files: readonly { file: ExportFile; kind: Kind }[],
  skipped: Map<string, number>,
): AsyncIterable<ForeignRun> {
  for (const { file, kind } of files) {
    if (kind === "history") yield await historyRun(file, skipped);
    else if (kind === "chart") yield* chartRuns(file, skipped);
    else yield* projectRuns(file, skipped);
  }
}

async function firstRow(path: string): Promise<ExportRow | undefined> {
  for await (const row of exportRows(path, () => undefined)) return row;
  return undefined;
}

function kindOf(row: ExportRow | undefined): Kind | undefined {
  if (row === undefined) return undefined;
  if ("_step" in row) return "history";
  if ("name" in row && ("summary" in row || "config" in row)) return "project";
  const [, ...rest] = Object.keys(row);
  return rest.length > 0 && rest.every((column) => CHART.test(column)) ? "chart" : undefined;
}

/** The facts of a run that an export does not state. A file that was written again may have more points. */
function blank({ project, mtimeMs }: ExportFile, name: string): Omit<ForeignRun, "points"> {
  return {
    id: name,
    experiment: project,
    name,
    user: "",
    status: "FINISHED",
    startMs: mtimeMs,
    endMs: mtimeMs,
    isDeleted: false,
    params: [],
    tags: [],
    datasets: [],
    extent: String(mtimeMs),
    artifacts: NO_ARTIFACTS,
  };
}

/** Time of a row of a history, ms: W&B's `_timestamp` is in seconds. */
function timeOf(row: ExportRow, file: ExportFile): number {
  const seconds = numberOf(row["_timestamp"]);
  return seconds === undefined ? file.mtimeMs : Math.round(seconds * 1000);
}

async function historyRun(file: ExportFile, skipped: Map<string, number>): Promise<ForeignRun> {
  const name = basename(file.path)
    .replace(FILE, "")
    .replace(/[._-]history$/, "");
  let startMs: number | undefined;
  let endMs: number | undefined;
  for await (const row of exportRows(file.path, () => undefined)) {
    const timeMs = timeOf(row, file);
    startMs = Math.min(startMs ?? timeMs, timeMs);
    endMs = Math.max(endMs ?? timeMs, timeMs);
  }
  const points = async function* (): AsyncIterable<MetricPoint> {
    const keys = AllowedKeys.ofRun();
    const onOther = (): void => skip(skipped, "logged value that is not a number");
    for await (const row of exportRows(file.path, (what) => skip(skipped, what))) {
      const step = numberOf(row["_step"]);
      const own = Object.fromEntries(Object.entries(row).filter(([key]) => key !== "" && !key.startsWith("_")));
      const timestamp = timeOf(row, file);
      for (const { key, value } of numbersOf(asValues(own), onOther, keys)) {
        yield { key, value, timestamp, step: Math.trunc(step ?? 0) };
      }
    }
  };
  return { ...blank(file, name), startMs: startMs ?? file.mtimeMs, endMs: endMs ?? file.mtimeMs, points };
}

async function* chartRuns(file: ExportFile, skipped: Map<string, number>): AsyncIterable<ForeignRun> {
  const columns = Object.keys((await firstRow(file.path)) ?? {});
  const axis = columns[0] ?? "";
  const curves = columns.slice(1).flatMap((column) => {
    const [, run, key, bound] = CHART.exec(column) ?? [];
    return run === undefined || key === undefined || bound !== undefined || key === "_step"
      ? []
      : [{ column, run, key }];
  });
  for (const name of new Set(curves.map(({ run }) => run))) {
    const own = curves.filter(({ run }) => run === name);
    const points = async function* (): AsyncIterable<MetricPoint> {
      const keys = AllowedKeys.ofRun();
      let index = 0;
      for await (const row of exportRows(file.path, (what) => skip(skipped, what))) {
        const x = numberOf(row[axis]);
        const isWall = /^wall ?time$/i.test(axis) && x !== undefined;
        const step = x !== undefined && Number.isInteger(x) && !isWall ? x : index;
        const timestamp = isWall ? Math.round(x * 1000) : file.mtimeMs;
        index += 1;
        for (const { column, key } of own) {
          const values = numbersOf(asValues({ [key]: row[column] }), () => undefined, keys);
          for (const { key: allowed, value } of values) yield { key: allowed, value, timestamp, step };
        }
      }
    };
    yield { ...blank(file, name), points };
  }
}

/** Runs of a table: the config becomes params, and each number of the summary becomes one point. */
async function* projectRuns(file: ExportFile, skipped: Map<string, number>): AsyncIterable<ForeignRun> {
  for await (const row of exportRows(file.path, (what) => skip(skipped, what))) {
    const config = recordOf(row["config"]);
    const summary = recordOf(row["summary"]);
    if (typeof row["name"] !== "string" || (config === undefined && summary === undefined)) {
      skip(skipped, "run whose config and summary cannot be read");
      continue;
    }
    const own = (values: object): Record<string, unknown> =>
      Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith("_")));
    const step = Math.trunc(numberOf(summary?.["_step"]) ?? 0);
    const timestamp = timeOf(summary ?? {}, file);
    const onOther = (): void => skip(skipped, "logged value that is not a number");
    const points = [...numbersOf(own(summary ?? {}), onOther, AllowedKeys.ofRun())];
    yield {
      ...blank(file, row["name"]),
      startMs: timestamp - Math.round((numberOf(summary?.["_runtime"]) ?? 0) * 1000),
      endMs: timestamp,
      params: flatPairs(own(config ?? {})),
      points: () => points.map((point) => ({ ...point, timestamp, step })),
    };
  }
}

function recordOf(cell: unknown): Record<string, unknown> | undefined {
  const value = typeof cell === "string" ? pythonLiteral(cell) : cell;
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}

/**
 * Converts cells to values: numbers in CSV are texts, and an empty cell is a metric that was not logged at this step.
 */
function asValues(cells: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(cells)
      .filter(([, cell]) => cell !== "" && cell !== null && cell !== undefined)
      .map(([key, cell]) => [key, numberOf(cell) ?? cell]),
  );
}

function numberOf(cell: unknown): number | undefined {
  if (typeof cell === "number") return cell;
  if (typeof cell !== "string" || !/^\s*[+-]?(?:\d|\.\d)/.test(cell)) return undefined;
  const value = Number(cell);
  return Number.isNaN(value) ? undefined : value;
}
