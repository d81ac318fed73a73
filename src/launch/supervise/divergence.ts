/** Loss statistics of a run that are stored between polls. */
export type LossWatch = {
  /** Smoothed loss; undefined before the first loss. */
  mean?: number | undefined;
  /** Lowest smoothed loss so far. */
  best?: number | undefined;
  /** Number of consecutive losses far above the best. */
  high: number;
};

/** Weight of a new loss in the smoothed loss. */
const WEIGHT = 0.3;

/**
 * A loss is far above the best if it exceeds the best by this factor and by this amount. The amount is needed for
 * losses near 0.
 */
const TIMES = 3;
const MARGIN = 3;

/**
 * Number of consecutive high losses after which a run has diverged. @source Axolotl's loss_watchdog_patience, whose
 * usual value is 3
 */
const PATIENCE = 5;

/** Adds the next loss. The run has diverged when `high` reaches the patience. */
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

/** Whether the loss of a run has diverged. */
export function hasExploded({ high }: LossWatch): boolean {
  return high >= PATIENCE;
}
