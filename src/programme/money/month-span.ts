import { periodEndMs } from "../../ledger/periods.ts";

/** A stretch of time, ms since 1970; the end is not part of it. */
export type Span = { fromMs: number; toMs: number };

/** A month, UTC. @param month  such as 2026-11 */
export function monthSpan(month: string): Span {
  return { fromMs: Date.parse(`${month}-01T00:00:00Z`), toMs: periodEndMs(month) };
}

/** The parts of intervals that are within a span. */
export function clippedTo(intervals: readonly Span[], { fromMs, toMs }: Span): Span[] {
  return intervals
    .filter((interval) => interval.toMs > fromMs && interval.fromMs < toMs)
    .map((interval) => ({ fromMs: Math.max(interval.fromMs, fromMs), toMs: Math.min(interval.toMs, toMs) }));
}
