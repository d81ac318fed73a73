import { setImmediate } from "node:timers/promises";

/** Time after which work that keeps the process busy would block signals and requests, ms. */
const LONGEST_MS = 100;

/**
 * Lets long work yield to the event loop: at every step, await the returned promise if there is one. Timers, signals
 * and requests are then handled. Results are not affected.
 */
export function breather(): () => Promise<void> | undefined {
  let last = performance.now();
  const rest = async (): Promise<void> => {
    await setImmediate();
    last = performance.now();
  };
  return () => (performance.now() - last < LONGEST_MS ? undefined : rest());
}
