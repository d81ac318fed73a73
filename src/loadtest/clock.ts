/**
 * The clock of a load test. `monotonicMs` never goes back when the system time changes; `date` is only for the record.
 */
export type LoadClock = {
  monotonicMs: () => number;
  date: () => Date;
};

/** The clock of this process. */
export const PROCESS_CLOCK: LoadClock = { monotonicMs: () => performance.now(), date: () => new Date() };

/**
 * Time before a due time at which a timer is no longer accurate enough: Node's timers fire up to about a millisecond
 * late.
 */
const FINE_MS = 1.5;

/**
 * Waits until a time of the clock: with a timer for most of the time, then with turns of the event loop, which continue
 * to read answers. A time in the past also takes one turn, so that a client that is late still reads answers. Returns
 * early if the signal is aborted.
 *
 * @accuracy within 0.1 ms on an idle machine; a busy event loop adds its longest turn
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
