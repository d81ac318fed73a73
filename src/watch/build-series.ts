import { RequestSignal, WatchSignal, type WatchFile, type WatchSlice } from "../domain/watch-file.ts";
import type { WatchedRequest, WatchedUsage } from "../domain/watch-import.ts";
import {
  batchMean,
  mixFactor,
  type Observation,
  type SeriesBatch,
  stratumMeans,
  stratumShares,
  type WatchedSeries,
} from "../statistics/index.ts";
import { batchOf, batchStart, weekdayOf } from "./batches.ts";
import { type BatchOfDays, dailySeries, meanCostOf, trafficDays, volumeOf } from "./daily-series.ts";
import { correctedSeries, FEWEST_BATCH_LABELS, FEWEST_LABELS } from "./corrected-series.ts";
import { distanceSeries, type RequestBatch } from "./distance-series.ts";
import { evenSample } from "./even-sample.ts";
import { mainLanguage, type SignalContext, SIGNALS } from "./signals.ts";

/** A signal, in all requests or in a slice of them, as a series of batches. */
export type SignalSeries = {
  signal: WatchSignal;
  slice: { by: WatchSlice; value: string } | null;
  /** Mean of the reference; batches are given as differences from it. */
  level: number;
  rows: number;
  series: WatchedSeries;
  /** Correction by human labels, if any: those of the reference, and the weight of the cheap verdicts. */
  corrected?: { labels: number; weight: number };
};

/** A signal or a batch that is not monitored, with the reason. */
export type NotWatched = { what: string; reason: string };

/** Input of the series. */
export type SeriesInput = {
  requests: readonly WatchedRequest[];
  file: WatchFile;
  nowMs: number;
  hasFormat: SignalContext["hasFormat"];
  judged?: SignalContext["judged"];
  /** Sums of usage; default: none. */
  usage?: readonly WatchedUsage[];
};

/** Minimum number of rows in a batch. */
export const FEWEST_BATCH_ROWS = 20;

/** Smallest share of the reference for a slice to be monitored separately. */
const SMALLEST_SLICE = 0.05;

/**
 * Series of every signal over completed batches, and of every slice that is large enough. A batch with fewer than 20
 * rows of a signal is omitted from its series.
 */
export function buildSeries({ requests, file, nowMs, hasFormat, judged, usage = [] }: SeriesInput): {
  series: SignalSeries[];
  notWatched: NotWatched[];
  reference: RequestBatch[];
  watched: RequestBatch[];
} {
  const { groups, sumsOf } = groupByBatch({ requests, usage, file, nowMs });
  const batches = [...groups]
    .map(([index, group]) => ({ index, requests: group }))
    .toSorted((a, b) => a.index - b.index);
  const last = batchOf(Date.parse(file.reference.to), file.batch);
  const reference = batches.filter(({ index }) => index <= last);
  const watched = batches.filter(({ index }) => index > last);
  const context = {
    mainLanguage: mainLanguage(reference.flatMap((entry) => evenSample(entry.requests))),
    hasFormat,
    judged,
  };
  const daysOf = (entry: RequestBatch): BatchOfDays => ({
    index: entry.index,
    days: trafficDays(entry.requests, sumsOf(entry.index)),
  });
  const days = { reference: reference.map(daysOf), watched: watched.map(daysOf) };
  const built: Building = { file, context, days, series: [], notWatched: [] };
  for (const slice of [null, ...slicesOf(reference, file)]) {
    const inSlice = (requestBatch: RequestBatch): RequestBatch => ({
      index: requestBatch.index,
      requests: evenSample(
        slice === null
          ? requestBatch.requests
          : requestBatch.requests.filter((request) => request[slice.by] === slice.value),
      ),
    });
    addSeries(built, slice, { reference: reference.map(inSlice), watched: watched.map(inSlice) });
  }
  return { series: built.series, notWatched: built.notWatched, reference, watched };
}

type Building = {
  file: WatchFile;
  context: SignalContext;
  days: Sides<BatchOfDays>;
  series: SignalSeries[];
  notWatched: NotWatched[];
};

/** Requests of each batch that is over, from the first of the reference on; a batch may have sums of usage alone. */
function groupByBatch({
  requests,
  usage,
  file,
  nowMs,
}: Required<Pick<SeriesInput, "requests" | "usage" | "file" | "nowMs">>): {
  groups: Map<number, WatchedRequest[]>;
  sumsOf: (index: number) => readonly WatchedUsage[];
} {
  const { batch, model } = file;
  const first = batchOf(Date.parse(file.reference.from), batch);
  const isOver = (index: number): boolean => index >= first && batchStart(index + 1, batch) <= nowMs;
  const groups = new Map<number, WatchedRequest[]>();
  for (const request of requests) {
    if (model !== undefined && request.model !== model) continue;
    const index = batchOf(request.timeMs, batch);
    if (!isOver(index)) continue;
    const known = groups.get(index);
    if (known === undefined) groups.set(index, [request]);
    else known.push(request);
  }
  const sums = new Map<number, WatchedUsage[]>();
  for (const sum of usage) {
    if (model !== undefined && sum.model !== model && sum.requests > 0) continue;
    const index = batchOf(sum.startMs, batch);
    if (!isOver(index)) continue;
    const others = sums.get(index);
    if (others === undefined) sums.set(index, [sum]);
    else others.push(sum);
    if (!groups.has(index)) groups.set(index, []);
  }
  return { groups, sumsOf: (index) => sums.get(index) ?? [] };
}

type Sides<T> = { reference: readonly T[]; watched: readonly T[] };

function addSeries(
  { file, context, days, series, notWatched }: Building,
  slice: SignalSeries["slice"],
  sides: Sides<RequestBatch>,
): void {
  const asked = file.signals ?? RequestSignal.options;
  for (const signal of WatchSignal.options.filter((option) => asked.includes(option))) {
    if (slice?.by === "language" && signal === "language") continue;
    const corrected = correctedBy(signal, slice, { sides, context });
    if (corrected !== undefined) {
      if (typeof corrected === "string") notWatched.push({ what: nameOf(signal, slice), reason: corrected });
      else series.push(corrected);
      continue;
    }
    if (signal === "volume" && slice !== null) continue;
    const built =
      signal === "input"
        ? distances(sides, { slice, sample: file.sample })
        : (seriesOf(observations(sides, signal, context), { signal, slice }) ??
          (slice === null ? daily(signal, days, file) : undefined));
    if (built !== undefined) series.push(built);
    else if (file.signals !== undefined || !OPTIONAL.has(signal)) {
      notWatched.push({
        what: nameOf(signal, slice),
        reason:
          signal === "format" && file.format === undefined
            ? "no format is given"
            : "no batch of the reference has enough rows of it",
      });
    }
  }
}

/** The series of a signal of which each day is a row: the volume, and the cost if only sums of usage state it. */
function daily(signal: WatchSignal, days: Sides<BatchOfDays>, { batch }: WatchFile): SignalSeries | undefined {
  if (signal !== "volume" && signal !== "cost") return undefined;
  const found = dailySeries(days, signal === "volume" ? volumeOf : meanCostOf, batch === "week" ? 7 : 1);
  return found === undefined ? undefined : { signal, slice: null, ...found };
}

/** Signals that most traffic lacks; they are reported as not monitored only on request. */
const OPTIONAL: ReadonlySet<WatchSignal> = new Set(["format", "similarity", "ungrounded"]);

function nameOf(signal: WatchSignal, slice: SignalSeries["slice"]): string {
  const { label } = SIGNALS[signal];
  return slice === null ? label : `${label}, ${slice.by} ${slice.value}`;
}

/**
 * The series of a signal that is corrected by human labels, or the reason why it has none; undefined if nothing
 * corrects it.
 */
function correctedBy(
  signal: WatchSignal,
  slice: SignalSeries["slice"],
  { sides, context }: { sides: Sides<RequestBatch>; context: SignalContext },
): SignalSeries | string | undefined {
  if (signal !== "refusal" && signal !== "ungrounded") return undefined;
  const { judged } = context;
  const labels = judged?.labels[signal];
  if (labels === undefined) {
    const isJudged = signal === "ungrounded" && (judged?.verdicts.size ?? 0) > 0;
    return isJudged ? "the judge's verdicts cannot be corrected: labels.ungrounded names no file of labels" : undefined;
  }
  const found = correctedSeries(sides, {
    labels,
    proxyOf: (request) =>
      signal === "refusal" ? SIGNALS.refusal.of(request, context) : (judged!.verdicts.get(request.id) ?? null),
  });
  if (found === undefined) return `no batch of the reference has ${FEWEST_BATCH_LABELS} labels of people`;
  const { reference, watched, level, rowVariance, ...corrected } = found;
  return {
    signal,
    slice,
    level,
    rows: corrected.labels,
    corrected,
    series: { reference, watched, rowVariance, ownSpread: true, fewestRows: FEWEST_LABELS },
  };
}

type Observed = Sides<{ index: number; rows: readonly Observation[] }>;

function observations(
  { reference, watched }: Sides<RequestBatch>,
  signal: WatchSignal,
  context: SignalContext,
): Observed {
  const batchOf = ({ index, requests }: RequestBatch): { index: number; rows: Observation[] } => {
    const rows: Observation[] = [];
    for (const request of requests) {
      const value = SIGNALS[signal].of(request, context);
      if (value !== null) rows.push({ value, cluster: request.user ?? request.id, stratum: weekdayOf(request.timeMs) });
    }
    return { index, rows };
  };
  return { reference: reference.map(batchOf), watched: watched.map(batchOf) };
}

function distances(
  { reference, watched }: Sides<RequestBatch>,
  { slice, sample }: { slice: SignalSeries["slice"]; sample: number },
): SignalSeries | undefined {
  const series = distanceSeries(reference, watched, { sample, fewest: FEWEST_BATCH_ROWS });
  if (series === undefined) return undefined;
  const rows = series.reference.reduce((sum, batch) => sum + batch.rows, 0);
  return { signal: "input", slice, level: 0, rows, series: { ...series, ownSpread: true } };
}

function seriesOf(
  observed: Observed,
  { signal, slice }: { signal: WatchSignal; slice: SignalSeries["slice"] },
): SignalSeries | undefined {
  const reference = observed.reference.filter(({ rows }) => rows.length >= FEWEST_BATCH_ROWS);
  const watched = observed.watched.filter(({ rows }) => rows.length >= FEWEST_BATCH_ROWS);
  const all = reference.flatMap(({ rows }) => rows);
  if (all.length === 0) return undefined;
  const expected = stratumMeans(all);
  const meanOf = ({ index, rows }: { index: number; rows: readonly Observation[] }): SeriesBatch =>
    batchMean(index, rows, expected);
  const shares = stratumShares(all);
  const level = all.reduce((sum, { value }) => sum + value, 0) / all.length;
  const isShare = SIGNALS[signal].kind === "share";
  const smoothed = (level * all.length + 0.5) / (all.length + 1);
  const mixes = new Map<string, number>();
  return {
    signal,
    slice,
    level,
    rows: all.length,
    series: {
      reference: reference.map(meanOf),
      watched: watched.map(meanOf),
      rowVariance: isShare ? smoothed * (1 - smoothed) : 0,
      ownSpread: !isShare,
      mixFactorOf: (t, window) => {
        const key = `${t} ${window}`;
        let factor = mixes.get(key);
        if (factor === undefined) {
          factor = mixFactor(stratumShares(watched.slice(t + 1 - window, t + 1).flatMap(({ rows }) => rows)), shares);
          mixes.set(key, factor);
        }
        return factor;
      },
    },
  };
}

function slicesOf(reference: readonly RequestBatch[], file: WatchFile): { by: WatchSlice; value: string }[] {
  const rows = reference.flatMap((requestBatch) => requestBatch.requests);
  return file.slices.flatMap((by) => {
    const counts = new Map<string, number>();
    for (const request of rows) {
      const value = request[by];
      if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [...counts]
      .filter(([, count]) => count >= SMALLEST_SLICE * rows.length && count < rows.length)
      .map(([value]) => ({ by, value }))
      .toSorted((a, b) => (a.value < b.value ? -1 : 1));
  });
}
