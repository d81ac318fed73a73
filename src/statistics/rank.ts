import { twoSidedNormal, twoSidedStudent } from "./distributions.ts";
import { covariance, variance } from "./mean.ts";

/** A correlation with the two-sided p of the hypothesis of no correlation; both null if one list is constant. */
export interface Correlation {
  readonly value: number | null;
  readonly p: number | null;
}

/** Pearson's correlation; p by Student's t with n - 2 degrees of freedom. */
export function pearson(first: readonly number[], second: readonly number[]): Correlation {
  const spread = Math.sqrt(variance(first) * variance(second));
  if (!(spread > 0)) return { value: null, p: null };
  const value = Math.max(-1, Math.min(1, covariance(first, second) / spread));
  const degrees = first.length - 2;
  if (degrees < 1) return { value, p: null };
  const t = value * Math.sqrt(degrees / Math.max(1e-300, 1 - value * value));
  return { value, p: twoSidedStudent(t, degrees) };
}

/** Spearman's rank correlation: Pearson's correlation of mid-ranks. */
export function spearman(first: readonly number[], second: readonly number[]): Correlation {
  return pearson(midRanks(first), midRanks(second));
}

/** Kendall's tau-b, with ties; p by the normal approximation with its tie corrections. @source Kendall 1970, ch. 4 */
export function kendall(first: readonly number[], second: readonly number[]): Correlation {
  const n = first.length;
  let concordant = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) concordant += Math.sign(first[i]! - first[j]!) * Math.sign(second[i]! - second[j]!);
  }
  const x = tieSums(first);
  const y = tieSums(second);
  const pairs = (n * (n - 1)) / 2;
  const under = Math.sqrt((pairs - x.pairs) * (pairs - y.pairs));
  if (!(under > 0)) return { value: null, p: null };
  const m = n * (n - 1);
  const spread =
    (m * (2 * n + 5) - x.cubic - y.cubic) / 18 +
    (2 * x.pairs * y.pairs) / m +
    (x.triples * y.triples) / (9 * m * (n - 2));
  return { value: concordant / under, p: twoSidedNormal(concordant / Math.sqrt(spread)) };
}

function tieSums(values: readonly number[]): { pairs: number; triples: number; cubic: number } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sums = { pairs: 0, triples: 0, cubic: 0 };
  for (const t of counts.values()) {
    sums.pairs += (t * (t - 1)) / 2;
    sums.triples += t * (t - 1) * (t - 2);
    sums.cubic += t * (t - 1) * (2 * t + 5);
  }
  return sums;
}

/** Ranks from 1. Equal values share the mean of their ranks. */
export function midRanks(values: ArrayLike<number>): number[] {
  const order = Array.from({ length: values.length }, (_, i) => i).toSorted((a, b) => values[a]! - values[b]!);
  const ranks = Array.from({ length: values.length }, () => 0);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let k = start; k < end; k++) ranks[order[k]!] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}
