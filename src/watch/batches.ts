import type { WatchFile } from "../domain/watch-file.ts";

const DAY_MS = 86_400_000;

/** Days from a Monday to 1970-01-01, a Thursday. */
const FROM_MONDAY = 3;

/** Number of the batch of a time: days since 1970, or weeks from Monday. */
export function batchOf(timeMs: number, batch: WatchFile["batch"]): number {
  const day = Math.floor(timeMs / DAY_MS);
  return batch === "day" ? day : Math.floor((day + FROM_MONDAY) / 7);
}

/** Start of a batch, milliseconds since 1970. */
export function batchStart(index: number, batch: WatchFile["batch"]): number {
  return (batch === "day" ? index : index * 7 - FROM_MONDAY) * DAY_MS;
}

/** First day of a batch, YYYY-MM-DD. */
export function batchDay(index: number, batch: WatchFile["batch"]): string {
  return dayOf(batchStart(index, batch));
}

/** Day of a time, UTC. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** Weekday of a time, UTC: 0 is Monday. */
export function weekdayOf(timeMs: number): number {
  return (((Math.floor(timeMs / DAY_MS) + FROM_MONDAY) % 7) + 7) % 7;
}

/** Lengths of the sliding windows, in batches. */
export function windowsOf(batch: WatchFile["batch"]): readonly number[] {
  return batch === "week" ? [1, 2, 4, 8] : [1, 3, 7, 14, 28];
}

/** Number of looks in a year. */
export function looksOf(batch: WatchFile["batch"]): number {
  return batch === "week" ? 52 : 365;
}
