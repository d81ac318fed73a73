/** Wait after the first attempt that brought nothing, ms; it doubles with each further one. */
const FIRST_MS = 10_000;
const MOST_MS = 600_000;

/** An attempt that ended: whether it came further than where it began. */
export type EndedAttempt = { endedMs: number; isFruitless: boolean };

/**
 * When the next attempt may start, ms since 1970. An attempt that made steps is followed at once: a preempted machine is
 * not punished. Attempts that made none are followed later and later, since what is wrong does not go away by itself.
 */
export function nextStartMs(ended: readonly EndedAttempt[]): number {
  const lastGood = ended.findLastIndex(({ isFruitless }) => !isFruitless);
  const fruitless = ended.length - 1 - lastGood;
  const last = ended.at(-1);
  if (last === undefined || fruitless === 0) return 0;
  return last.endedMs + Math.min(MOST_MS, FIRST_MS * 2 ** (fruitless - 1));
}
