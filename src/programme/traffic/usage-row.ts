/** One row of usage, whoever exported it: a request, or all requests of a bucket of time. */
export type UsageRow = {
  kind: "row";
  /** Id of the request, by which a row that comes twice is counted once; null if the export has none. */
  id: string | null;
  /** Start, milliseconds since 1970 UTC; null if the row has no time. */
  startMs: number | null;
  /** Length of the bucket that the row sums over, milliseconds; 0 for one request. */
  spanMs: number;
  /** True if the time names no zone and was read as UTC. */
  isNaive: boolean;
  model: string | null;
  /** Requests; null if an aggregate does not count them. */
  requests: number | null;
  /** Input tokens, cached and cache-write ones included. */
  inputTokens: number;
  outputTokens: number;
  /** Input tokens that a prompt cache answered; null if the row does not say. */
  cachedTokens: number | null;
  /** Input tokens written to a prompt cache; null if the row does not say. */
  cacheWriteTokens: number | null;
  isBatch: boolean;
  /** What it cost, US dollars, where the export says; only to find units that do not fit. */
  usd: number | null;
  /** Texts of the request, where the row has them. */
  texts: { input: string; output: string } | null;
};

/** A row that is not traffic (`skip`), or that is implausible (`reject`). */
export type NoUsage = { kind: "skip" | "reject"; reason: string };

/** A bucket of time in which nothing was asked for: it says that the export covers it. */
export type EmptyBucket = { kind: "empty"; startMs: number; spanMs: number };

/** What a reader makes of the fields of one row. */
export type ReadUsage = UsageRow | EmptyBucket | NoUsage;

/** Fields of a row: values of JSON, or the texts of a CSV. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads counts out of a row and keeps what is wrong with them. */
export type CountReader = {
  /** The first of the named fields that is there, as a whole number of at least 0; null if none is. */
  count: (fields: Fields | undefined, ...names: readonly string[]) => number | null;
  /** The first thing that was wrong, or undefined. */
  problem: () => string | undefined;
};

/** A reader of counts for one row. */
export function countReader(): CountReader {
  let problem: string | undefined;
  return {
    count: (fields, ...names) => {
      const name = names.find((name) => !isEmpty(fields?.[name]));
      if (fields === undefined || name === undefined) return null;
      const raw = fields[name];
      const value = typeof raw === "number" ? raw : typeof raw === "string" ? Number(raw.trim()) : Number.NaN;
      problem ??= countProblem(name, raw, value);
      return value;
    },
    problem: () => problem,
  };
}

function countProblem(name: string, raw: unknown, value: number): string | undefined {
  const shown = JSON.stringify(raw)?.slice(0, 40) ?? String(raw);
  if (!Number.isFinite(value)) return `${name} is ${shown}, not a number`;
  if (value < 0) return `${name} is ${value}: a count cannot be negative`;
  if (!Number.isInteger(value)) return `${name} is ${value}: not a whole number; is it in thousands?`;
  return Number.isSafeInteger(value) ? undefined : `${name} is ${shown}: too large for a count`;
}

/** True if a field has no value: absent, null, or the empty text that CSV and psql write for it. */
export function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === "string" && ["", "\\N", "null"].includes(value.trim()))
  );
}

/** A field that holds an object, also as the JSON text that CSV holds it in; undefined if it holds none. */
export function objectOf(value: unknown): Fields | undefined {
  if (typeof value === "string" && value.trimStart().startsWith("{")) {
    try {
      return objectOf(JSON.parse(value));
    } catch {
      return undefined;
    }
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The first of the named fields that holds text or a number, as text; null if none does. */
export function textOf(fields: Fields, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name];
    if ((typeof value === "string" || typeof value === "number") && !isEmpty(value)) return String(value);
  }
  return null;
}

/** True for what exports write for true. */
export function isTrue(value: unknown): boolean {
  return value === true || (typeof value === "string" && /^(?:true|t|1)$/i.test(value.trim()));
}
