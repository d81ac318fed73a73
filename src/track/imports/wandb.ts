import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { parseExactJson } from "../../base/exact-json.ts";
import { Failure } from "../../base/failure.ts";
import { narrowInt64 } from "../../base/int64.ts";
import type { KeyValue } from "../key-value.ts";
import { protobufFields } from "../protobuf-fields.ts";
import type { MetricPoint } from "../points.ts";
import { AllowedKeys, flatPairs, numbersOf } from "./flat-values.ts";
import { type ForeignRun, type ForeignTracker, skip } from "./foreign-run.ts";
import { localArtifacts } from "./local-artifacts.ts";
import { wandbRecords } from "./wandb-records.ts";

/** Maximum size of the file of one run, bytes. */
const MAX_BYTES = 2 * 2 ** 30;

/**
 * Opens the output of W&B's client: a `.wandb` file, the folder of a run, or the folder `wandb` with many runs.
 *
 * @throws Failure not_found, bad_input if there is none
 */
export async function openWandb(path: string, shown: string): Promise<ForeignTracker> {
  if (!existsSync(path)) throw new Failure("not_found", `${shown} does not exist`, { hint: "check the path" });
  const files = await wandbFiles(path);
  if (files.length === 0) {
    throw new Failure("bad_input", `${shown} contains no W&B run`, {
      hint: "pass a wandb folder, a run folder in it, or a run-ID.wandb file",
    });
  }
  const skipped = new Map<string, number>();
  return { skipped, runs: () => runsOf(files, skipped), close: () => undefined };
}

async function wandbFiles(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const own = (await readdir(path)).filter((name) => /^run-.*\.wandb$/.test(name));
  if (own.length > 0) return own.toSorted().map((name) => join(path, name));
  const folder = existsSync(join(path, "wandb")) ? join(path, "wandb") : path;
  const runs = (await readdir(folder)).filter((name) => /^(?:offline-)?run-\d{8}_\d{6}-/.test(name)).toSorted();
  const found = await Promise.all(
    runs.map(async (run) => {
      const names = await readdir(join(folder, run)).catch(() => []);
      return names.filter((name) => /^run-.*\.wandb$/.test(name)).map((name) => join(folder, run, name));
    }),
  );
  return found.flat();
}

/** Data collected from the records of one file. */
type Gathered = {
  run: Readonly<Record<string, unknown>> | undefined;
  config: Record<string, unknown>;
  history: { step: number; values: Record<string, unknown> }[];
  stats: { seconds: number; values: Record<string, unknown> }[];
  summary: Record<string, unknown>;
  /** Number of records of each kind that are not imported. */
  others: Map<string, number>;
  exitCode: number | undefined;
};

async function* runsOf(files: readonly string[], skipped: Map<string, number>): AsyncIterable<ForeignRun> {
  for (const file of files) {
    if ((await stat(file)).size > MAX_BYTES) {
      skip(skipped, "run whose file is larger than 2 GiB");
      continue;
    }
    const gathered = gather(await readFile(file), basename(file));
    if (gathered.run === undefined) skip(skipped, "file that ends before its run record");
    else {
      for (const [what, count] of gathered.others) skip(skipped, what, count);
      yield foreignRun(gathered, { folder: dirname(file), skipped });
    }
  }
}

function foreignRun(
  { run = {}, config, history, stats, summary, exitCode }: Gathered,
  { folder, skipped }: { folder: string; skipped: Map<string, number> },
): ForeignRun {
  const startMs = Math.round(Number(run["startSec"] ?? 0) * 1000);
  const lastMs = Math.max(startMs, ...history.slice(-1).map(({ values }) => timeOf(values, startMs)));
  const tags = tagsOf(run["tags"] as string[]);
  const named = { "mlflow.note.content": run["notes"], "wandb.group": run["group"], "wandb.job_type": run["jobType"] };
  const own = Object.entries(config).filter(([key]) => key !== "_wandb");
  const summarised = Object.entries(summary).filter(
    ([key]) =>
      !key.startsWith("_") && !history.some(({ values }) => key in values || (key.split("/")[0] ?? key) in values),
  );
  return {
    id: String(run["id"]),
    experiment: run["project"] === "" ? "uncategorized" : String(run["project"]),
    name: String(run["name"]),
    user: String(run["entity"]),
    status: exitCode === undefined ? "RUNNING" : exitCode === 0 ? "FINISHED" : "FAILED",
    startMs,
    endMs: exitCode === undefined ? null : lastMs,
    isDeleted: false,
    params: flatPairs(Object.fromEntries(own)),
    tags: [
      ...tags,
      ...Object.entries(named)
        .filter(([, value]) => typeof value === "string" && value !== "")
        .map(([key, value]) => ({ key, value: String(value) })),
    ],
    datasets: [],
    extent: [history, stats, summarised].map(({ length }) => length).join(" "),
    points: function* points(): Iterable<MetricPoint> {
      const keys = AllowedKeys.ofRun();
      const onOther = (): void => skip(skipped, "logged value that is not a number");
      for (const { step, values } of history) {
        const logged = Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith("_")));
        const timestamp = timeOf(values, startMs);
        for (const { key, value } of numbersOf(logged, onOther, keys)) yield { key, value, timestamp, step };
      }
      for (const [step, { seconds, values }] of stats.entries()) {
        const measured = Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith("_")));
        const timestamp = Math.round(seconds * 1000);
        for (const { key, value } of numbersOf(measured, onOther, keys.under("system"))) {
          yield { key, value, timestamp, step };
        }
      }
      const step = history.at(-1)?.step ?? 0;
      for (const { key, value } of numbersOf(Object.fromEntries(summarised), onOther, keys)) {
        yield { key, value, timestamp: lastMs, step };
      }
    },
    artifacts: () => localArtifacts(join(folder, "files")),
  };
}

/** Tags of W&B, which are words without values. A slash becomes an underscore too. */
function tagsOf(words: readonly string[]): KeyValue[] {
  const keys = AllowedKeys.ofRun();
  return [...new Set(words)].map((word) => ({
    key: keys.of(`wandb.tag.${word.replaceAll("/", "\u0001")}`),
    value: word,
  }));
}

function timeOf(values: Readonly<Record<string, unknown>>, otherwiseMs: number): number {
  const seconds = Number(values["_timestamp"]);
  return Number.isFinite(seconds) ? Math.round(seconds * 1000) : otherwiseMs;
}

/** Records that are not imported. The files of an artifact are in W&B's cache. */
const OTHERS: Readonly<Record<number, string>> = { 8: "artifact (not imported)", 10: "alert (not imported)" };

/** Reads the records of a file. @source wandb 0.31, wandb_internal.proto: numbers of the fields */
function gather(file: Buffer, shown: string): Gathered {
  const gathered: Gathered = {
    run: undefined,
    config: {},
    history: [],
    stats: [],
    summary: {},
    others: new Map(),
    exitCode: undefined,
  };
  for (const record of wandbRecords(file, shown)) {
    for (const { number, bytes } of fieldsOf(record)) {
      if (number === 2) gathered.history.push(historyOf(bytes));
      else if (number === 3) Object.assign(gathered.summary, itemsOf(bytes));
      else if (number === 5) Object.assign(gathered.config, itemsOf(bytes));
      else if (number === 7) gathered.stats.push(statsOf(bytes));
      else if (OTHERS[number] !== undefined) skip(gathered.others, OTHERS[number]);
      else if (number === 17) {
        gathered.run = runOf(bytes);
        Object.assign(gathered.config, gathered.run["config"]);
      } else if (number === 18) gathered.exitCode = exitCodeOf(bytes);
    }
  }
  return gathered;
}

function runOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const names: Readonly<Record<number, string>> = {
    1: "id",
    2: "entity",
    3: "project",
    6: "group",
    7: "jobType",
    8: "name",
    9: "notes",
  };
  const run: Record<string, unknown> = { id: "", entity: "", project: "", name: "", tags: [], config: {} };
  for (const { number, bytes: inner } of fieldsOf(bytes)) {
    if (names[number] !== undefined) run[names[number]] = textOf(inner);
    else if (number === 4) run["config"] = itemsOf(inner);
    else if (number === 10) (run["tags"] as string[]).push(textOf(inner));
    else if (number === 17) run["startSec"] = secondsOf(inner);
  }
  return run;
}

function historyOf(bytes: Uint8Array): Gathered["history"][number] {
  let step = 0;
  const values: Record<string, unknown> = {};
  for (const { number, bytes: inner } of fieldsOf(bytes)) {
    if (number === 1) addItem(values, inner);
    else if (number === 2) {
      for (const field of fieldsOf(inner)) if (field.number === 1) step = Number(BigInt.asIntN(64, field.varint));
    }
  }
  return { step: typeof values["_step"] === "number" ? values["_step"] : step, values };
}

function statsOf(bytes: Uint8Array): Gathered["stats"][number] {
  let seconds = 0;
  const values: Record<string, unknown> = {};
  for (const { number, bytes: inner } of fieldsOf(bytes)) {
    if (number === 2) seconds = secondsOf(inner);
    else if (number === 3) addItem(values, inner);
  }
  return { seconds, values };
}

/** Updated items of a config or summary. */
function itemsOf(bytes: Uint8Array): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { number, bytes: inner } of fieldsOf(bytes)) if (number === 1) addItem(values, inner);
  return values;
}

/** Adds an item: its key, or the parts of a nested key, and its value as JSON or by its type. */
function addItem(values: Record<string, unknown>, bytes: Uint8Array): void {
  let key = "";
  const nested: string[] = [];
  let value: unknown;
  for (const { number, bytes: inner, varint } of fieldsOf(bytes)) {
    if (number === 1) key = textOf(inner);
    else if (number === 2) nested.push(textOf(inner));
    else if (number === 4) value = varint !== 0n;
    else if (number === 5) value = narrowInt64((varint >> 1n) ^ -(varint & 1n));
    else if (number === 6) value = doubleOf(varint);
    else if (number === 7) value = textOf(inner);
    else if (number === 8 || number === 16) value = jsonOf(textOf(inner));
  }
  values[nested.length > 0 ? nested.join("/") : key] = value;
}

function exitCodeOf(bytes: Uint8Array): number {
  for (const { number, varint } of fieldsOf(bytes)) if (number === 1) return Number(BigInt.asIntN(32, varint));
  return 0;
}

function secondsOf(bytes: Uint8Array): number {
  let seconds = 0;
  for (const { number, varint } of fieldsOf(bytes)) {
    if (number === 1) seconds += Number(BigInt.asIntN(64, varint));
    else if (number === 2) seconds += Number(varint) / 1e9;
  }
  return seconds;
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** Parses JSON as written by Python, with unquoted NaN and Infinity. A long integer becomes a bigint. */
function jsonOf(text: string): unknown {
  if (/^-?\d{16,}$/.test(text)) return narrowInt64(BigInt(text));
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

function fieldsOf(bytes: Uint8Array): ReturnType<typeof protobufFields> {
  return protobufFields(
    bytes,
    () =>
      new Failure("bad_input", "a W&B record is not valid protobuf", {
        hint: "the file may come from an unsupported version of W&B",
      }),
  );
}
