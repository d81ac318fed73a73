import { setImmediate } from "node:timers/promises";

/** Work that keeps the process busy for longer than this hears no signal and answers no request meanwhile. */
const LONGEST_MS = 100;

/**
 * Lets long work pause: await what it returns where it returns something, at every step. Timers, signals and requests
 * are heard then. What is computed does not depend on it.
 */
export function breather(): () => Promise<void> | undefined {
  let last = performance.now();
  const rest = async (): Promise<void> => {
    await setImmediate();
    last = performance.now();
  };
  return () => (performance.now() - last < LONGEST_MS ? undefined : rest());
}
