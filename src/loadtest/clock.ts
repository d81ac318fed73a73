/** The clock of a load test. `monotonicMs` never goes back when the date is changed; `date` is only for the record. */
export type LoadClock = {
  monotonicMs: () => number;
  date: () => Date;
};

/** The clock of this process. */
export const PROCESS_CLOCK: LoadClock = { monotonicMs: () => performance.now(), date: () => new Date() };

/** Time before a due moment at which a timer is no longer trusted: Node's fire up to about a millisecond late. */
const FINE_MS = 1.5;

/**
 * Waits until a moment of the clock: a timer for most of it, then turns of the event loop, which go on reading answers
 * while they wait. A moment that has passed takes one turn too, so that a client that is behind still reads answers. Ends
 * early if the signal aborts.
 *
 * @accuracy within 0.1 ms on an idle machine; a busy event loop adds what its longest turn takes
 */
export function waitUntil(dueMs: number, { monotonicMs }: LoadClock, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    signal?.addEventListener("abort", stop, { once: true });
    const turn = (): void => {
      const left = dueMs - monotonicMs();
      if (left <= 0 || signal?.aborted) stop();
      else if (left > FINE_MS) timer = setTimeout(turn, Math.min(left - FINE_MS, 1000));
      else setImmediate(turn);
    };
    if (dueMs <= monotonicMs()) setImmediate(stop);
    else turn();
  });
}
