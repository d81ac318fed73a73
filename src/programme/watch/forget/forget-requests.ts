import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { Failure, isSystemError } from "../../../base/failure.ts";
import { WatchedRequest, WatchedTexts } from "../../../domain/watch-import.ts";
import type { WithdrawnVersion } from "../../../domain/watch-forget.ts";
import { WatchVerdict } from "../../../domain/watch-judge.ts";
import { QueuedCase } from "../../../domain/watch-queue.ts";
import { withFileLock } from "../../../remote/run-lock.ts";
import { dataFolder } from "../../../store/open-store.ts";
import { openRowSink } from "../../../tables/open-row-sink.ts";
import { dayOf } from "../../../watch/batches.ts";
import { ANSWERS, VERDICTS, writeVerdicts } from "../judged-requests.ts";
import { type ForgottenRows, pseudonymOf } from "./forgotten-rows.ts";
import { storePart } from "../store-part.ts";
import { type HeldVersion, versionsWith, withdrawVersion } from "./withdraw-versions.ts";
import { isPresent, storedRows, trafficFolder, type TrafficPart, trafficParts } from "../traffic-folder.ts";

/** Requests to forget: by user, by id, or up to an age; all given conditions must match. */
export type ForgetRequests = {
  programmeDir: string;
  /** The user as the imported rows name them. */
  user: string | undefined;
  id: string | undefined;
  /** Requests before this day. */
  before: string | undefined;
};

/** Requests that match, and how to delete them. */
export type Forgettable = {
  ids: string[];
  texts: number;
  queued: number;
  verdicts: number;
  /** Frozen versions with rows of queues with these ids, and replay sets with rows of the user or of months before. */
  versions: HeldVersion[];
  /** Deletes them. @returns the versions that were withdrawn */
  forget: (now: Date) => Promise<WithdrawnVersion[]>;
};

const WAIT_SEC = 600;

/**
 * Finds the stored requests of a user, of an id or before a day. Deleting rewrites the parts that contain them: the new
 * part is in place before the old one is removed, so that a crash loses nothing and the same command continues.
 *
 * @throws Failure bad_input if nothing is named
 */
export async function forgettable(request: ForgetRequests): Promise<Forgettable> {
  const { programmeDir, user, id, before } = request;
  if (user === undefined && id === undefined && before === undefined) {
    throw new Failure("bad_input", "nothing to forget was given", { hint: "give --user, --request or --before" });
  }
  const folder = trafficFolder(programmeDir);
  const parts = await trafficParts(folder);
  const pseudonym = user === undefined ? undefined : pseudonymOf(programmeDir, user);
  const matches = (row: WatchedRequest): boolean =>
    (user === undefined || (pseudonym !== undefined && row.user === pseudonym)) &&
    (id === undefined || row.id === id) &&
    (before === undefined || dayOf(row.timeMs) < before);
  const found = new Set<string>();
  const affected: TrafficPart[] = [];
  let texts = 0;
  for (const part of parts) {
    let hits = 0;
    for await (const row of storedRows(part.signals, WatchedRequest)) {
      if (!matches(row)) continue;
      found.add(row.id);
      hits++;
    }
    if (hits > 0) affected.push(part);
    if (part.hasTexts) texts += hits;
  }
  const queues = await queuesWith(join(programmeDir, "watch", "queues"), found);
  const isReplayed = id === undefined && (user === undefined || pseudonym !== undefined);
  const forgotten: ForgottenRows = { ids: found, replayed: isReplayed ? { user: pseudonym, before } : undefined };
  const versions = await versionsWith(programmeDir, forgotten);
  const judged = await judgedWith(join(dataFolder(programmeDir), "watch", "judged"), found);
  return {
    ids: [...found].toSorted(),
    texts,
    queued: queues.reduce((sum, { hits }) => sum + hits, 0),
    verdicts: judged.reduce((sum, { hits }) => sum + hits, 0),
    versions,
    // Requests go last: as long as they are there, the same command finds their copies.
    forget: (now) =>
      withFileLock(join(folder, "import"), WAIT_SEC, async () => {
        const withdrawn: WithdrawnVersion[] = [];
        for (const held of versions) withdrawn.push(await withdrawVersion(held, { programmeDir, forgotten, now }));
        for (const { path, kept } of queues) await rewriteQueue(path, kept);
        for (const { folder: judgedIn, kept } of judged) {
          await writeVerdicts(judgedIn, kept);
          await rm(join(judgedIn, ANSWERS), { force: true });
        }
        for (const part of affected) await rewritePart(part, { folder, forgotten: found });
        return withdrawn;
      }),
  };
}

async function rewritePart(
  part: TrafficPart,
  { folder, forgotten }: { folder: string; forgotten: ReadonlySet<string> },
): Promise<void> {
  const texts = new Map<string, WatchedTexts>();
  if (part.hasTexts) for await (const row of storedRows(part.texts, WatchedTexts)) texts.set(row.id, row);
  const kept: WatchedRequest[] = [];
  for await (const row of storedRows(part.signals, WatchedRequest)) if (!forgotten.has(row.id)) kept.push(row);
  if (kept.length > 0) {
    await storePart(folder, kept, part.hasTexts ? kept.map(({ id }) => texts.get(id)!) : undefined);
  }
  await rm(part.signals);
  await rm(part.texts, { force: true });
}

type QueueFile = { path: string; hits: number; kept: QueuedCase[] };

async function queuesWith(folder: string, ids: ReadonlySet<string>): Promise<QueueFile[]> {
  let names: string[] = [];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "ENOENT") throw error;
  }
  const files: QueueFile[] = [];
  for (const name of names.toSorted().filter((name) => name.endsWith(".jsonl"))) {
    const path = join(folder, name);
    const kept: QueuedCase[] = [];
    let hits = 0;
    for await (const row of storedRows(path, QueuedCase)) {
      if (ids.has(row.id)) hits++;
      else kept.push(row);
    }
    if (hits > 0) files.push({ path, hits, kept });
  }
  return files;
}

type JudgedFolder = { folder: string; hits: number; kept: WatchVerdict[] };

async function judgedWith(root: string, ids: ReadonlySet<string>): Promise<JudgedFolder[]> {
  const found: JudgedFolder[] = [];
  let names: string[] = [];
  try {
    names = await readdir(root);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "ENOENT") throw error;
  }
  for (const name of names.toSorted()) {
    const folder = join(root, name);
    const [kept, path]: [WatchVerdict[], string] = [[], join(folder, VERDICTS)];
    let hits = 0;
    if (await isPresent(path)) {
      for await (const verdict of storedRows(path, WatchVerdict)) {
        if (ids.has(verdict.id)) hits++;
        else kept.push(verdict);
      }
    }
    if (hits > 0 || (await isPresent(join(folder, ANSWERS)))) found.push({ folder, hits, kept });
  }
  return found;
}

async function rewriteQueue(path: string, kept: readonly QueuedCase[]): Promise<void> {
  const sink = await openRowSink(path);
  try {
    await sink.write(kept);
    await sink.commit();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** Copies that forgetting does not reach. */
export const NOT_REACHED = [
  "imported files, and copies of queues outside watch/queues: datasets made of them, rows of data run",
  "replay sets for --request, because their rows have no ids of requests, and replay sets with a key of their own",
  "evaluations of withdrawn versions: items and answers in evaluations/",
  "spans whose user was replaced when they were stored, unless they were imported",
  "backups, and versions in the history of git",
];
