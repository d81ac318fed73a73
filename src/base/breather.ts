import { setImmediate } from "node:timers/promises";

/** Work that keeps the process busy longer than this blocks signals and requests. */
const LONGEST_MS = 100;

/**
 * Lets long work yield to the event loop: at every step, await the returned promise if there is one. Timers, signals
 * and requests are then handled. Results do not depend on it.
 */
export function breather(): () => Promise<void> | undefined {
  let last = performance.now();
  const rest = async (): Promise<void> => {
    await setImmediate();
    last = performance.now();
  };
  return () => (performance.now() - last < LONGEST_MS ? undefined : rest());
}
