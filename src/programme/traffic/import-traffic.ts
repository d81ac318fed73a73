import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import { counted, percent } from "../../base/words.ts";
import { LIMITS } from "../../domain/limits.ts";
import type { TrafficImport, UsageFile, UsageFormat } from "../../domain/traffic-import.ts";
import { giantsOf, monthOf } from "./month-of.ts";
import { addEmptyBucket, addUsage, emptyTrafficSum, type TrafficSum } from "./traffic-sum.ts";
import { detectUsageFormat, USAGE_READERS } from "./usage-format.ts";
import type { UsageRow } from "./usage-row.ts";
import { openUsage, type UsageFields } from "./usage-rows.ts";

/** Options of reading usage files. */
export type TrafficOptions = {
  format: UsageFormat | "auto";
  /** Only rows of this model; undefined for all. */
  model: string | undefined;
  /** First and last day to include, UTC; undefined for all. */
  from: string | undefined;
  to: string | undefined;
  /** Number of days covered by rows without a time. */
  days: number | undefined;
  /** The clock, milliseconds since 1970. */
  nowMs: number;
  /** Counts the tokens of rows with texts but no usage; if undefined, such rows are skipped. */
  countTokens: ((text: string) => number) | undefined;
  /** Called with every text in a row. */
  onTexts?: ((texts: NonNullable<UsageRow["texts"]>) => void) | undefined;
  onProgress?: (path: string, fraction: number) => void;
};

/** A file to read: its path, and its name in messages. */
export type UsagePath = { path: string; shown: string };

/**
 * Reads exports of usage into an average month. Every row is used, skipped or rejected, with its reason and the line of
 * the first. A request that appears twice, in one file or in two, is counted once.
 *
 * @throws Failure not_found; bad_input if a file is not an export of usage, no row can be used, or no row has a time
 */
export async function importTraffic(paths: readonly UsagePath[], options: TrafficOptions): Promise<TrafficImport> {
  const sum = emptyTrafficSum();
  const reading: Reading = { sum, seen: seenIds(), otherModels: new Set(), options };
  const files: UsageFile[] = [];
  for (const path of paths) files.push(await readFile(path, reading));
  if (sum.rows === 0 && options.model !== undefined && reading.otherModels.size > 0) {
    throw noSuchModel(options.model, reading.otherModels);
  }
  if (sum.rows === 0) throw nothingUsed(files);
  const names = paths.map(({ shown }) => shown).join(", ");
  const source = {
    kind: "measured" as const,
    ref: `${names}: ${[...new Set(files.map(({ format }) => format))].join(", ")}`,
  };
  const traffic = monthOf(sum, { source, days: options.days });
  const notes = [...rejectedNote(files, sum.rows), ...traffic.notes];
  return { traffic: { ...traffic, notes }, files, giants: giantsOf(sum), out: null };
}

/** Share of rejected rows above which a warning says that the month is too small. */
const MANY_REJECTED = 0.01;

function rejectedNote(files: readonly UsageFile[], used: number): string[] {
  const rejected = files.flatMap((file) => file.rejected).reduce((total, { rows }) => total + rows, 0);
  const part = rejected / (used + rejected);
  return part < MANY_REJECTED
    ? []
    : [`${percent(part)} of the rows that should count were rejected: the month lacks their tokens`];
}

type Reading = {
  sum: TrafficSum;
  seen: (id: string) => boolean;
  /** Other models, to list if none matches. */
  otherModels: Set<string>;
  options: TrafficOptions;
};

async function readFile({ path, shown }: UsagePath, reading: Reading): Promise<UsageFile> {
  const { options } = reading;
  const source = await openUsage(path, shown);
  const tally = rowTally();
  let format: UsageFormat | undefined = options.format === "auto" ? undefined : options.format;
  for await (const row of source.rows) {
    if (!("problem" in row)) format ??= detectUsageFormat(row.bucket ?? row.fields, shown);
    const outcome =
      "problem" in row ? { kind: "reject" as const, reason: row.problem } : readRow(row, format!, reading);
    if (outcome.kind === "row") addUsage(reading.sum, outcome, { path: shown, line: row.line });
    if (outcome.kind === "empty") addEmptyBucket(reading.sum, outcome);
    tally.add(outcome, row.line);
    if (tally.rows() % 10_000 === 0) options.onProgress?.(shown, source.fraction());
  }
  if (format === undefined) throw new Failure("bad_input", `${shown}: no row can be read`, { hint: tally.first() });
  return { path: shown, format, ...tally.result(), sha256: await source.sha256() };
}

type Outcome = ReturnType<(typeof USAGE_READERS)[UsageFormat]>;

/** Result for one row. */
function readRow(row: Exclude<UsageFields, { problem: string }>, format: UsageFormat, reading: Reading): Outcome {
  const { options, seen } = reading;
  const read = USAGE_READERS[format](row.fields, options.nowMs, row.bucket);
  if (read.kind !== "row") return read.kind === "empty" && isOutside(read.startMs, options) ? OUTSIDE : read;
  if (read.startMs !== null && isOutside(read.startMs, options)) return OUTSIDE;
  if (options.model !== undefined && read.model !== options.model) {
    if (read.model !== null && reading.otherModels.size < MOST_MODELS) reading.otherModels.add(read.model);
    return { kind: "skip", reason: "a model other than --model" };
  }
  const usage = read.texts === null ? read : withCounts(read, options);
  if (usage.kind !== "row") return usage;
  if (usage.requests === 0 && usage.inputTokens + usage.outputTokens > 0) {
    return { kind: "reject", reason: "tokens of 0 requests: one of the two counts is wrong" };
  }
  const value = Math.max(usage.inputTokens, usage.outputTokens) / Math.max(1, usage.requests ?? 1);
  if (usage.requests !== null && value > LIMITS.sequenceTokens) {
    return {
      kind: "reject",
      reason: "more tokens in one request than any model accepts: is the count in another unit?",
    };
  }
  if (usage.id !== null && seen(usage.id))
    return { kind: "skip", reason: "a request that was already counted (same id)" };
  return usage;
}

const OUTSIDE: Outcome = { kind: "skip", reason: "before --from or after --to" };

function isOutside(startMs: number, { from, to }: TrafficOptions): boolean {
  return (
    (from !== undefined && startMs < Date.parse(from)) || (to !== undefined && startMs >= Date.parse(to) + 86_400_000)
  );
}

function withCounts(row: UsageRow, { countTokens, onTexts }: TrafficOptions): Outcome {
  onTexts?.(row.texts!);
  if (countTokens === undefined) {
    return { kind: "skip", reason: "texts without usage: name a --tokenizer that counts them" };
  }
  const { input, output } = row.texts!;
  return { ...row, inputTokens: countTokens(input), outputTokens: countTokens(output), texts: null };
}

/** Whether an id occurred before. Split into several sets, because one JavaScript set is limited to 16 million. */
function seenIds(): (id: string) => boolean {
  const parts = Array.from({ length: 64 }, () => new Set<string>());
  return (id) => {
    const part = parts[(id.charCodeAt(id.length - 1) + id.charCodeAt(id.length >> 1)) % 64]!;
    if (part.has(id)) return true;
    part.add(id);
    return false;
  };
}

type RowTally = {
  add: (outcome: Outcome, line: number | null) => void;
  rows: () => number;
  first: () => string;
  result: () => Pick<UsageFile, "rows" | "used" | "skipped" | "rejected">;
};

/** Rows by result; reasons that differ only in a number are merged. */
function rowTally(): RowTally {
  const counts = { rows: 0, used: 0 };
  const reasons = {
    skip: new Map<string, UsageFile["skipped"][number]>(),
    reject: new Map<string, UsageFile["skipped"][number]>(),
  };
  return {
    add: (outcome, line) => {
      counts.rows += 1;
      if (outcome.kind === "row" || outcome.kind === "empty") {
        counts.used += 1;
        return;
      }
      const key = outcome.reason.replaceAll(/-?\d[\d.,:TZ+-]*|"[^"]*"/g, "#");
      const known = reasons[outcome.kind].get(key);
      if (known) known.rows += 1;
      else reasons[outcome.kind].set(key, { reason: outcome.reason, rows: 1, firstLine: line });
    },
    rows: () => counts.rows,
    first: () => {
      const [known] = [...reasons.reject.values(), ...reasons.skip.values()];
      return known === undefined ? "it has no rows" : `line ${known.firstLine ?? 1}: ${known.reason}`;
    },
    result: () => ({ ...counts, skipped: [...reasons.skip.values()], rejected: [...reasons.reject.values()] }),
  };
}

/** Number of models kept for messages. */
const MOST_MODELS = 1_000;

function noSuchModel(model: string, others: ReadonlySet<string>): Failure {
  return new Failure("not_found", `no row has the model "${model}"`, {
    hint: didYouMean(model, others) ?? `the export has ${[...others].slice(0, 6).join(", ")}`,
  });
}

function nothingUsed(files: readonly UsageFile[]): Failure {
  const rows = files.reduce((total, file) => total + file.rows, 0);
  const [worst] = files
    .flatMap(({ path, skipped, rejected }) => [...rejected, ...skipped].map((entry) => ({ path, ...entry })))
    .toSorted((a, b) => b.rows - a.rows);
  return new Failure(
    "bad_input",
    `none of ${counted(rows, "row")} in ${files.map(({ path }) => path).join(", ")} can be counted`,
    {
      hint:
        worst === undefined
          ? "the export contains only buckets without traffic"
          : `${worst.path}${worst.firstLine === null ? "" : `, line ${worst.firstLine}`}: ${worst.reason} (${counted(worst.rows, "row")})`,
    },
  );
}
