/** What is kept of the losses of a run from look to look. */
export type LossWatch = {
  /** Smoothed loss; undefined before the first. */
  mean?: number | undefined;
  /** Least smoothed loss so far. */
  best?: number | undefined;
  /** Logged losses in a row that were far above the best. */
  high: number;
};

/** Weight of a new loss in the smoothed one. */
const WEIGHT = 0.3;

/** A loss is far above the best where it is so many times as large, and larger by so much: a loss near 0 has no ratio. */
const TIMES = 3;
const MARGIN = 3;

/** Losses in a row after which a run has exploded. @source Axolotl's loss_watchdog_patience, whose usual value is 3 */
const PATIENCE = 5;

/** Takes the next loss; the run has exploded once `high` reaches the patience. */
export function nextLoss({ mean, best, high }: LossWatch, loss: number): LossWatch {
  if (!Number.isFinite(loss)) return { mean, best, high };
  const smoothed = mean === undefined ? loss : mean + WEIGHT * (loss - mean);
  const isHigh = best !== undefined && loss > Math.max(TIMES * best, best + MARGIN);
  return {
    mean: smoothed,
    best: best === undefined ? smoothed : Math.min(best, smoothed),
    high: isHigh ? high + 1 : 0,
  };
}

/** Whether the losses of a run explode. */
export function hasExploded({ high }: LossWatch): boolean {
  return high >= PATIENCE;
}
