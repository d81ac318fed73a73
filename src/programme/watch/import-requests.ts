import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { redactRow, type RedactSetup } from "../../curate/pii/operators/redact-row.ts";
import { redactSetup } from "../../curate/pii/operators/redact-setup.ts";
import type { ApiPrice } from "../../domain/price.ts";
import { RedactOptions } from "../../domain/redact.ts";
import { WatchedRequest as Measured, type WatchImport } from "../../domain/watch-import.ts";
import { withFileLock } from "../../remote/run-lock.ts";
import { sampleOrder } from "../../watch/even-sample.ts";
import { readApiPriceBook } from "../prices/api-price-book.ts";
import { openUsage, type UsageFields } from "../traffic/usage-rows.ts";
import { type EmbedRequests, embedRequests, type Measured as MeasuredRow } from "./embed-requests.ts";
import { importTally, type ImportTally } from "./import-tally.ts";
import { measureRequest } from "./measure-request.ts";
import { readRequest } from "./read-request.ts";
import { storePart } from "./store-part.ts";
import { removeOrphans, storedDays, storedRows, trafficFolder, trafficKey, trafficParts } from "./traffic-folder.ts";
import { type HeldBuckets, heldBuckets, isUsageBucket, readBucket, type UsageFieldsOfRow } from "./usage-buckets.ts";

/** Requests that are imported, and how. */
export type ImportRequests = {
  programmeDir: string;
  files: readonly { path: string; shown: string }[];
  /** Rows of the stored traces; undefined if not requested. */
  spans?: AsyncIterable<UsageFields> | undefined;
  /** Share of requests that are imported, chosen by a hash of their id. */
  sample: number;
  /** Other shares, by slice. */
  sampleSlices?: ReadonlyMap<string, number> | undefined;
  sliceField: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  nowMs: number;
  onProgress?: (path: string, fraction: number) => void;
};

/** Number of requests in one stored part: after a kill, at most this many are read again. */
const PART_ROWS = 5_000;

/** Seconds that an import waits for another one. */
const WAIT_SEC = 600;

/**
 * Imports requests with their texts. Personal data is replaced by surrogates, stable under the key of the programme,
 * before anything is stored; users become pseudonyms. Every row is imported, already known, not in the sample, or
 * rejected with its reason and line. A killed import can be continued by the same command: a part is stored completely
 * or not at all, and a stored request is not stored again.
 *
 * @throws Failure not_found, bad_input for a file; outside if the disk is full
 */
export async function importRequests(request: ImportRequests): Promise<WatchImport> {
  const folder = trafficFolder(request.programmeDir);
  await mkdir(folder, { recursive: true });
  return withFileLock(join(folder, "import"), WAIT_SEC, () => importAlone(folder, request));
}

type Importing = {
  folder: string;
  request: ImportRequests;
  setup: RedactSetup;
  known: Set<string>;
  redacted: Map<string, number>;
  vectors: EmbedRequests | undefined;
  buckets: HeldBuckets;
  prices: readonly ApiPrice[];
};

async function importAlone(folder: string, request: ImportRequests): Promise<WatchImport> {
  const { programmeDir, env, files } = request;
  await removeOrphans(folder);
  const keyFile = trafficKey(programmeDir);
  await mkdir(dirname(keyFile), { recursive: true });
  const setup = redactSetup(REDACTION, { keyFile, env });
  const known = new Set<string>();
  for (const part of await trafficParts(folder)) {
    for await (const { id } of storedRows(part.signals, Measured)) known.add(id);
  }
  const vectors = await embedRequests(programmeDir, { env, now: () => new Date(request.nowMs) });
  const buckets = await heldBuckets(programmeDir);
  const { prices } = await readApiPriceBook(programmeDir);
  const importing: Importing = { folder, request, setup, known, redacted: new Map(), vectors, buckets, prices };
  const done: WatchImport["files"] = [];
  for (const { path, shown } of files) {
    const source = await openUsage(path, shown);
    done.push({ path: shown, ...(await importRows(source, shown, importing)), sha256: await source.sha256() });
  }
  if (request.spans !== undefined) {
    const source = { rows: request.spans, fraction: () => 0 };
    done.push({ path: STORED_TRACES, ...(await importRows(source, STORED_TRACES, importing)), sha256: null });
  }
  if (done.every((file) => file.imported + file.known + file.notSampled === 0)) throw nothingUsed(done);
  await vectors?.end();
  const days = await storedDays(folder);
  return {
    files: done,
    redacted: [...importing.redacted]
      .map(([entity, spans]) => ({ entity, spans }))
      .toSorted((a, b) => b.spans - a.spans || (a.entity < b.entity ? -1 : 1)),
    stored: { rows: known.size, buckets: buckets.stored(), from: days[0] ?? null, to: days.at(-1) ?? null },
    sample: request.sample,
    slices: [...(request.sampleSlices ?? [])].map(([slice, share]) => ({ slice, share })),
    embedder: vectors?.name ?? null,
    embeddingUsd: vectors?.spent().usd ?? null,
    folder,
  };
}

/** All personal data found is replaced by another value of its kind if there is one, otherwise by its name. */
const REDACTION: RedactOptions = RedactOptions.parse({ profile: "gdpr", operators: { "*": "surrogate" } });

/** Display name of the stored traces instead of a file. */
const STORED_TRACES = "stored traces";

async function importRows(
  source: { rows: AsyncIterable<UsageFields>; fraction: () => number },
  shown: string,
  importing: Importing,
): Promise<Omit<WatchImport["files"][number], "path" | "sha256">> {
  const { request } = importing;
  const tally = importTally();
  let held: MeasuredRow[] = [];
  const seen = new Set<string>();
  for await (const row of source.rows) {
    const taken = await takeRow(row, { importing, tally, seen });
    if (taken !== undefined) held.push(taken);
    if (held.length >= PART_ROWS) {
      await store(held, importing);
      held = [];
      request.onProgress?.(shown, source.fraction());
    }
  }
  if (held.length > 0) await store(held, importing);
  await importing.buckets.store();
  return tally.result();
}

type Taking = { importing: Importing; tally: ImportTally; seen: Set<string> };

async function takeRow(row: UsageFields, { importing, tally, seen }: Taking): Promise<MeasuredRow | undefined> {
  const { request, setup, known, redacted } = importing;
  if ("problem" in row) return tally.reject(row.problem, row.line);
  if (isUsageBucket(row)) return takeBucket(row, { importing, tally });
  const raw = readRequest(row.fields, request);
  if (typeof raw === "string") return tally.reject(raw, row.line);
  const { key } = setup;
  const id =
    raw.id ??
    key!
      .mac("request", JSON.stringify([raw.timeMs, raw.prompt, raw.answer]))
      .toString("hex")
      .slice(0, 24);
  if (known.has(id) || seen.has(id)) return tally.know();
  const share = request.sampleSlices?.get(raw.slice ?? "") ?? request.sample;
  if (sampleOrder(id) >= share) return tally.leaveOut();
  const user = raw.user === null ? null : key!.mac("user", raw.user).toString("hex").slice(0, 16);
  const { fields, replacements, leaks } = await redactRow(
    { id, source: "requests", line: row.line ?? 1, fields: { prompt: raw.prompt, answer: raw.answer } },
    setup,
  );
  if (leaks.valuesLeft > 0) return tally.reject("personal data would remain after redaction", row.line);
  for (const { span } of replacements) redacted.set(span.type, (redacted.get(span.type) ?? 0) + 1);
  seen.add(id);
  tally.take(raw.hasText);
  const { prompt, answer } = fields as { prompt: string; answer: string };
  const measured = { ...measureRequest({ ...raw, prompt, answer }, { id, user }), share };
  return { measured, texts: { id, prompt, answer }, reference: raw.reference };
}

function takeBucket(
  row: UsageFieldsOfRow & { line: number | null },
  { importing, tally }: Pick<Taking, "importing" | "tally">,
): undefined {
  const usage = readBucket(row, { nowMs: importing.request.nowMs, prices: importing.prices });
  if (typeof usage === "string") return tally.reject(usage, row.line);
  const outcome = importing.buckets.add(usage);
  if (outcome === "known") return tally.know();
  return outcome === "new" ? tally.takeBucket() : tally.reject(outcome, row.line);
}

async function store(held: readonly MeasuredRow[], { folder, known, vectors }: Importing): Promise<void> {
  const withText = held.filter(({ measured }) => measured.hasText);
  await vectors?.embed(withText);
  await storePart(
    folder,
    held.map(({ measured }) => measured),
    withText.length === 0 ? undefined : withText.map(({ texts }) => texts),
  );
  for (const { measured } of held) known.add(measured.id);
}

function nothingUsed(files: WatchImport["files"]): Failure {
  const [worst] = files
    .flatMap(({ path, rejected }) => rejected.map((entry) => ({ path, ...entry })))
    .toSorted((a, b) => b.rows - a.rows);
  return new Failure("bad_input", "no row of the files is a request that can be watched", {
    hint:
      worst === undefined
        ? "the files have no rows"
        : `${worst.path}${worst.firstLine === null ? "" : `, line ${worst.firstLine}`}: ${worst.reason}`,
  });
}
