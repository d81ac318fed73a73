import type { Clock } from "../../base/clock.ts";

/** A clock that does not jump when the system time is changed. */
export type SteadyClock = {
  now: Clock;
  /** Synchronises with the system time again. */
  reset: () => void;
};

/**
 * Reads the system time once and then counts with the monotonic clock. For deadlines and costs: a clock that is set an
 * hour ahead must not end a running job.
 *
 * @param monotonicMs  monotonic milliseconds; default: those of this process
 */
export function steadyClock(now: Clock, monotonicMs: () => number = () => performance.now()): SteadyClock {
  let startMs = now().getTime() - monotonicMs();
  return {
    now: () => new Date(Math.round(startMs + monotonicMs())),
    reset: () => {
      startMs = now().getTime() - monotonicMs();
    },
  };
}
