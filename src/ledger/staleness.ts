/**
 * Minimum silence before a run can be stale, ms: trainers log or are polled at intervals from a few seconds to minutes.
 */
const LEAST_STALE_MS = 15 * 60_000;

/** Number of usual gaps of silence after which a run is stale. */
const GAPS = 10;

/** An interval of activity, milliseconds since 1970. */
export type SeenInterval = { openedMs: number; lastMs: number; closedMs: number | null; touches: number };

/**
 * Duration of silence after which the run of an open interval is stale: ten times its usual gap, but at least fifteen
 * minutes. The usual gap is the mean time between its reports.
 */
function staleAfterMs({ openedMs, lastMs, touches }: SeenInterval): number {
  const usualMs = touches === 0 ? 0 : (lastMs - openedMs) / touches;
  return Math.max(LEAST_STALE_MS, GAPS * usualMs);
}

/** True if an interval has not ended but has been silent for too long to count as alive. */
export function isStale(interval: SeenInterval, nowMs: number): boolean {
  return interval.closedMs === null && nowMs - interval.lastMs > staleAfterMs(interval);
}
