import type { TestResult } from "../contingency.ts";
import { twoSidedNormal } from "../distributions.ts";
import { midRanks } from "../rank.ts";

/**
 * Two-sample Kolmogorov-Smirnov test, two-sided. The p is exact, by counting lattice paths, if the product of the sizes
 * is at most 10 million; otherwise it comes from the limit distribution.
 *
 * @source Hodges 1958, "The significance probability of the Smirnov two-sample test"
 */
export function kolmogorovSmirnov(
  first: readonly number[],
  second: readonly number[],
): TestResult & { exact: boolean } {
  const m = first.length;
  const n = second.length;
  const statistic = greatestGap(first, second);
  const exact = m * n <= 10_000_000;
  return { statistic, p: exact ? exactSmirnov(statistic, m, n) : limitSmirnov(statistic, m, n), exact };
}

function greatestGap(first: readonly number[], second: readonly number[]): number {
  const a = Float64Array.from(first).toSorted();
  const b = Float64Array.from(second).toSorted();
  let i = 0;
  let j = 0;
  let gap = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    gap = Math.max(gap, Math.abs(i / a.length - j / b.length));
  }
  return gap;
}

/**
 * P(D >= d): one minus the share of lattice paths that stay inside. Computed as probabilities, so that nothing
 * overflows.
 */
function exactSmirnov(d: number, m: number, n: number): number {
  const inside = (i: number, j: number): boolean => Math.abs(i / m - j / n) < d - 1e-12;
  let row = new Float64Array(n + 1);
  for (let i = 0; i <= m; i++) {
    const next = new Float64Array(n + 1);
    for (let j = 0; j <= n; j++) {
      if (!inside(i, j)) continue;
      if (i === 0 && j === 0) next[j] = 1;
      else {
        const fromLeft = j > 0 ? (next[j - 1]! * (n - j + 1)) / (m - i + n - j + 1) : 0;
        const fromBelow = i > 0 ? (row[j]! * (m - i + 1)) / (m - i + 1 + n - j) : 0;
        next[j] = fromLeft + fromBelow;
      }
    }
    row = next;
  }
  return Math.max(0, Math.min(1, 1 - row[n]!));
}

function limitSmirnov(d: number, m: number, n: number): number {
  const x = Math.sqrt((m * n) / (m + n)) * d;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return Math.max(0, Math.min(1, 2 * sum));
}

/**
 * Area under the ROC curve of scores (0.5: no separation) with the two-sided p of the Mann-Whitney test: exact without
 * ties if the product of the sizes is at most 1,000, otherwise by the normal approximation with the correction for
 * ties.
 *
 * @source Mann and Whitney 1947
 */
export function rocArea(negatives: readonly number[], positives: readonly number[]): { area: number; p: number } {
  const m = positives.length;
  const n = negatives.length;
  const all = [...positives, ...negatives];
  const ranks = midRanks(all);
  const u = ranks.slice(0, m).reduce((sum, rank) => sum + rank, 0) - (m * (m + 1)) / 2;
  const tied = new Set(all).size < all.length;
  const p = !tied && m * n <= 1_000 ? exactMannWhitney(Math.min(u, m * n - u), m, n) : normalMannWhitney(u, all, m);
  return { area: u / (m * n), p };
}

/** Twice the share of orderings with U at most `smaller`. */
function exactMannWhitney(smaller: number, m: number, n: number): number {
  let table: Float64Array[] = Array.from({ length: n + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= m; i++) {
    const next: Float64Array[] = [Float64Array.of(1)];
    for (let j = 1; j <= n; j++) {
      const counts = new Float64Array(i * j + 1);
      table[j]!.forEach((ways, u) => (counts[u + j]! += ways));
      next[j - 1]!.forEach((ways, u) => (counts[u]! += ways));
      next.push(counts);
    }
    table = next;
  }
  const counts = table[n]!;
  let below = 0;
  let total = 0;
  counts.forEach((ways, u) => {
    total += ways;
    if (u <= smaller) below += ways;
  });
  return Math.min(1, (2 * below) / total);
}

function normalMannWhitney(u: number, all: readonly number[], m: number): number {
  const total = all.length;
  const n = total - m;
  const counts = new Map<number, number>();
  for (const value of all) counts.set(value, (counts.get(value) ?? 0) + 1);
  let ties = 0;
  for (const t of counts.values()) ties += t ** 3 - t;
  const variance = ((m * n) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (!(variance > 0)) return 1;
  return twoSidedNormal(Math.max(0, Math.abs(u - (m * n) / 2) - 0.5) / Math.sqrt(variance));
}
