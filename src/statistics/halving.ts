/**
 * Number of `count` values that continue from a rung of successive halving: one in `ratio`. If there are fewer values
 * than `ratio` and no more can be expected, the best one continues.
 *
 * @source Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning"; counts as
 * optuna.pruners.SuccessiveHalvingPruner 4.1
 */
export function goOnCount(count: number, ratio: number): number {
  // the ratio of two rungs may exceed a whole number by an ulp
  return Math.max(1, Math.floor(count / ratio + 1e-9));
}
