import { Failure } from "../../base/failure.ts";
import type { DatasetProfile, Delimiter, RowFields, TokenCount } from "../../domain/dataset-profile.ts";
import { READ_LIMITS, type ReadLimits } from "../../tables/limits.ts";
import { openRows, type RowSource } from "../../tables/read-rows.ts";
import type { BadRow } from "../../tables/row-block.ts";
import { lengthHistogram, lengthQuantiles } from "./length-histogram.ts";
import { profileSum, type ProfileSum, type ProfileTotals } from "./profile-sum.ts";
import type { RowSample } from "../rows/row-sample.ts";
import { type BlockScan, scanBlock, type ScanOptions } from "../rows/scan-block.ts";
import { scanPool, type ScanPool, usefulWorkers } from "./scan-pool.ts";
import { estimateTokens } from "../tokens/token-estimate.ts";
import { loadTokenCounter, type TokenCounter } from "../tokens/token-counter.ts";

/** Options of a dataset scan. */
export type ProfileOptions = {
  /** Count the tokens of every row instead of a sample. */
  exact?: boolean | undefined;
  /** Seed of the sample. */
  seed?: number | undefined;
  /** Number of rows whose tokens are counted. */
  sampleRows?: number | undefined;
  /** Path of a tokenizer.json, or `o200k_base` (the default), `cl100k_base`, `characters`. */
  tokenizer?: string | undefined;
  /** Fields with the trained text; formats are then not detected. */
  fields?: RowFields | undefined;
  /** Delimiter of a CSV file; default: detected. */
  delimiter?: Delimiter | undefined;
  /** Threads that count the tokens of every row; default: as many as are useful. The result does not depend on it. */
  workers?: number | undefined;
  /** Called with the share of the file read, 0 to 1. */
  onProgress?: ((fraction: number) => void) | undefined;
  limits?: Partial<ReadLimits> | undefined;
};

/** Default number of rows whose tokens are counted: the total is then within about a per cent on ordinary data. */
const SAMPLE_ROWS = 2_000;

/**
 * Scans a dataset file completely, streaming: formats, exact duplicates, untrainable rows with their lines,
 * tokens and lengths. Memory is bounded: about 30 bytes per row in addition to the current blocks.
 *
 * @throws Failure if the file is missing, empty, of another kind, or none of its rows can be read
 */
export async function profileDataset(path: string, options: ProfileOptions = {}): Promise<DatasetProfile> {
  const limits = { ...READ_LIMITS, ...options.limits };
  const scan: ScanOptions = {
    seed: options.seed ?? 1,
    sampleRows: options.sampleRows ?? SAMPLE_ROWS,
    exact: options.exact ?? false,
    fields: options.fields,
    lineBytes: limits.lineBytes,
    columns: limits.columns,
  };
  const source = await openRows(path, { ...limits, delimiter: options.delimiter });
  const counter = await loadTokenCounter(options.tokenizer);
  const { onProgress } = options;
  const workers = scan.exact ? (options.workers ?? usefulWorkers(source.bytes, options.tokenizer)) : 0;
  const sum =
    workers === 0
      ? await scanRows(source, scan, { counter, onProgress })
      : await scanRowsInThreads(source, scan, { pool: scanPool(workers, scan, options.tokenizer), onProgress });
  const totals = sum.totals();
  refuseUnreadable(path, totals);
  const counted = countTokens(totals, sum.sample, { exact: scan.exact, counter });
  return {
    path,
    sha256: await source.sha256(),
    bytes: source.bytes,
    container: source.container,
    delimiter: source.delimiter,
    format: totals.formats[0]?.format ?? "unknown",
    formats: Object.fromEntries(totals.formats.map(({ format, rows }) => [format, rows])),
    rows: totals.rows,
    validRows: totals.characters.length,
    duplicateRows: totals.duplicateRows,
    trainableRows: totals.characters.length - totals.duplicateRows,
    classes: totals.classes,
    findings: totals.findings,
    tokens: counted.tokens,
    rowTokens: lengthQuantiles(counted.rowTokens),
    histogram: lengthHistogram(counted.rowTokens),
  };
}

/** Scans the rows in this thread. */
async function scanRows(
  source: RowSource,
  options: ScanOptions,
  { counter, onProgress }: { counter: TokenCounter; onProgress: ProfileOptions["onProgress"] },
): Promise<ProfileSum> {
  const sum = profileSum(options);
  for await (const item of source.items) {
    if (item.kind === "bad-row") sum.addBadRow(item);
    else sum.add(scanBlock(item, options, { below: sum.sample.below(), countTokens: counter.count }));
    onProgress?.(source.fraction());
  }
  return sum;
}

/** Scans blocks of rows in threads, and sums them in file order: the result does not depend on the threads. */
async function scanRowsInThreads(
  source: RowSource,
  options: ScanOptions,
  { pool, onProgress }: { pool: ScanPool; onProgress: ProfileOptions["onProgress"] },
): Promise<ProfileSum> {
  const sum = profileSum(options);
  const underWay: (BadRow | Promise<BlockScan>)[] = [];
  const addFirst = async (): Promise<void> => {
    const first = await underWay.shift()!;
    if ("kind" in first) sum.addBadRow(first);
    else sum.add(first);
  };
  try {
    for await (const item of source.items) {
      const scan = item.kind === "bad-row" ? item : pool.ask(item);
      if (scan instanceof Promise) scan.catch(() => undefined); // it is awaited in its turn, or reading has failed
      underWay.push(scan);
      if (underWay.length > 2 * pool.threads) await addFirst();
      onProgress?.(source.fraction());
    }
    while (underWay.length > 0) await addFirst();
  } finally {
    await pool.close();
  }
  return sum;
}

/** Throws if no row of a file can be read: the file as a whole is then invalid. */
function refuseUnreadable(path: string, { rows, characters, findings }: ProfileTotals): void {
  if (rows === 0) throw new Failure("bad_input", `${path} has no rows`, { hint: "expected at least one row of data" });
  const unread = findings.filter(({ kind }) => kind === "broken" || kind === "encoding" || kind === "too-long");
  const count = unread.reduce((all, finding) => all + finding.count, 0);
  if (characters.length > 0 || count < rows) return;
  const first = unread.flatMap(({ examples }) => examples).toSorted((a, b) => a.line - b.line)[0]!;
  throw new Failure("bad_input", `${path}: it has no readable row; line ${first.line}: ${first.detail}`, {
    hint: "expected one JSON object per line (.jsonl), an array of objects (.json), CSV with a header, or Parquet",
  });
}

/** Tokens of the file and of each row: counted, or from the sample by the characters of the rows. */
function countTokens(
  { characters, tokens }: ProfileTotals,
  sample: RowSample,
  { exact, counter }: { exact: boolean; counter: TokenCounter },
): { tokens: TokenCount | null; rowTokens: Float64Array } {
  if (characters.length === 0) return { tokens: null, rowTokens: new Float64Array() };
  const sampled = sample.rows().map(({ pieces, templateTokens, characters: size }) => ({
    characters: size,
    tokens: pieces.reduce((all, piece) => all + counter.count(piece), templateTokens),
  }));
  const isWhole = sampled.length === characters.length;
  const all = characters.reduce((total, character) => total + character, 0);
  const estimate = exact
    ? exactTotal(tokens, all)
    : estimateTokens(sampled, { rows: characters.length, characters: all });
  const [low, high] = counter.errorFactors;
  const byCharacters = (value: number): number => value * estimate.tokensPerCharacter;
  return {
    rowTokens: exact
      ? Float64Array.from(tokens)
      : isWhole
        ? Float64Array.from(sampled, (row) => row.tokens)
        : Float64Array.from(characters, byCharacters),
    tokens: {
      method: counter.method,
      tokenizer: counter.name,
      exact: exact || isWhole,
      sampledRows: exact ? characters.length : sampled.length,
      total: Math.round(estimate.total),
      totalLow: Math.round(estimate.low * low),
      totalHigh: Math.round(estimate.high * high),
      errorNote: counter.errorNote,
    },
  };
}

function exactTotal(tokens: Uint32Array, characters: number): ReturnType<typeof estimateTokens> {
  const total = tokens.reduce((sum, token) => sum + token, 0);
  return { tokensPerCharacter: total / characters, total, low: total, high: total };
}
