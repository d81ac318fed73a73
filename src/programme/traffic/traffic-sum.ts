import type { ModelTraffic } from "../../domain/traffic.ts";
import { type LengthSum, lengthSum } from "./length-sum.ts";
import type { EmptyBucket, UsageRow } from "./usage-row.ts";

/** Milliseconds of an hour and of a day. */
export const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];

/** Location of a row. */
export type RowPlace = { path: string; line: number | null };

/** Number of largest rows that are kept. */
const KEPT_LARGEST = 5;

/** Sums over all usage rows, before they are scaled to a month. */
export type TrafficSum = {
  rows: number;
  requests: number;
  /** False if an aggregate does not count its requests. */
  areRequestsKnown: boolean;
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  cacheWriteTokens: number;
  batchTokens: number;
  /** False if no row states cached tokens. */
  isCacheKnown: boolean;
  usd: number;
  /** Tokens of the rows that state their cost. */
  pricedTokens: number;
  naiveRows: number;
  untimedRows: number;
  /** Start of the first and end of the last row or bucket; a single request extends to the end of its day. */
  fromMs: number;
  toMs: number;
  /** Longest bucket; 0 if every row is a request. */
  longestSpanMs: number;
  /** Load by hour, or by day for longer buckets, without batches. */
  byHour: Map<number, number>;
  byDay: Map<number, number>;
  /** Hours covered by a bucket. */
  coveredHours: Set<number>;
  inputLengths: LengthSum;
  outputLengths: LengthSum;
  rowTokens: LengthSum;
  largest: { place: RowPlace; tokens: number }[];
  byModel: Map<string, ModelTraffic>;
};

/** Creates empty sums. */
export function emptyTrafficSum(): TrafficSum {
  return {
    rows: 0,
    requests: 0,
    areRequestsKnown: true,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    batchTokens: 0,
    isCacheKnown: false,
    usd: 0,
    pricedTokens: 0,
    naiveRows: 0,
    untimedRows: 0,
    fromMs: Number.POSITIVE_INFINITY,
    toMs: Number.NEGATIVE_INFINITY,
    longestSpanMs: 0,
    byHour: new Map(),
    byDay: new Map(),
    coveredHours: new Set(),
    inputLengths: lengthSum(),
    outputLengths: lengthSum(),
    rowTokens: lengthSum(),
    largest: [],
    byModel: new Map(),
  };
}

/** Adds one row. */
export function addUsage(sum: TrafficSum, row: UsageRow, place: RowPlace): void {
  const tokens = row.inputTokens + row.outputTokens;
  sum.rows += 1;
  sum.requests += row.requests ?? 0;
  sum.areRequestsKnown &&= row.requests !== null;
  sum.inputTokens += row.inputTokens;
  sum.outputTokens += row.outputTokens;
  sum.cachedTokens += row.cachedTokens ?? 0;
  sum.cacheWriteTokens += row.cacheWriteTokens ?? 0;
  sum.isCacheKnown ||= row.cachedTokens !== null;
  if (row.isBatch) sum.batchTokens += tokens;
  if (row.usd !== null) {
    sum.usd += row.usd;
    sum.pricedTokens += tokens;
  }
  if (row.isNaive) sum.naiveRows += 1;
  if (row.spanMs === 0) {
    sum.inputLengths.add(row.inputTokens);
    sum.outputLengths.add(row.outputTokens);
  }
  sum.rowTokens.add(tokens);
  keepLargest(sum, tokens, place);
  addTime(sum, row);
  addModel(sum, row);
}

/** Extends the covered time by an empty bucket. */
export function addEmptyBucket(sum: TrafficSum, { startMs, spanMs }: Omit<EmptyBucket, "kind">): void {
  sum.fromMs = Math.min(sum.fromMs, startMs);
  sum.toMs = Math.max(sum.toMs, startMs + spanMs);
  sum.longestSpanMs = Math.max(sum.longestSpanMs, spanMs);
  for (let index = startMs; index < startMs + spanMs; index += HOUR_MS)
    sum.coveredHours.add(Math.floor(index / HOUR_MS));
}

/**
 * Server load of a row, in output tokens: an output token takes as much time as about four input tokens.
 *
 * @source GKE Inference Quickstart, output-equivalent tokens at 4:1 (reference on serving, section 4)
 */
function loadOf({ inputTokens, outputTokens }: UsageRow): number {
  return outputTokens + inputTokens / 4;
}

function addTime(sum: TrafficSum, row: UsageRow): void {
  if (row.startMs === null) {
    sum.untimedRows += 1;
    return;
  }
  if (row.spanMs > 0) addEmptyBucket(sum, { startMs: row.startMs, spanMs: row.spanMs });
  else {
    const day = Math.floor(row.startMs / DAY_MS) * DAY_MS;
    sum.fromMs = Math.min(sum.fromMs, day);
    sum.toMs = Math.max(sum.toMs, day + DAY_MS);
  }
  const load = row.isBatch ? 0 : loadOf(row);
  const [hour, day] = [Math.floor(row.startMs / HOUR_MS), Math.floor(row.startMs / DAY_MS)];
  sum.byHour.set(hour, (sum.byHour.get(hour) ?? 0) + load);
  sum.byDay.set(day, (sum.byDay.get(day) ?? 0) + load);
}

function addModel(sum: TrafficSum, { model, inputTokens, outputTokens, requests }: UsageRow): void {
  const name = model ?? "not named";
  const known = sum.byModel.get(name) ?? { model: name, inputTokens: 0, outputTokens: 0, requests: 0 };
  sum.byModel.set(name, {
    model: name,
    inputTokens: known.inputTokens + inputTokens,
    outputTokens: known.outputTokens + outputTokens,
    requests: known.requests === null || requests === null ? null : known.requests + requests,
  });
}

function keepLargest(sum: TrafficSum, tokens: number, place: RowPlace): void {
  const { largest } = sum;
  if (largest.length === KEPT_LARGEST && tokens <= largest.at(-1)!.tokens) return;
  largest.push({ place, tokens });
  largest.sort((a, b) => b.tokens - a.tokens);
  if (largest.length > KEPT_LARGEST) largest.pop();
}
