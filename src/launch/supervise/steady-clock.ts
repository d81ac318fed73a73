import type { Clock } from "../../base/clock.ts";

/** A clock that does not jump when the system time changes. */
export type SteadyClock = {
  now: Clock;
  /** Synchronises with the system time again. */
  reset: () => void;
};

/**
 * Reads the system time once and then counts with the monotonic clock. Used for deadlines and costs: setting the system
 * clock ahead by an hour must not end a running job.
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
