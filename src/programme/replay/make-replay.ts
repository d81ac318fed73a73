import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { runDedup } from "../../curate/duplicates/run-dedup.ts";
import { redactRow } from "../../curate/pii/operators/redact-row.ts";
import { redactSetup } from "../../curate/pii/operators/redact-setup.ts";
import { DedupOptions } from "../../domain/dedup.ts";
import { RedactOptions } from "../../domain/redact.ts";
import type { ReplayRequest, ReplaySet } from "../../domain/replay-request.ts";
import { allocation } from "../../evaluate/set/draw-strata.ts";
import { freeze } from "../datasets/freeze.ts";
import { trafficKey } from "../watch/traffic-folder.ts";
import { readPrompts, type ReadPrompts } from "./read-prompts.ts";

/**
 * Number of candidates of a stratum per requested prompt, to allow for near-duplicates and for prompts that cannot be
 * redacted.
 */
const SPARE = 2;

/** Every entity is replaced with another of its kind, consistently for one key. */
const REDACTION = RedactOptions.parse({ profile: "gdpr", operators: { "*": "surrogate" } });

/** A row of the set. */
type ReplayRow = { id: string; stratum: string } & Record<string, unknown>;

/**
 * Makes the replay set of a month: prompts drawn by strata from production traffic, redacted with surrogates that are
 * stable under the key, without near-duplicates, and frozen as the month's version. Only redacted text is written.
 *
 * @throws Failure bad_input if the files contain no requests or too few prompts; those of freezing
 */
export async function makeReplay(context: Context, request: ReplayRequest): Promise<ReplaySet> {
  const { cwd, now, progress } = context;
  const fields = [...new Set(request.stratum ?? ["model"])];
  const read = await readPrompts({
    files: request.file.map((path) => ({ path: resolve(cwd, path), shown: path })),
    fields,
    most: request.size * SPARE,
    seed: request.seed,
    nowMs: now().getTime(),
    onProgress: (path, fraction) => progress(`reading ${path}`, fraction),
  });
  const redacted = await redactedCandidates(context, { read, request, fields });
  const folder = await mkdtemp(join(tmpdir(), "tunewright-replay-"));
  try {
    const { kept, nearDuplicates } = await withoutNearDuplicates(redacted.rows, { folder, request, progress });
    const chosen = chosenRows(kept, { read, request });
    if (chosen.length === 0) {
      throw new Failure("bad_input", "no prompt is left for the replay set", {
        hint: "personal data would remain in all of them: check a few with data redact FILE --spans",
      });
    }
    const file = join(folder, "replay.jsonl");
    await writeFile(file, chosen.map((row) => `${JSON.stringify(row)}\n`).join(""), { mode: 0o600 });
    const { by, reason, out, month } = request;
    const frozen = await freeze(context, { file: [file], out, by, reason, month, replay: true, key: "id" });
    return replaySet({ read, frozen, chosen, fields, nearDuplicates, redacted });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Redacted = { rows: ReplayRow[]; personalData: number; spans: Map<string, number> };

async function redactedCandidates(
  { cwd, env, note, progress }: Context,
  { read, request, fields }: { read: ReadPrompts; request: ReplayRequest; fields: readonly string[] },
): Promise<Redacted> {
  const keyFile = request.keyFile === undefined ? trafficKey(cwd) : resolve(cwd, request.keyFile);
  await mkdir(dirname(keyFile), { recursive: true });
  const setup = redactSetup(REDACTION, { keyFile, env });
  if (setup.isKeyNew)
    note(`a key was created: ${request.keyFile ?? keyFile}. Keep it: surrogates stay the same under it`);
  const done: Redacted = { rows: [], personalData: 0, spans: new Map() };
  const candidates = [...read.strata].flatMap(([stratum, { drawn }]) =>
    drawn.sorted().map((candidate) => ({ ...candidate, stratum })),
  );
  for (const [index, { item, stratum }] of candidates.entries()) {
    if (index % 200 === 0) progress("replacing personal data", index / candidates.length);
    const key = typeof item.prompt === "string" ? "prompt" : "messages";
    const {
      fields: written,
      replacements,
      leaks,
    } = await redactRow(
      { id: String(index), source: "traffic", line: index + 1, fields: { [key]: item.prompt } },
      setup,
    );
    if (leaks.valuesLeft > 0) {
      done.personalData += 1;
      continue;
    }
    for (const { span } of replacements) done.spans.set(span.type, (done.spans.get(span.type) ?? 0) + 1);
    const user = item.user === null ? {} : { user: setup.key!.mac("user", item.user).toString("hex").slice(0, 16) };
    const id = sha256(JSON.stringify([stratum, written[key]])).slice(0, 16);
    const strata = Object.fromEntries(fields.map((name) => [name.replaceAll(".", "_"), item.strata[name]]));
    done.rows.push({ ...strata, ...user, [key]: written[key], id, stratum });
  }
  const byId = new Map(done.rows.map((row) => [row.id, row])); // surrogates can make two prompts equal
  done.rows = [...byId.values()];
  return done;
}

/** Rows without near-duplicates: of several, the one whose key was drawn first is kept. */
async function withoutNearDuplicates(
  rows: readonly ReplayRow[],
  { folder, request, progress }: { folder: string; request: ReplayRequest } & Pick<Context, "progress">,
): Promise<{ kept: ReplayRow[]; nearDuplicates: number }> {
  const text = ({ prompt, messages }: ReplayRow): string =>
    typeof prompt === "string" ? prompt : (messages as { content: string }[]).map(({ content }) => content).join("\n");
  const [all, out] = [join(folder, "drawn.jsonl"), join(folder, "kept.jsonl")];
  const lines = rows.map((row) => `${JSON.stringify({ id: row.id, text: text(row) })}\n`);
  await writeFile(all, lines.join(""), { mode: 0o600 });
  await runDedup({
    files: [{ path: all, name: "the drawn prompts" }],
    options: DedupOptions.parse({ textField: "text", threshold: request.threshold }),
    read: { delimiter: undefined, onProgress: progress },
    out,
    wantsHistogram: false,
    mayDrop: () => Promise.resolve(true), // repeats are normal in traffic
  });
  const keptIds = new Set(
    (await readFile(out, "utf8"))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => (JSON.parse(line) as { id: string }).id),
  );
  const kept = rows.filter(({ id }) => keptIds.has(id));
  return { kept, nearDuplicates: rows.length - kept.length };
}

function chosenRows(
  kept: readonly ReplayRow[],
  { read, request }: { read: ReadPrompts; request: ReplayRequest },
): ReplayRow[] {
  const names = [...read.strata.keys()].toSorted();
  const byStratum = names.map((name) => kept.filter(({ stratum }) => stratum === name));
  const counts = allocation(
    names.map((name, index) => ({ weight: read.strata.get(name)!.requests, available: byStratum[index]!.length })),
    { size: request.size, least: request.minPerStratum },
  );
  const chosen = byStratum.flatMap((rows, index) => rows.slice(0, counts[index]));
  return chosen.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function replaySet({
  read,
  frozen,
  chosen,
  fields,
  nearDuplicates,
  redacted,
}: {
  read: ReadPrompts;
  frozen: Awaited<ReturnType<typeof freeze>>;
  chosen: readonly ReplayRow[];
  fields: string[];
  nearDuplicates: number;
  redacted: Redacted;
}): ReplaySet {
  const distinct = [...read.strata.values()].reduce((sum, stratum) => sum + stratum.distinct, 0);
  const day = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null);
  return {
    dir: frozen.dir,
    month: basename(frozen.dir),
    digest: frozen.digest,
    prompts: chosen.length,
    requests: read.requests,
    from: day(read.fromMs),
    to: day(read.toMs),
    dropped: {
      unreadable: read.unreadable,
      repeated: read.repeated,
      nearDuplicates,
      personalData: redacted.personalData,
      notDrawn: distinct - nearDuplicates - redacted.personalData - chosen.length,
    },
    firstProblem: read.firstProblem,
    redacted: [...redacted.spans]
      .map(([entity, spans]) => ({ entity, spans }))
      .toSorted((a, b) => b.spans - a.spans || (a.entity < b.entity ? -1 : 1)),
    strata: [...read.strata]
      .map(([stratum, { requests, distinct: different }]) => ({
        stratum,
        requests,
        distinct: different,
        sampled: chosen.filter((row) => row.stratum === stratum).length,
      }))
      .toSorted((a, b) => b.requests - a.requests || (a.stratum < b.stratum ? -1 : 1)),
    fields,
  };
}
