/**
 * How many of `count` values continue from a rung of successive halving: one in `ratio`. With fewer values than
 * `ratio`, where nothing can wait for more, the best one goes on.
 *
 * @source Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning"; counts as
 *   optuna.pruners.SuccessiveHalvingPruner 4.1
 */
export function goOnCount(count: number, ratio: number): number {
  // the ratio of two rungs may lie an ulp above a whole number
  return Math.max(1, Math.floor(count / ratio + 1e-9));
}
