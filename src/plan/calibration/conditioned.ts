/** A jointly normal quantity of mean zero, and observed others: their variances and covariances. */
type Joint = {
  of: number;
  with: readonly number[];
  /** Positive definite: every observed quantity has some independent scatter. */
  among: readonly (readonly number[])[];
  seen: readonly number[];
};

/**
 * Mean and variance of a normal quantity conditioned on observations: c' K⁻¹ y and v - c' K⁻¹ c, by Cholesky
 * decomposition of K.
 *
 * @source Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, algorithm 2.1
 */
export function conditioned({ of: count, with: shared, among, seen }: Joint): { mean: number; variance: number } {
  const lower: number[][] = [];
  const [toSeen, toShared]: [number[], number[]] = [[], []];
  for (const [position, row] of among.entries()) {
    const own: number[] = [];
    const before = (values: readonly number[]): number =>
      own.reduce((sum, factor, index) => sum + factor * values[index]!, 0);
    for (const entry of lower) own.push((row[own.length]! - before(entry)) / entry[own.length]!);
    const pivot = Math.sqrt(row[position]! - before(own));
    toSeen.push((seen[position]! - before(toSeen)) / pivot);
    toShared.push((shared[position]! - before(toShared)) / pivot);
    lower.push([...own, pivot]);
  }
  const product = (one: readonly number[]): number =>
    toShared.reduce((sum, value, index) => sum + value * one[index]!, 0);
  return { mean: product(toSeen), variance: Math.max(0, count - product(toShared)) };
}
