/** Delay after the first attempt without progress, ms; it doubles with each further one. */
const FIRST_MS = 10_000;
const MOST_MS = 600_000;

/** An ended attempt, and whether it made progress. */
export type EndedAttempt = { endedMs: number; isFruitless: boolean };

/**
 * Earliest start of the next attempt, ms since 1970. After an attempt with progress the next one starts immediately, so
 * that a preemption is not penalised. After attempts without progress the delay grows, because their cause does not
 * disappear by itself.
 */
export function nextStartMs(ended: readonly EndedAttempt[]): number {
  const lastGood = ended.findLastIndex(({ isFruitless }) => !isFruitless);
  const fruitless = ended.length - 1 - lastGood;
  const last = ended.at(-1);
  if (last === undefined || fruitless === 0) return 0;
  return last.endedMs + Math.min(MOST_MS, FIRST_MS * 2 ** (fruitless - 1));
}
