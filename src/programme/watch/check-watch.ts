import { rm } from "node:fs/promises";

import { Failure } from "../../base/failure.ts";
import { counted, whole } from "../../base/words.ts";
import type { WatchAlarm, WatchCheck } from "../../domain/watch-check.ts";
import type { WatchedRequest, WatchedTexts, WatchedUsage } from "../../domain/watch-import.ts";
import { FEWEST_REFERENCE_BATCHES } from "../../statistics/index.ts";
import { formatCheck } from "../../watch/answer-format.ts";
import { batchDay, dayOf } from "../../watch/batches.ts";
import { buildSeries, FEWEST_BATCH_ROWS } from "../../watch/build-series.ts";
import { checkSignals, type SeenSignals } from "../../watch/check-signals.ts";
import { vectorSource } from "../../watch/distance-series.ts";
import { evenSample } from "../../watch/even-sample.ts";
import { explain, findAlarms, type FoundAlarm } from "../../watch/find-alarms.ts";
import { mainLanguage, type SignalContext } from "../../watch/signals.ts";
import { alarmSides, alarmsTogether, asExamples, exampleIds, mainModel } from "./alarm-examples.ts";
import { judgedRequests } from "./judged-requests.ts";
import { noteCheck } from "./saved-plan.ts";
import { readWatchFile, type ReadWatchFile, watchPath } from "./read-watch-file.ts";
import { measuredRequests, textsOfRequests, trafficFolder, trafficParts } from "./traffic-folder.ts";
import { storedUsage } from "./usage-buckets.ts";

/** Result of a check, without people's decisions, which are in the database. */
export type CheckedWatch = { check: Omit<WatchCheck, "marks">; webhook: string | undefined };

/** Vectors without a model, in words. */
const HASHED = "hashed n-grams of prompts, 64 numbers: they reflect wording, not meaning";

/**
 * Checks a monitor: every completed batch is compared with the reference, from the first batch after it to the last.
 * Equal requests give equal answers, however often and whenever it is checked. Texts older than the retention are
 * deleted.
 *
 * @throws Failure not_found, bad_input for the file of the monitor, or if there is no traffic in its reference
 */
export async function checkWatch(programmeDir: string, name: string, nowMs: number): Promise<CheckedWatch> {
  const read = await readWatchFile(programmeDir, name);
  const { file } = read;
  const requests = await measuredRequests(programmeDir, { from: file.reference.from });
  const hasFormat = await formatOf(programmeDir, read, requests);
  const { judged, leftOut } = await judgedRequests(programmeDir, read);
  const usage = await storedUsage(programmeDir);
  const built = buildSeries({ requests, file, nowMs, hasFormat, judged, usage });
  if (built.reference.length === 0) throw noReference(read, timesOf(requests, usage), nowMs);
  const seen = checkSignals(built.series, file);
  const found = findAlarms(seen, { watch: name, definition: read.definition, file });
  const context = {
    mainLanguage: mainLanguage(built.reference.flatMap((requestBatch) => requestBatch.requests)),
    hasFormat,
    judged,
  };
  const alarms = await withEvidence(found, { programmeDir, read, requests, context });
  const expired = await deleteExpired(programmeDir, nowMs - file.retentionDays * 86_400_000);
  await noteCheck(programmeDir, name, new Date(nowMs).toISOString());
  const { seen: signals, ...summary } = seen;
  return {
    webhook: file.webhook,
    check: {
      watch: name,
      definition: read.definition,
      checkedAt: new Date(nowMs).toISOString(),
      batch: file.batch,
      requests: requests.length,
      reference: {
        ...file.reference,
        batches: built.reference.length,
        rows: built.reference.reduce((sum, requestBatch) => sum + requestBatch.requests.length, 0),
      },
      watched: {
        from: built.watched.length === 0 ? null : batchDay(built.watched[0]!.index, file.batch),
        batches: built.watched.length,
        rows: built.watched.reduce((sum, requestBatch) => sum + requestBatch.requests.length, 0),
      },
      falseAlarms: file.falseAlarms,
      ...summary,
      embedding: vectorSource(built.reference) ?? HASHED,
      signals: signals.map(({ checked }) => checked),
      notWatched: built.notWatched,
      alarms,
      notes: [
        ...notesOf(summary.threshold, { file: read.file, built, expired }),
        ...otherVectors(built),
        ...unevenShares(built),
        ...usageNotes(usage, seen.seen),
        ...leftOut.map(
          ({ signal, hard }) =>
            `labels.${signal}: ${counted(hard, "label")} excluded: their rows were queued as hard cases, not at random`,
        ),
      ],
    },
  };
}

async function formatOf(
  programmeDir: string,
  { file }: ReadWatchFile,
  requests: readonly WatchedRequest[],
): Promise<SignalContext["hasFormat"]> {
  if (file.format === undefined) return undefined;
  const check = formatCheck(file.format);
  if (!check.needsText) return ({ isJson }) => check.has({ isJson, text: undefined });
  const texts = await textsOfRequests(programmeDir, new Set(requests.map(({ id }) => id)));
  return ({ id, isJson }) => check.has({ isJson, text: texts.get(id)?.answer });
}

type Evidence = {
  programmeDir: string;
  read: ReadWatchFile;
  requests: readonly WatchedRequest[];
  context: SignalContext;
};

async function withEvidence(found: readonly FoundAlarm[], evidence: Evidence): Promise<WatchAlarm[]> {
  const { programmeDir, read, requests, context } = evidence;
  const entry = found.map((alarm) => {
    const sides = alarmSides(alarm, requests, read.file);
    return { alarm, sides, ids: exampleIds(alarm, sides, context) };
  });
  const wanted = new Set(entry.flatMap(({ ids }) => [...ids.before, ...ids.after]));
  const texts: ReadonlyMap<string, WatchedTexts> = await textsOfRequests(programmeDir, wanted);
  const byId = new Map(requests.filter(({ id }) => wanted.has(id)).map((request) => [request.id, request]));
  return entry.map(({ alarm, sides, ids }) => ({
    ...alarm.alarm,
    ...explain(alarm.alarm.signal, {
      others: alarmsTogether(alarm, found),
      models: { before: mainModel(sides.before), after: mainModel(sides.after) },
    }),
    examples: { before: asExamples(ids.before, byId, texts), after: asExamples(ids.after, byId, texts) },
  }));
}

/** Deletes texts if all their requests are older than a time. @returns number of deleted parts */
async function deleteExpired(programmeDir: string, beforeMs: number): Promise<number> {
  const before = dayOf(beforeMs);
  const expired = (await trafficParts(trafficFolder(programmeDir))).filter(
    ({ to, hasTexts }) => hasTexts && to < before,
  );
  for (const { texts } of expired) await rm(texts, { force: true });
  return expired.length;
}

function notesOf(
  threshold: number | null,
  { file, built, expired }: { file: ReadWatchFile["file"]; built: ReturnType<typeof buildSeries>; expired: number },
): string[] {
  const missing = FEWEST_REFERENCE_BATCHES - built.reference.length;
  return [
    ...(threshold === null
      ? [
          missing > 0
            ? `no alarm can be raised: the reference has ${counted(built.reference.length, file.batch)} with requests, and ${FEWEST_REFERENCE_BATCHES} are needed. It is long enough ${counted(missing, file.batch)} later`
            : `no alarm can be raised: the reference has fewer than ${FEWEST_REFERENCE_BATCHES} batches of ${FEWEST_BATCH_ROWS} rows`,
        ]
      : []),
    ...(built.watched.length === 0 ? [`no ${file.batch} after the reference is over yet`] : []),
    ...(expired > 0
      ? [`texts older than ${counted(file.retentionDays, "day")} were deleted: ${counted(expired, "part")}`]
      : []),
  ];
}

/** Number of requests whose vectors cannot be compared with those of the reference, as text. */
function otherVectors({ reference, watched }: ReturnType<typeof buildSeries>): string[] {
  const source = vectorSource(reference);
  const others = [...reference, ...watched]
    .flatMap(({ requests }) => requests)
    .filter(({ embedder }) => embedder !== null && embedder !== source);
  const embedder = others[0]?.embedder;
  if (embedder === undefined) return [];
  return [
    `${counted(others.length, "request")} excluded from the distance: their vectors come from ${embedder}, those of the reference from ${source}`,
  ];
}

/** Says that slices were imported at different shares, and what that means for signals over several of them. */
function unevenShares({ reference, watched }: ReturnType<typeof buildSeries>): string[] {
  const batches = [...reference, ...watched].map(({ requests }) => requests);
  const all = batches.reduce((sum, requests) => sum + requests.length, 0);
  const even = batches.reduce((sum, requests) => sum + evenSample(requests).length, 0);
  if (even === all) return [];
  return [
    `slices were imported at different shares: signals over all of them use ${whole(even)} of ${counted(all, "request")}, the same share of each slice`,
  ];
}

/** Says what sums of usage are used for. */
function usageNotes(usage: readonly WatchedUsage[], seen: SeenSignals["seen"]): string[] {
  if (usage.length === 0) return [];
  const unpriced = new Set(
    usage.filter(({ costUsd, requests }) => costUsd === null && requests > 0).map(({ model }) => model ?? "unnamed"),
  );
  const watched = seen.map(({ checked }) => checked.signal);
  return [
    `${counted(usage.length, "sum")} of usage with ${counted(
      usage.reduce((sum, { requests }) => sum + requests, 0),
      "request",
    )} give the number of requests and, without costs of single requests, the mean cost of a day at list prices`,
    ...(watched.includes("volume") ? [] : ["the number of requests is not watched: name volume in signals"]),
    ...(unpriced.size === 0
      ? []
      : [`no price is known for the model ${[...unpriced].toSorted().join(", ")}: add it to api-prices.csv`]),
  ];
}

/** Times of all requests and sums of usage, oldest first. */
function timesOf(requests: readonly WatchedRequest[], usage: readonly WatchedUsage[]): number[] {
  return [...requests.map(({ timeMs }) => timeMs), ...usage.map(({ startMs }) => startMs)].toSorted((a, b) => a - b);
}

function noReference({ name, file }: ReadWatchFile, times: readonly number[], nowMs: number): Failure {
  const { from, to } = file.reference;
  if (times.some((timeMs) => timeMs >= Date.parse(from) && dayOf(timeMs) <= to)) {
    return new Failure(
      "bad_input",
      `${watchPath(name)}: no ${file.batch} of its reference, ${from} to ${to}, has ended`,
      {
        hint: `it is ${dayOf(nowMs)} by the clock of this machine; check again later`,
      },
    );
  }
  return new Failure("bad_input", `${watchPath(name)}: there are no requests in its reference, ${from} to ${to}`, {
    hint:
      times.length === 0
        ? "import some: tunewright watch import FILE"
        : `the first request after ${from} is dated ${dayOf(times.find((timeMs) => timeMs >= Date.parse(from)) ?? times[0]!)}`,
  });
}
