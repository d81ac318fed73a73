/**
 * Number of `count` values that continue from a rung of successive halving: one in `ratio`. With fewer values than
 * `ratio`, if none can wait for more, the best one continues.
 *
 * @source Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning"; counts as
 *   optuna.pruners.SuccessiveHalvingPruner 4.1
 */
export function goOnCount(count: number, ratio: number): number {
  // the ratio of two rungs may lie an ulp above a whole number
  return Math.max(1, Math.floor(count / ratio + 1e-9));
}
