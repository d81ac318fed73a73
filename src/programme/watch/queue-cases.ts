import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { Failure, isSystemError } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { WatchedRequest, WatchedTexts } from "../../domain/watch-import.ts";
import { HardReason, QueuedCase, type WatchQueue } from "../../domain/watch-queue.ts";
import { openRowSink } from "../../tables/open-row-sink.ts";
import { formatCheck } from "../../watch/answer-format.ts";
import { dayOf } from "../../watch/batches.ts";
import { chooseHardCases, type ChosenCases, type HardCase } from "../../watch/choose-hard-cases.ts";
import { chosen } from "../../watch/distance-series.ts";
import { disagreements } from "./disagreements.ts";
import { farFrom, hardReasons, trainingVectors, vectorIn } from "./hard-reasons.ts";
import { readVerdicts } from "./judged-requests.ts";
import { queueBudget } from "./queue-budget.ts";
import { readWatchFile } from "./read-watch-file.ts";
import { measuredRequests, storedRows, textsOfRequests } from "./traffic-folder.ts";

/** Hard cases to queue, and their destination. */
export type QueueRequest = {
  programmeDir: string;
  name: string;
  /** First day of the requests that are examined; default: the 28 days before now. */
  from: string | undefined;
  /** Maximum number of rows; undefined: from a budget. */
  rows: number | undefined;
  budgetUsd: number | undefined;
  usdPerRow: number | undefined;
  /** Dataset that the model was trained on; its prompts replace those of the reference. */
  training: { path: string; shown: string } | undefined;
  /** Draw requests at random instead of hard cases; their labels correct rates. */
  isRandom: boolean;
  out: string | undefined;
  nowMs: number;
};

/** Number of days that are examined if no first day is given. */
const DAYS = 28;

/**
 * Collects hard cases of the last weeks into a dataset file for labelling: badly rated, refused, in the wrong format,
 * unlike the reference, not supported by the prompt according to the judge, or unlike other answers to the same prompt. Rows of earlier queues are omitted.
 *
 * @throws Failure not_found, bad_input for the monitor, the file of the queue, or if there is no hard case
 */
export async function queueCases(request: QueueRequest): Promise<WatchQueue> {
  const { programmeDir, name, nowMs } = request;
  const days = { from: request.from ?? dayOf(nowMs - DAYS * 86_400_000), to: dayOf(nowMs) };
  const { recent, texts, hard, skipped, isJudged } = await hardCases(request, days);
  if (hard.length === 0) throw nothingHard(name, { from: days.from, requests: recent.length, isJudged, ...skipped });
  const { budgetRows, perRow } = queueBudget(request);
  const found = request.isRandom ? drawn(hard, { recent, budgetRows }) : chooseHardCases(hard, budgetRows);
  const out = request.out ?? `watch/queues/${name}-${days.to}${request.isRandom ? "-random" : ""}.jsonl`;
  const byId = new Map(recent.map((entry) => [entry.id, entry]));
  const cases = found.chosen.map((hardCase) =>
    asCase(hardCase, { request: byId.get(hardCase.id)!, texts: texts.get(hardCase.id)!, name }),
  );
  const path = join(programmeDir, out);
  await writeQueue(path, cases);
  const rows = cases.length;
  return {
    watch: name,
    out,
    sha256: await hashFile(path),
    days,
    requests: recent.length,
    budgetRows,
    cost: {
      p10: perRow.p10 * rows,
      p50: perRow.p50 * rows,
      p90: perRow.p90 * rows,
      unit: "USD",
      basis: perRow.basis,
      n: 0,
      sources: perRow.sources,
    },
    byReason: HardReason.options.map((reason) => ({
      reason,
      found: hard.filter(({ reasons }) => reasons.includes(reason)).length,
      queued: cases.filter(({ reasons }) => reasons.includes(reason)).length,
    })),
    leftOut: leftOut(found, skipped),
    notLookedFor: request.isRandom
      ? []
      : [
          ...(isJudged ? [] : ["answers without support: no judge was asked (tunewright watch judge)"]),
          ...(request.training === undefined ? ["distance to the training data: name it with --training"] : []),
        ],
  };
}

type Skipped = { before: number; withoutText: number };

type Hard = {
  recent: readonly WatchedRequest[];
  texts: ReadonlyMap<string, WatchedTexts>;
  hard: HardCase[];
  skipped: Skipped;
  /** Whether a judge gave verdicts on requests of this monitor. */
  isJudged: boolean;
};

async function hardCases(request: QueueRequest, { from, to }: { from: string; to: string }): Promise<Hard> {
  const { programmeDir, name, training } = request;
  const { file } = await readWatchFile(programmeDir, name);
  const first = file.reference.from < from ? file.reference.from : from;
  const all = (await measuredRequests(programmeDir, { from: first, to })).filter(
    ({ model, hasText }) => hasText && (file.model === undefined || model === file.model),
  );
  const between = (low: string, high: string): WatchedRequest[] =>
    all.filter(({ timeMs }) => dayOf(timeMs) >= low && dayOf(timeMs) <= high);
  const recent = between(from, to);
  const texts = await textsOfRequests(programmeDir, new Set(recent.map(({ id }) => id)));
  const check = file.format === undefined ? undefined : formatCheck(file.format);
  const known =
    training === undefined
      ? between(file.reference.from, file.reference.to).map(vectorIn)
      : await trainingVectors(training);
  const isFar = farFrom(known);
  const verdicts = await readVerdicts(programmeDir, { name, file });
  const queuedBefore = await queuedIds(join(programmeDir, "watch", "queues"), request.isRandom);
  const disagreeing = request.isRandom ? new Set<string>() : disagreements(texts.values());
  const hard: HardCase[] = [];
  const skipped: Skipped = { before: 0, withoutText: 0 };
  for (const entry of recent) {
    const hasFormat = check?.has({ isJson: entry.isJson, text: texts.get(entry.id)?.answer }) ?? true;
    const reasons: HardReason[] = request.isRandom
      ? ["random"]
      : hardReasons(entry, {
          hasFormat,
          isFar: isFar(vectorIn(entry)),
          isUnsupported: verdicts.get(entry.id)?.ungrounded === 1,
          disagrees: disagreeing.has(entry.id),
        });
    if (reasons.length === 0) continue;
    if (queuedBefore.has(entry.id)) skipped.before += 1;
    else if (!texts.has(entry.id)) skipped.withoutText += 1;
    else hard.push({ id: entry.id, reasons, vector: vectorIn(entry), timeMs: entry.timeMs });
  }
  return { recent, texts, hard, skipped, isJudged: verdicts.size > 0 };
}

function asCase(
  { id, reasons, timeMs }: HardCase,
  { request, texts, name }: { request: WatchedRequest; texts: WatchedTexts; name: string },
): QueuedCase {
  return {
    id,
    messages: [
      { role: "user", content: texts.prompt },
      { role: "assistant", content: texts.answer },
    ],
    reasons: [...reasons],
    day: dayOf(timeMs),
    model: request.model,
    slice: request.slice,
    source: `watch:${name}`,
  };
}

/** A random sample, by the hashes that also choose the requests for a judge. */
function drawn(
  all: readonly HardCase[],
  { recent, budgetRows }: { recent: readonly WatchedRequest[]; budgetRows: number },
): ChosenCases {
  const byId = new Map(all.map((entry) => [entry.id, entry]));
  const sample = chosen(
    recent.filter(({ id }) => byId.has(id)),
    budgetRows,
  );
  return {
    chosen: sample.map(({ id }) => byId.get(id)!),
    nearDuplicates: 0,
    overBudget: all.length - sample.length,
    tooMany: 0,
  };
}

/** Ids of every request in a queue of this programme; a random sample still includes earlier hard cases. */
async function queuedIds(folder: string, isRandom: boolean): Promise<Set<string>> {
  const ids = new Set<string>();
  let names: string[] = [];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "ENOENT") throw error;
  }
  for (const name of names.toSorted().filter((name) => name.endsWith(".jsonl"))) {
    for await (const { id, reasons } of storedRows(join(folder, name), QueuedCase)) {
      if (!isRandom || reasons.includes("random")) ids.add(id);
    }
  }
  return ids;
}

async function writeQueue(path: string, cases: readonly QueuedCase[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const sink = await openRowSink(path);
  try {
    await sink.write(cases);
    await sink.commit();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

function leftOut(
  { nearDuplicates, overBudget, tooMany }: ChosenCases,
  { before, withoutText }: { before: number; withoutText: number },
): WatchQueue["leftOut"] {
  return [
    { reason: "queued before", requests: before },
    { reason: "its text is no longer kept", requests: withoutText },
    { reason: "duplicates another row of the queue", requests: nearDuplicates },
    { reason: "over the budget", requests: overBudget },
    { reason: "older than the newest 5,000 hard cases", requests: tooMany },
  ].filter(({ requests }) => requests > 0);
}

function nothingHard(name: string, found: { from: string; requests: number; isJudged: boolean } & Skipped): Failure {
  const rest =
    found.before > 0
      ? `${found.before} were queued before`
      : found.withoutText > 0
        ? `the texts of ${found.withoutText} are no longer kept`
        : `none was rated badly, declined, in the wrong format${found.isJudged ? ", without support" : ""}, unlike the reference or unlike other answers to its prompt`;
  return new Failure(
    "bad_input",
    `${name}: there is no hard case to queue among ${found.requests} requests since ${found.from}`,
    { hint: rest },
  );
}
