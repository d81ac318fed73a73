import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { adapterConfig } from "../../../audit/sources/adapter-config.ts";
import { evaluationResults } from "../../../audit/sources/evaluation-results.ts";
import { inspectResults, isInspectLog } from "../../../audit/sources/inspect-results.ts";
import { slurmScript } from "../../../audit/sources/slurm-script.ts";
import { trainerState } from "../../../audit/sources/trainer-state.ts";
import { acceleratedProcesses, trainingConfig } from "../../../audit/sources/training-config.ts";
import { Failure } from "../../../base/failure.ts";
import { hashFile } from "../../../base/hash-file.ts";
import { parseJson } from "../../../base/json.ts";
import { readText } from "../../../base/read-text.ts";
import { countRows } from "../../../curate/rows/count-rows.ts";
import type { AuditImport, ForeignRecord } from "../../../domain/audit-import.ts";
import { isWandbExport } from "../../../track/imports/wandb-export.ts";
import { readRuns } from "../../evaluate/imports/read-runs.ts";
import type { SourceFile } from "./find-sources.ts";

/** Contents of the files of an import: the record, bills by path, and what was not read. */
export type ReadSources = {
  record: Omit<ForeignRecord, "version" | "on">;
  bills: SourceFile[];
  /** Exports of W&B: files with runs. */
  exports: SourceFile[];
  /** Number of processes that an Accelerate configuration starts. */
  processes: { value: number; place: string } | null;
  skipped: AuditImport["skipped"];
};

/** Folders of the draft programme into which sources are copied, by their content. */
const FOLDERS = { config: "configs", state: "configs", result: "results", dataset: "data" } as const;

/** Names of batch scripts. */
const SCRIPT = /\.(?:slurm|sbatch|sh|bash|job)$/i;

/** Largest configuration or result file, in bytes. */
const MAX_TEXT = 64 * 2 ** 20;

/** Names of files with evaluation items. */
const EVALUATION_NAME = /(?:^|[._/-])(?:test|eval|evaluation|val|valid|validation|dev)(?:[._/-]|$)/i;

/**
 * Reads the files of an import and copies the relevant ones into the folder of the draft. A file that cannot be read,
 * or is of an unknown kind, is named with the reason.
 *
 * @param hasMapping a named CSV file is a bill by the user's mapping
 */
export async function readSources(
  files: readonly SourceFile[],
  { out, hasMapping, onFile }: { out: string; hasMapping: boolean; onFile: (fraction: number) => void },
): Promise<ReadSources> {
  const found: ReadSources = {
    record: { configs: [], adapters: [], states: [], scripts: [], results: [], datasets: [] },
    bills: [],
    exports: [],
    processes: null,
    skipped: [],
  };
  const taken = new Set<string>();
  for (const [index, file] of files.entries()) {
    onFile(index / files.length);
    try {
      const kind = await readOne(file, { found, hasMapping, name: freeName(file.name, taken) });
      if (kind === "unknown") found.skipped.push({ source: file.name, reason: "not a kind of file that is read" });
      else if (kind !== "bill" && kind !== "export") await copyInto(file, join(out, kind));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      found.skipped.push({ source: file.name, reason: error.message });
    }
  }
  return found;
}

type Reading = { found: ReadSources; hasMapping: boolean; name: string };

/** Path inside the draft to which the file is copied; `bill`, `export` and `unknown` are not copied. */
async function readOne(file: SourceFile, reading: Reading): Promise<string> {
  const { found, hasMapping, name } = reading;
  const extension = /\.[a-z]+(?:\.(?:gz|zst))?$/i.exec(file.name)?.[0].toLowerCase() ?? "";
  if (extension === ".eval") return readInspect(file, reading);
  if (SCRIPT.test(file.name)) return readScript(file, reading);
  if (await isExport(file, hasMapping)) {
    found.exports.push(file);
    return "export";
  }
  if (extension.startsWith(".csv")) {
    if ((file.isNamed && hasMapping) || (await isFocus(file.path))) {
      found.bills.push(file);
      return "bill";
    }
    return file.isNamed ? readDataset(file, reading) : "unknown";
  }
  if (/^\.(?:jsonl|parquet|arrow)/.test(extension)) return readDataset(file, reading);
  if (![".yaml", ".yml", ".json", ".ini", ".cfg"].includes(extension)) return "unknown";
  const text = await readText(file.path, { maxBytes: MAX_TEXT, shown: file.name });
  if (extension === ".json") {
    const value = parseJson(text, file.name);
    if (isInspectLog(value)) return readInspect(file, reading);
    const state = trainerState(value, `${FOLDERS.state}/${name}`);
    if (state !== null) found.record.states.push(state);
    const results = evaluationResults(value, `${FOLDERS.result}/${name}`);
    found.record.results.push(...results);
    if (state !== null) return `${FOLDERS.state}/${name}`;
    if (results.length > 0) return `${FOLDERS.result}/${name}`;
    if (Array.isArray(value)) return readDataset(file, reading);
  }
  const place = `${FOLDERS.config}/${name}`;
  const adapter = extension === ".json" ? adapterConfig(text, place) : null;
  if (adapter !== null) {
    found.record.adapters.push(adapter);
    return place;
  }
  const config = trainingConfig(text, place);
  if (config !== null) found.record.configs.push(config);
  const processes =
    config === null && extension !== ".ini" && extension !== ".cfg" ? acceleratedProcesses(text, place) : null;
  if (processes !== null) found.processes = processes;
  return config === null && processes === null ? "unknown" : place;
}

async function readInspect(file: SourceFile, { found, name }: Reading): Promise<string> {
  const place = `${FOLDERS.result}/${name}`;
  for (const log of await readRuns(file.path, file.name)) {
    const { results, problem } = inspectResults(log, place);
    if (problem !== null) throw new Failure("bad_input", problem, { hint: "run the evaluation again" });
    found.record.results.push(...results);
  }
  return place;
}

async function readScript(file: SourceFile, { found, name }: Reading): Promise<string> {
  const place = `${FOLDERS.config}/${name}`;
  const script = slurmScript(await readText(file.path, { maxBytes: MAX_TEXT, shown: file.name }), place);
  if (script === null) return "unknown";
  found.record.scripts.push(script);
  return place;
}

/** Whether a file contains runs exported from W&B; a bill by the user's mapping does not. */
async function isExport({ path, name, isNamed }: SourceFile, hasMapping: boolean): Promise<boolean> {
  if ((isNamed && hasMapping) || !/\.(?:csv|tsv|jsonl|json|parquet)(?:\.(?:gz|zst))?$/i.test(name)) return false;
  // A file that cannot be read says so when it is read as what its name promises.
  return isWandbExport(path).catch(() => false);
}

async function readDataset(file: SourceFile, { found, name }: Reading): Promise<string> {
  const { rows } = await countRows(file.path);
  const place = `${FOLDERS.dataset}/${name}`;
  const isEvaluation = EVALUATION_NAME.test(file.name);
  found.record.datasets.push({
    file: place,
    role: isEvaluation ? "eval" : "train",
    says: isEvaluation ? "its name indicates evaluation" : "a dataset file without another indication in its name",
    rows,
    bytes: file.bytes,
    sha256: await hashFile(file.path),
  });
  return place;
}

/** Whether the header of a CSV file contains the columns that FOCUS requires. */
async function isFocus(path: string): Promise<boolean> {
  if (/\.(?:gz|zst)$/.test(path)) return true;
  const { openSync, readSync, closeSync } = await import("node:fs");
  const handle = openSync(path, "r");
  try {
    const head = Buffer.alloc(2 ** 14);
    const size = readSync(handle, head, 0, head.length, 0);
    return /\bBilledCost\b/i.test(head.subarray(0, size).toString("utf8").split("\n")[0]!);
  } finally {
    closeSync(handle);
  }
}

/** One name without folders for each file: `sft/config.yaml` becomes `sft-config.yaml`. */
function freeName(name: string, taken: Set<string>): string {
  const flat = name.replaceAll("/", "-");
  const dot = flat.indexOf(".", 1);
  const [stem, end] = dot === -1 ? [flat, ""] : [flat.slice(0, dot), flat.slice(dot)];
  let free = flat;
  for (let number = 2; taken.has(free); number += 1) free = `${stem}-${number}${end}`;
  taken.add(free);
  return free;
}

async function copyInto({ path }: SourceFile, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await copyFile(path, target);
}
