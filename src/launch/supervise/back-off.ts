/** Wait after the first attempt without progress, ms; it doubles with each further one. */
const FIRST_MS = 10_000;
const MOST_MS = 600_000;

/** An ended attempt: whether it progressed beyond its start. */
export type EndedAttempt = { endedMs: number; isFruitless: boolean };

/**
 * Earliest start of the next attempt, ms since 1970. An attempt with progress is followed immediately, so that a
 * preempted machine is not penalised. Attempts without progress are followed with increasing delays, because the cause
 * does not disappear by itself.
 */
export function nextStartMs(ended: readonly EndedAttempt[]): number {
  const lastGood = ended.findLastIndex(({ isFruitless }) => !isFruitless);
  const fruitless = ended.length - 1 - lastGood;
  const last = ended.at(-1);
  if (last === undefined || fruitless === 0) return 0;
  return last.endedMs + Math.min(MOST_MS, FIRST_MS * 2 ** (fruitless - 1));
}
