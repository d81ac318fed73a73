import { isoDay } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { formatNumber, HOURS_PER_MONTH } from "../../base/units.ts";
import { counted } from "../../base/words.ts";
import { API_MTOK_USD } from "../../catalog/api-price-guards.ts";
import type { Source } from "../../domain/source.ts";
import type { GiantRow } from "../../domain/traffic-import.ts";
import type { TokenLengths, Traffic } from "../../domain/traffic.ts";
import { DAY_MS, HOUR_MS, type TrafficSum } from "./traffic-sum.ts";

/** Minimum number of days for estimating growth from the two halves of the time: two months. */
const GROWTH_DAYS = 56;

/** A row is reported as a giant if it has this share of all tokens and is this multiple of the median row. */
const GIANT = { share: 0.05, timesMedian: 20, leastRows: 10 } as const;

/**
 * An average month (730.5 hours) from summed rows, scaled by the time that they cover.
 *
 * @param source origin of the rows
 * @param days number of days that rows without a time cover
 * @throws Failure bad_input if no row has a time and `days` is not given
 */
export function monthOf(sum: TrafficSum, { source, days }: { source: Source; days: number | undefined }): Traffic {
  const window = windowOf(sum, { days, ref: source.ref });
  const scale = HOURS_PER_MONTH / window.hours;
  const all = sum.inputTokens + sum.outputTokens;
  const peak = peakOf(sum, window);
  const growth = growthOf(sum, window);
  const month = (value: number): number => Number((value * scale).toPrecision(9));
  return {
    inputTokensPerMonth: month(sum.inputTokens),
    outputTokensPerMonth: month(sum.outputTokens),
    ...(sum.areRequestsKnown ? { requestsPerMonth: month(sum.requests) } : {}),
    cachedInputShare: share(sum.cachedTokens, sum.inputTokens),
    cacheWriteShare: share(sum.cacheWriteTokens, sum.inputTokens),
    batchShare: share(sum.batchTokens, all),
    ...peak,
    growthPerMonth: growth ?? 0,
    ...lengthsOf(sum),
    byModel: [...sum.byModel.values()]
      .map(({ model, inputTokens, outputTokens, requests }) => ({
        model,
        inputTokens: month(inputTokens),
        outputTokens: month(outputTokens),
        requests: requests === null ? null : month(requests),
      }))
      .toSorted((a, b) => b.inputTokens + b.outputTokens - a.inputTokens - a.outputTokens),
    ...(window.fromMs === undefined
      ? {}
      : { from: isoDay(new Date(window.fromMs)), to: isoDay(new Date(window.toMs - 1)) }),
    source,
    notes: notesOf(sum, { window, scale, peak, growth }),
  };
}

/** Rows with a large share of all tokens. */
export function giantsOf(sum: TrafficSum): GiantRow[] {
  if (sum.rows < GIANT.leastRows) return [];
  const all = sum.inputTokens + sum.outputTokens;
  const median = sum.rowTokens.median();
  return sum.largest
    .filter(({ tokens }) => tokens >= all * GIANT.share && tokens >= median * GIANT.timesMedian)
    .map(({ place, tokens }) => ({ ...place, tokens, shareOfTokens: tokens / all, timesMedian: tokens / median }));
}

/** The covered time; without days if no row has a time. */
type Window = { hours: number } & ({ fromMs: number; toMs: number } | { fromMs?: undefined; toMs?: undefined });

function windowOf(sum: TrafficSum, { days, ref }: { days: number | undefined; ref: string }): Window {
  if (days !== undefined) {
    const isDated = Number.isFinite(sum.fromMs);
    return { hours: days * 24, ...(isDated ? { fromMs: sum.fromMs, toMs: sum.toMs } : {}) };
  }
  if (sum.untimedRows > 0) {
    throw new Failure("bad_input", `${ref}: ${counted(sum.untimedRows, "row")} of ${sum.rows} have no time`, {
      hint: "state the number of days that the files cover with --days; a request has its time in timestamp, created or created_at",
    });
  }
  return { fromMs: sum.fromMs, toMs: sum.toMs, hours: (sum.toMs - sum.fromMs) / HOUR_MS };
}

type Peak = Pick<Traffic, "peakOverMean" | "peakBucket">;

function peakOf({ byHour, byDay, longestSpanMs, untimedRows }: TrafficSum, { hours }: Window): Peak {
  if (byHour.size === 0 || untimedRows > 0) return { peakOverMean: 3 };
  const isHourly = longestSpanMs <= HOUR_MS;
  const loads = [...(isHourly ? byHour : byDay).values()];
  const mean = loads.reduce((total, load) => total + load, 0) / (isHourly ? hours : hours / 24);
  const peakOverMean = mean === 0 ? 1 : Math.max(1, loads.reduce((most, load) => Math.max(most, load), 0) / mean);
  return { peakOverMean: Number(peakOverMean.toPrecision(6)), peakBucket: isHourly ? "hour" : "day" };
}

/** Growth per month from the load of the second half relative to the first; undefined for less than two months. */
function growthOf({ byDay }: TrafficSum, window: Window): number | undefined {
  if (window.fromMs === undefined || window.hours < GROWTH_DAYS * 24) return undefined;
  const middle = (window.fromMs + window.toMs) / 2 / DAY_MS;
  const halves = [0, 0];
  for (const [day, load] of byDay) halves[day + 0.5 < middle ? 0 : 1]! += load;
  if (halves[0] === 0) return undefined;
  return Number(((halves[1]! / halves[0]!) ** (HOURS_PER_MONTH / (window.hours / 2)) - 1).toPrecision(4));
}

function lengthsOf(sum: TrafficSum): { inputLengths?: TokenLengths; outputLengths?: TokenLengths } {
  const areRequests = sum.longestSpanMs === 0;
  const meanOnly = (tokens: number): TokenLengths | undefined =>
    sum.areRequestsKnown && sum.requests > 0 && tokens > 0
      ? { mean: tokens / sum.requests, cv: null, histogram: [] }
      : undefined;
  const input = areRequests ? sum.inputLengths.lengths() : meanOnly(sum.inputTokens);
  const output = areRequests ? sum.outputLengths.lengths() : meanOnly(sum.outputTokens);
  return { ...(input && { inputLengths: input }), ...(output && { outputLengths: output }) };
}

type Made = { window: Window; scale: number; peak: Peak; growth: number | undefined };

function notesOf(sum: TrafficSum, { window, scale, peak, growth }: Made): string[] {
  const days = window.hours / 24;
  const uncovered = sum.coveredHours.size === 0 ? 0 : window.hours - sum.coveredHours.size;
  const usdPerMtok = sum.pricedTokens === 0 ? undefined : (sum.usd / sum.pricedTokens) * 1e6;
  const isOdd = usdPerMtok !== undefined && usdPerMtok > 0 && !isPrice(usdPerMtok);
  return [
    `${formatNumber(days, 4)} ${days === 1 ? "day was" : "days were"} read and multiplied by ${formatNumber(scale, 4)} to an average month of 730.5 hours`,
    days < 7 ? "less than a week was read: other weekdays may differ" : "",
    uncovered >= 1
      ? `${formatNumber(uncovered, 3)} hours of that time are not in the export: they count as no traffic`
      : "",
    sum.naiveRows > 0
      ? `${counted(sum.naiveRows, "time")} without a zone ${sum.naiveRows === 1 ? "was" : "were"} read as UTC`
      : "",
    peak.peakBucket === undefined
      ? "no times: the peak over the mean is assumed to be 3"
      : `the peak is the busiest ${peak.peakBucket} over the mean ${peak.peakBucket}, in output tokens with a quarter of the input, without batches`,
    peak.peakBucket === "day"
      ? "the export is by day: a peak within a day cannot be seen, so the real one is higher"
      : "",
    sum.isCacheKnown ? "" : "the export does not show prompt cache hits: none are assumed",
    growth === undefined ? `growth is not computed from less than ${GROWTH_DAYS} days: none is assumed` : "",
    sum.longestSpanMs > 0 ? "the export sums over requests: only the mean of their lengths is known" : "",
    isOdd
      ? `the spend in the export is ${formatNumber(usdPerMtok)} per million tokens, which is not an API price: it may not be in US dollars, or the tokens are in another unit`
      : "",
    sum.inputTokens === 0 ? "no input tokens in the export: is their column missing?" : "",
    sum.outputTokens === 0 ? "no output tokens in the export: is their column missing?" : "",
  ].filter((note) => note !== "");
}

function isPrice(usdPerMtok: number): boolean {
  return usdPerMtok >= API_MTOK_USD.low / 10 && usdPerMtok <= API_MTOK_USD.high;
}

/** A share with six digits; 0 for an empty total. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Number((part / whole).toPrecision(6));
}
