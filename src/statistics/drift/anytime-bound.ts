/** One batch of a monitored rate. */
export interface Batch {
  readonly rate: number;
  readonly standardError: number;
}

/**
 * Lower confidence bound on the running mean of a rate. It holds for all batches simultaneously, however often it is
 * checked. It treats the reference as known, and its running mean reacts slowly: use it as a test vector, not as an
 * alarm.
 *
 * @param target batch at which the bound is tightest
 * @param delta probability that the bound is ever above the true running mean
 * @returns the bound after each batch
 * @source Waudby-Smith et al. 2021, "Time-uniform central limit theory", as in GLIDE's guide to monitors (Apache-2.0)
 */
export function anytimeLowerBound(
  batches: readonly Batch[],
  { target, delta = 0.05 }: { target: number; delta?: number },
): number[] {
  const targetVariance = batches.slice(0, target).reduce((sum, batch) => sum + batch.standardError ** 2, 0);
  const rho2 = (-2 * Math.log(2 * delta) + Math.log(1 - 2 * Math.log(2 * delta))) / targetVariance;
  let rates = 0;
  let variance = 0;
  return batches.map(({ rate, standardError }, i) => {
    const t = i + 1;
    rates += rate;
    variance += standardError ** 2;
    const scale = variance * rho2 + 1;
    return rates / t - Math.sqrt(((2 * scale) / (t * t * rho2)) * Math.log(1 + Math.sqrt(scale) / (2 * delta)));
  });
}
