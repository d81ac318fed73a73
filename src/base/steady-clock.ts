import type { Clock } from "./clock.ts";

/** A clock that does not jump where that of the machine is set. */
export type SteadyClock = {
  now: Clock;
  /** Takes the time of the machine again. */
  reset: () => void;
};

/**
 * Reads the machine's time once and counts on from there by the monotonic clock. For deadlines and costs: a clock that is
 * set an hour ahead must not end what runs.
 *
 * @param monotonicMs  milliseconds that only grow; default: those of this process
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
