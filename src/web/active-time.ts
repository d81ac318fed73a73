/**
 * Active time on one row, by a monotonic clock. A pause between two signs of activity (key, pointer, scroll) counts up
 * to `idleMs`; time while the page is hidden does not count.
 */
export class ActiveTime {
  readonly #idleMs: number;
  readonly #clock: () => number;
  #total = 0;
  #last: number | null;

  constructor(idleMs: number, clock: () => number) {
    this.#idleMs = idleMs;
    this.#clock = clock;
    this.#last = clock();
  }

  /** Records activity. */
  touch(): void {
    const now = this.#clock();
    if (this.#last !== null) this.#total += Math.min(this.#idleMs, Math.max(0, now - this.#last));
    this.#last = now;
  }

  /** The page is hidden: nothing counts until the next activity. */
  pause(): void {
    if (this.#last === null) return;
    this.touch();
    this.#last = null;
  }

  /** Time so far, in whole ms. */
  elapsedMs(): number {
    if (this.#last !== null) this.touch();
    return Math.round(this.#total);
  }
}
