/** One usage row of any exporter: a request, or all requests of a time bucket. */
export type UsageRow = {
  kind: "row";
  /** Id of the request, to count a repeated row once; null if the export has none. */
  id: string | null;
  /** Start, milliseconds since 1970 UTC; null if the row has no time. */
  startMs: number | null;
  /** Length of the aggregated bucket, milliseconds; 0 for one request. */
  spanMs: number;
  /** True if the time has no zone and was read as UTC. */
  isNaive: boolean;
  model: string | null;
  /** Requests; null if an aggregate does not count them. */
  requests: number | null;
  /** Input tokens, including cached and cache-write ones. */
  inputTokens: number;
  outputTokens: number;
  /** Input tokens read from a prompt cache; null if not stated. */
  cachedTokens: number | null;
  /** Input tokens written to a prompt cache; null if not stated. */
  cacheWriteTokens: number | null;
  isBatch: boolean;
  /** Cost in US dollars, if stated; used only to detect wrong units. */
  usd: number | null;
  /** Texts of the request, if the row has them. */
  texts: { input: string; output: string } | null;
};

/** A row that is not traffic (`skip`), or is implausible (`reject`). */
export type NoUsage = { kind: "skip" | "reject"; reason: string };

/** An empty time bucket, which shows that the export covers it. */
export type EmptyBucket = { kind: "empty"; startMs: number; spanMs: number };

/** Result of reading one row. */
export type ReadUsage = UsageRow | EmptyBucket | NoUsage;

/** Fields of a row: values of JSON, or the texts of a CSV. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads counts from a row and records errors. */
export type CountReader = {
  /** The first existing field of a list, as an integer of at least 0; null if there is none. */
  count: (fields: Fields | undefined, ...names: readonly string[]) => number | null;
  /** The first error, or undefined. */
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

/** An object field, also as JSON text in a CSV; undefined if it is not an object. */
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

/** The first field of a list with text or a number, as text; null if there is none. */
export function textOf(fields: Fields, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name];
    if ((typeof value === "string" || typeof value === "number") && !isEmpty(value)) return String(value);
  }
  return null;
}

/** True for the values that exports write for true. */
export function isTrue(value: unknown): boolean {
  return value === true || (typeof value === "string" && /^(?:true|t|1)$/i.test(value.trim()));
}
