import type { Clock } from "../../base/clock.ts";

/** Number of wrong tokens from one address in a window, after which it must wait. */
const MOST_FAILURES = 20;

/** Length of a window, ms. */
const WINDOW_MS = 60_000;

/**
 * Maximum number of addresses that are stored, which limits the memory that an attacker with many addresses can use.
 */
const MOST_ADDRESSES = 10_000;

/**
 * Counts wrong tokens by address. A valid token always works, so that nobody locks out others behind the same proxy.
 */
export class FailedAttempts {
  readonly #now: Clock;
  readonly #failures = new Map<string, { count: number; sinceMs: number }>();

  constructor(now: Clock) {
    this.#now = now;
  }

  /** Counts a wrong token. @returns seconds to wait if there were too many, otherwise 0 */
  add(address: string): number {
    const nowMs = this.#now().getTime();
    const known = this.#failures.get(address);
    const isOld = known === undefined || nowMs - known.sinceMs >= WINDOW_MS || nowMs < known.sinceMs;
    const entry = isOld ? { count: 0, sinceMs: nowMs } : known;
    entry.count++;
    if (isOld) {
      this.#failures.delete(address);
      if (this.#failures.size >= MOST_ADDRESSES) this.#failures.delete(this.#failures.keys().next().value!);
      this.#failures.set(address, entry);
    }
    return entry.count <= MOST_FAILURES ? 0 : Math.ceil((entry.sinceMs + WINDOW_MS - nowMs) / 1000);
  }
}
