import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { Failure, isSystemError } from "../../base/failure.ts";
import { readRedactionKey } from "../../curate/pii/operators/redaction-key.ts";
import { WatchedRequest, WatchedTexts } from "../../domain/watch-import.ts";
import { QueuedCase } from "../../domain/watch-queue.ts";
import { withFileLock } from "../../remote/run-lock.ts";
import { openRowSink } from "../../tables/open-row-sink.ts";
import { dayOf } from "../../watch/batches.ts";
import { storePart } from "./store-part.ts";
import { storedRows, trafficFolder, trafficKey, type TrafficPart, trafficParts } from "./traffic-folder.ts";

/** Whose requests are forgotten, which one, or up to which age: what is given must all match. */
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
  forget: () => Promise<void>;
};

const WAIT_SEC = 600;

/**
 * Finds the stored requests of a user, of an id or before a day. Deleting rewrites the parts that hold them: the new
 * part is in place before the old one goes, so that a crash loses nothing and the same command goes on.
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
  if (parts.length === 0) return { ids: [], texts: 0, queued: 0, forget: () => Promise.resolve() };
  const pseudonym = user === undefined ? undefined : pseudonymOf(programmeDir, user);
  const matches = (row: WatchedRequest): boolean =>
    (pseudonym === undefined || row.user === pseudonym) &&
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
  return {
    ids: [...found].toSorted(),
    texts,
    queued: queues.reduce((sum, { hits }) => sum + hits, 0),
    forget: () =>
      withFileLock(join(folder, "import"), WAIT_SEC, async () => {
        for (const part of affected) await rewritePart(part, { folder, forgotten: found });
        for (const { path, kept } of queues) await rewriteQueue(path, kept);
      }),
  };
}

/** Pseudonym under the key of the programme. A user who was never imported has one too, which no request has. */
function pseudonymOf(programmeDir: string, user: string): string {
  const key = readRedactionKey(trafficKey(programmeDir), {})!.key;
  return key.mac("user", user).toString("hex").slice(0, 16);
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
  "frozen versions made from queues, and their labels: freeze a new version without these rows",
  "traces logged to the server",
  "imported files, and copies of queues outside watch/queues",
  "backups",
];
