import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { endpointOf } from "../../../base/api-endpoint.ts";
import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import { sha256 } from "../../../base/hash.ts";
import { readWhole } from "../../../base/read-text.ts";
import { keyIn } from "../../../base/secret.ts";
import { loadDecontaminator } from "../../../curate/decontaminate/load-decontaminator.ts";
import { readWholeRows } from "../../../curate/rows/read-whole-rows.ts";
import type { BenchmarkFile, BenchmarkRequest, BenchmarkRun } from "../../../domain/benchmark.ts";
import type { EvaluationResult } from "../../../domain/evaluation-result.ts";
import {
  type BenchmarkFields,
  type BenchmarkItem,
  benchmarkItem,
  choiceItemsSha256,
} from "../../../evaluate/benchmarks/benchmark-items.ts";
import { hasScores } from "../../../evaluate/imports/imported-run.ts";
import { inspectTask, ITEMS_FILE, lmEvalTask } from "../../../evaluate/benchmarks/harness-task.ts";
import { KNOWN_BENCHMARKS } from "../../../evaluate/benchmarks/known-benchmarks.ts";
import { readyScorers } from "../../../evaluate/score/score-answer.ts";
import { writeEvaluation } from "../evaluation-folder.ts";
import { type FoundItems, searchTraining, withoutHits } from "../find-contamination.ts";
import { comparedScores } from "../imports/compared-scores.ts";
import { importedResult } from "../imports/imported-result.ts";
import { readRuns } from "../imports/read-runs.ts";
import { runHarness } from "./run-harness.ts";

/** Largest file of a benchmark. */
const MOST_BYTES = 2 ** 30;

/**
 * Runs a public benchmark from a local file with a harness in the user's Python, and stores the results like one of our
 * evaluations, with the hash of the file and, if training files are given, the items that they contain.
 *
 * @throws Failure bad_input for a file that is not such a benchmark, or without confirmation; outside if Python or the
 * harness fails
 */
export async function runBenchmark(context: Context, request: BenchmarkRequest, tool: string): Promise<BenchmarkRun> {
  const { cwd, env, now } = context;
  const fields = fieldsOf(request);
  const { benchmark, items } = await readBenchmark(cwd, request, fields);
  const asked = items.slice(0, request.limit);
  const { shown, isLoopback } = endpointOf({ url: request.url, api: "chat" });
  if (
    !isLoopback &&
    !(await context.confirm(`Send ${asked.length} items to ${shown}? ${request.harness} does not cap their cost.`))
  ) {
    throw new Failure("bad_input", "sending the items to the endpoint requires confirmation", { hint: "pass --yes" });
  }
  const named = request.python ?? env["TUNEWRIGHT_PYTHON"] ?? "python3";
  const isPath = named.includes("/") || named.includes("\\") || existsSync(resolve(cwd, named));
  const python = isPath ? resolve(cwd, named) : named; // a program on the PATH keeps its name
  const folder = await mkdtemp(join(tmpdir(), "tunewright-benchmark-"));
  try {
    await writeFile(join(folder, ITEMS_FILE), asked.map((item) => `${JSON.stringify(item)}\n`).join(""));
    const options = { name: request.name.replaceAll("-", "_"), score: fields.score, maxTokens: request.maxTokens };
    const task = request.harness === "lm-eval" ? lmEvalTask(options) : inspectTask(options);
    const key = keyIn(env, { name: request.keyEnv, flag: "--key-env" });
    const found = await contaminatedItems(join(folder, ITEMS_FILE), request, context);
    context.progress(`running ${request.name} with ${request.harness}`);
    const out = await context.untilInterrupted((signal) =>
      runHarness(request, task, { python, folder, env, key, signal }),
    );
    const [run] = await readRuns(await resultsIn(out, request.harness), request.name);
    if (run === undefined || !hasScores(run)) {
      const why = run?.stopped ?? run?.items[0]?.answers[0]?.error ?? "it wrote no scores";
      throw new Failure("outside", `${request.harness} scored nothing: ${why}`, {
        hint: "check --url, --model and the key: the endpoint must have the chat API",
      });
    }
    const target = request.target;
    const stopped =
      run.stopped ?? (asked.length < items.length ? `--limit ${request.limit}: not all items were asked` : null);
    const imported = importedResult(
      { ...run, stopped, task: request.name, model: request.model, target: request.model },
      { file: request.data, target, now: now(), tool },
    );
    const scorers = readyScorers(imported.result.scorers, undefined);
    const result: EvaluationResult = {
      ...imported.result,
      endpoint: `${shown}, asked by ${request.harness}`,
      set: { ...imported.result.set, licence: benchmark.licence },
      benchmark: namedBenchmark(benchmark),
      contamination: found === undefined ? null : withoutHits(found, imported.items, scorers),
    };
    const written = await writeEvaluation(cwd, { result, items: imported.items });
    return { benchmark, harness: request.harness, result: written, scores: comparedScores(result, run.reported) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The benchmark of a result, if its items are the published ones. */
function namedBenchmark({ title, file, sha256, source, isPublished }: BenchmarkFile): EvaluationResult["benchmark"] {
  return isPublished === true ? { title, file, sha256, source: source ?? file } : null;
}

/** Fields and score of a benchmark: as stated, otherwise the known ones. */
function fieldsOf({ name, question, answer, score }: BenchmarkRequest): BenchmarkFields {
  const known = KNOWN_BENCHMARKS[name];
  if (known?.scorer !== undefined) {
    throw new Failure("bad_input", `${known.title} is scored by Tunewright itself, without a harness`, {
      hint: `freeze ${known.file}, lock it with eval init, and state in eval/${name}.yaml: ${known.scorer}`,
    });
  }
  const fields = {
    question: question ?? known?.task?.question,
    answer: answer ?? known?.task?.answer,
    score: score ?? known?.task?.score ?? "exact",
  };
  if (fields.question !== undefined && fields.answer !== undefined)
    return { ...fields, question: fields.question, answer: fields.answer };
  throw new Failure("bad_input", `${name} is not a known benchmark`, {
    hint: `known benchmarks: ${Object.keys(KNOWN_BENCHMARKS).join(", ")}; for a file of your own add --question and --answer`,
  });
}

async function readBenchmark(
  cwd: string,
  { name, data }: BenchmarkRequest,
  fields: BenchmarkFields,
): Promise<{ benchmark: BenchmarkFile; items: BenchmarkItem[] }> {
  const path = resolve(cwd, data);
  const hash = sha256(await readWhole(path, { shown: data, maxBytes: MOST_BYTES }));
  const items: BenchmarkItem[] = [];
  const rows: Readonly<Record<string, unknown>>[] = [];
  for await (const row of readWholeRows(path, data)) {
    const item = benchmarkItem(row, { ...fields, index: items.length });
    if (typeof item === "string") {
      throw new Failure("bad_input", `${data}, row ${items.length + 1}: ${item}`, {
        hint: "name the fields with --question and --answer, and the score with --score",
      });
    }
    items.push(item);
    rows.push(row);
  }
  if (items.length === 0)
    throw new Failure("bad_input", `${data} has no rows`, { hint: "give the file of the benchmark" });
  const known = KNOWN_BENCHMARKS[name];
  const published = known?.itemsSha256 ?? known?.sha256 ?? null;
  const found = known?.itemsSha256 === undefined ? hash : choiceItemsSha256(rows, fields);
  return {
    items,
    benchmark: {
      name,
      title: known?.title ?? name,
      file: data,
      sha256: hash,
      isPublished: published === null ? null : published === found,
      licence: known?.licence ?? null,
      source: known?.source ?? null,
      items: items.length,
    },
  };
}

/** Items that training files contain; undefined if none are given. */
async function contaminatedItems(
  items: string,
  { against }: BenchmarkRequest,
  { cwd, progress }: Context,
): Promise<FoundItems | undefined> {
  if (against.length === 0) return undefined;
  const { benchmarks, hitsOf } = await loadDecontaminator(
    { against: [`${items}:question=original,answer=answer`], method: "default" },
    { pathOf: (name) => name },
  );
  const found = await searchTraining(
    against.map((path) => resolve(cwd, path)),
    {
      benchmarks,
      hitsOf,
      onProgress: (fraction) => progress("searching the training files", fraction),
      idOf: ({ item }) => String(item),
    },
  );
  const hitItems = found.hitItems.toSorted((a, b) => Number(a) - Number(b));
  return { ...found, against: against.join(", "), hitItems };
}

async function resultsIn(out: string, harness: BenchmarkRequest["harness"]): Promise<string> {
  if (harness === "lm-eval") return out;
  const [log] = (await readdir(out)).filter((name) => name.endsWith(".eval"));
  if (log !== undefined) return join(out, log);
  throw new Failure("outside", "Inspect wrote no log", {
    hint: "run it again; its version may be too old for .eval logs",
  });
}
