/** A server of known speed: what `startStub` is told, without what goes wrong. */
export type Service = {
  slots: number;
  prefillMs: number;
  perTokenMs: number;
  /** Time at which all computing stands still, and for how long. */
  stall?: { atMs: number; ms: number };
};

/** A request as it arrives, and what it waits for. */
export type Arrival = { atMs: number; tokens: number };

/** Latencies of a request, in milliseconds from its arrival. */
export type Served = { ttftMs: number; tpotMs: number | null; e2eMs: number };

/**
 * Requests through the slots of a server, first come first served, by arithmetic alone: each takes the slot that is free
 * first (Kiefer and Wolfowitz's recursion of the G/G/c queue). Nothing of the client or of the stub is used.
 *
 * @param arrivals  in the order of their times
 * @returns in the same order
 */
export function simulateSlots(arrivals: readonly Arrival[], service: Service): Served[] {
  const { slots, prefillMs, perTokenMs, stall } = service;
  const freeAt = Array.from({ length: slots }, () => Number.NEGATIVE_INFINITY);
  // Work time stands still through a stall: what was left to do at its start is left to do at its end.
  const workOf = (ms: number): number =>
    stall === undefined || ms <= stall.atMs ? ms : Math.max(stall.atMs, ms - stall.ms);
  const wallOf = (ms: number): number => (stall === undefined || ms < stall.atMs ? ms : ms + stall.ms);
  return arrivals.map(({ atMs, tokens }) => {
    const slot = freeAt.indexOf(Math.min(...freeAt));
    const start = Math.max(workOf(atMs), freeAt[slot]!);
    const first = start + prefillMs;
    const last = first + (tokens - 1) * perTokenMs;
    freeAt[slot] = last;
    const [ttftMs, e2eMs] = [wallOf(first) - atMs, wallOf(last) - atMs];
    return { ttftMs, tpotMs: tokens > 1 ? (e2eMs - ttftMs) / (tokens - 1) : null, e2eMs };
  });
}
