import { Z95, monitorSeries, type Look, type MonitoredSeries, FEWEST_REFERENCE_BATCHES } from "../statistics/index.ts";
import { seededRandom } from "../base/random.ts";
import type { CheckedSignal, WatchCheck, WatchedBatch } from "../domain/watch-check.ts";
import type { WatchFile } from "../domain/watch-file.ts";
import { batchDay, looksOf, windowsOf } from "./batches.ts";
import type { SignalSeries } from "./build-series.ts";
import { shownChange, shownMean, SIGNALS } from "./signals.ts";

/** A signal with the results of the monitor. */
export type SeenSignal = { of: SignalSeries; monitored: MonitoredSeries; checked: CheckedSignal };

/** All results of the monitor. */
export type SeenSignals = Pick<WatchCheck, "threshold" | "correlation" | "series" | "looks" | "selfTest"> & {
  seen: SeenSignal[];
};

/**
 * Monitors all series together, except that series with a short reference are monitored separately, so that they take
 * nothing from the others.
 */
export function checkSignals(all: readonly SignalSeries[], file: WatchFile): SeenSignals {
  const options = { windows: windowsOf(file.batch), looks: looksOf(file.batch), level: file.falseAlarms };
  const isLong = ({ series: { reference, fewestRows = 0 } }: SignalSeries): boolean =>
    reference.length >= FEWEST_REFERENCE_BATCHES && reference.reduce((sum, { rows }) => sum + rows, 0) >= fewestRows;
  const [long, short] = [all.filter(isLong), all.filter((signalSeries) => !isLong(signalSeries))];
  const ofLong = monitorSeries(
    long.map(({ series }) => series),
    options,
  );
  const ofShort =
    short.length === 0
      ? []
      : monitorSeries(
          short.map(({ series }) => series),
          options,
        ).series;
  const seen = [
    ...long.map((signalSeries, k) => see(signalSeries, ofLong.series[k]!, { file, canAlarm: true })),
    ...short.map((signalSeries, k) => see(signalSeries, ofShort[k]!, { file, canAlarm: false })),
  ];
  const { threshold } = ofLong;
  return {
    threshold,
    correlation: ofLong.correlation,
    series: long.length,
    looks: options.looks,
    selfTest: selfTest(long, file),
    seen,
  };
}

function see(
  signalSeries: SignalSeries,
  monitored: MonitoredSeries,
  { file, canAlarm }: { file: WatchFile; canAlarm: boolean },
): SeenSignal {
  const { kind, unit, label } = SIGNALS[signalSeries.signal];
  const shown = (mean: number): number => shownMean(kind, signalSeries.level + mean, unit);
  const asBatch = (batch: SignalSeries["series"]["reference"][number], look: Look | undefined): WatchedBatch => {
    const half = Z95 * batch.standardError;
    const clamp = (value: number): number => (kind === "share" ? Math.min(1, Math.max(0, value)) : value);
    return {
      day: batchDay(batch.index, file.batch),
      rows: batch.rows,
      value: clamp(shown(batch.mean)),
      interval: { low: clamp(shown(batch.mean - half)), high: clamp(shown(batch.mean + half)) },
      isReference: look === undefined,
      statistic: look === undefined || !Number.isFinite(look.statistic) ? null : look.statistic,
      isAlarm: look?.isAlarm ?? false,
    };
  };
  const { reference, watched } = signalSeries.series;
  const last = watched.at(-1);
  return {
    of: signalSeries,
    monitored,
    checked: {
      signal: signalSeries.signal,
      slice: signalSeries.slice,
      label,
      unit,
      state: !canAlarm ? "too-short" : monitored.looks.at(-1)?.isAlarm === true ? "alarm" : "steady",
      reference: shown(0),
      referenceBatches: reference.length,
      last: last === undefined ? null : shown(last.mean),
      corrected: signalSeries.corrected ?? null,
      dispersion: monitored.dispersion,
      detectable: monitored.detectable === null ? null : shownChange(kind, monitored.detectable),
      batches: [
        ...reference.map((batch) => asBatch(batch, undefined)),
        ...watched.map((batch, t) => asBatch(batch, monitored.looks[t])),
      ],
    },
  };
}

/** Number of random splits of a reference into halves. */
const SPLITS = 200;

const SEED = 11;

/**
 * Splits the reference into random halves repeatedly, and monitors one against the other: the frequency of alarms shows
 * whether the level holds on this traffic. Null with fewer than 16 batches.
 */
function selfTest(all: readonly SignalSeries[], file: WatchFile): WatchCheck["selfTest"] {
  const batches = Math.min(...all.map(({ series }) => series.reference.length));
  if (all.length === 0 || batches < 2 * FEWEST_REFERENCE_BATCHES) return null;
  const random = seededRandom(SEED);
  const options = { windows: windowsOf(file.batch), looks: looksOf(file.batch), level: file.falseAlarms };
  let alarms = 0;
  for (let split = 0; split < SPLITS; split++) {
    const order = shuffled(batches, random);
    const series = all.map(({ series: watchedSeries }) => {
      const mixed = order.map((k, place) => ({ ...watchedSeries.reference[k]!, index: place }));
      return {
        ...watchedSeries,
        reference: mixed.slice(0, batches >> 1),
        watched: mixed.slice(batches >> 1),
        mixFactorOf: () => 1,
      };
    });
    if (monitorSeries(series, options).series.some(({ looks }) => looks.some(({ isAlarm }) => isAlarm))) alarms++;
  }
  return { splits: SPLITS, alarms };
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, k) => k);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
