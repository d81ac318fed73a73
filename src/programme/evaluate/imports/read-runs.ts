import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";

import { Failure } from "../../../base/failure.ts";
import { parseJson } from "../../../base/json.ts";
import { readText, readWhole } from "../../../base/read-text.ts";
import { type ImportedRun, recordIn } from "../../../evaluate/imports/imported-run.ts";
import { inspectRun } from "../../../evaluate/imports/inspect-log.ts";
import { lmEvalRun, lmEvalTasks } from "../../../evaluate/imports/lm-eval-results.ts";
import { promptfooRuns } from "../../../evaluate/imports/promptfoo-results.ts";
import { zipMembers } from "./zip-members.ts";

/** Maximum size of a file that is read as a whole. */
const MOST_BYTES = 2 ** 30;

/** A file of results. */
type ResultsFile = { path: string; shown: string };

/**
 * The runs in a file of results of another tool, recognised by its contents; for a folder, those of its newest
 * `results_*.json` of lm-evaluation-harness.
 *
 * @throws Failure not_found; bad_input if the format is unknown
 */
export async function readRuns(path: string, shown: string): Promise<ImportedRun[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new Failure("not_found", `${shown} does not exist`, { hint: "check the path" });
  if (found.isDirectory()) return lmEvalRuns(await newestResults(path, shown));
  const file = { path, shown };
  if (extname(path) === ".eval") return [await evalLog(file)];
  if (basename(path).startsWith("samples_")) return [await samplesAlone(file)];
  const value = parseJson(await readText(path, { shown, maxBytes: MOST_BYTES }), shown);
  const log = recordIn(value);
  if (recordIn(log?.["eval"]) !== undefined) return [known(inspectRun(log, samplesIn(log)), shown)];
  if (recordIn(log?.["configs"]) !== undefined) return lmEvalRuns(file);
  if (recordIn(log?.["results"])?.["results"] !== undefined) {
    return known(promptfooRuns(value, basename(path, extname(path))), shown);
  }
  throw new Failure("bad_input", `${shown} is not a file of results that is known`, {
    hint: "expected results_*.json of lm-evaluation-harness, a log of Inspect, or a JSON file of promptfoo",
  });
}

function samplesIn(log: Record<string, unknown> | undefined): readonly unknown[] {
  return Array.isArray(log?.["samples"]) ? log["samples"] : [];
}

function known<Run>(run: Run | string, shown: string): Run {
  if (typeof run !== "string") return run;
  throw new Failure("bad_input", `${shown}: ${run}`, { hint: "write the results again with the tool that made them" });
}

async function evalLog({ path, shown }: ResultsFile): Promise<ImportedRun> {
  const members = await zipMembers(await readWhole(path, { shown, maxBytes: MOST_BYTES }), shown);
  const json = (name: string): unknown => {
    const member = members.find((entry) => entry.name === name);
    return member === undefined
      ? undefined
      : parseJson(Buffer.from(member.read()).toString("utf8"), `${shown}, ${name}`);
  };
  const samples = members
    .filter(({ name }) => /^samples\/.*\.json$/.test(name))
    .map(({ name, read }) => parseJson(Buffer.from(read()).toString("utf8"), `${shown}, ${name}`));
  return known(inspectRun(json("header.json") ?? json("_journal/start.json"), samples), shown);
}

async function newestResults(folder: string, shown: string): Promise<ResultsFile> {
  const names = await readdir(folder, { recursive: true });
  const [newest] = names
    .filter((name) => /^results_.*\.json$/.test(basename(name)))
    .toSorted((a, b) => (basename(a) < basename(b) ? 1 : -1));
  if (newest !== undefined) return { path: join(folder, newest), shown: `${shown}/${newest}` };
  throw new Failure("not_found", `${shown} has no results_*.json`, {
    hint: "give the folder that lm_eval wrote with --output_path, or a file of results",
  });
}

async function lmEvalRuns({ path, shown }: ResultsFile): Promise<ImportedRun[]> {
  const results = parseJson(await readText(path, { shown, maxBytes: MOST_BYTES }), shown);
  const time = basename(path).slice("results_".length, -".json".length);
  const runs: ImportedRun[] = [];
  for (const task of lmEvalTasks(results)) {
    const name = `samples_${task}_${time}.jsonl`;
    const rows = await samples({ path: join(dirname(path), name), shown: name });
    runs.push(known(lmEvalRun(task, { results, samples: rows }), shown));
  }
  return runs;
}

async function samplesAlone(file: ResultsFile): Promise<ImportedRun> {
  const task = basename(file.path, ".jsonl")
    .replace(/^samples_/, "")
    .replace(/_\d{4}-\d{2}-\d{2}T.*$/, "");
  return known(lmEvalRun(task, { results: undefined, samples: await samples(file) }), file.shown);
}

async function samples({ path, shown }: ResultsFile): Promise<unknown[]> {
  const text = await readText(path, { shown, maxBytes: MOST_BYTES });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => parseJson(line, `${shown}, line ${index + 1}`));
}
