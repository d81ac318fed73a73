import { chiSquareTail, logGamma } from "./distributions.ts";

/** A statistic with its p value. */
export interface TestResult {
  readonly statistic: number;
  readonly p: number;
}

/**
 * Pearson's chi-square test of independence. Rows and columns without a count are omitted.
 *
 * @param table     counts, all rows of one length
 * @param corrected  Yates's correction, for 2 x 2 tables only
 */
export function chiSquareTest(table: readonly (readonly number[])[], corrected = false): TestResult {
  const rowSums = table.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columnSums = (table[0] ?? []).map((_, j) => table.reduce((sum, row) => sum + row[j]!, 0));
  const total = rowSums.reduce((sum, count) => sum + count, 0);
  let statistic = 0;
  for (const [i, row] of table.entries()) {
    for (const [j, count] of row.entries()) {
      const expected = (rowSums[i]! * columnSums[j]!) / total;
      if (expected === 0) continue;
      const gap = Math.abs(count - expected);
      statistic += Math.max(0, corrected ? gap - Math.min(0.5, gap) : gap) ** 2 / expected;
    }
  }
  const degrees = (rowSums.filter((sum) => sum > 0).length - 1) * (columnSums.filter((sum) => sum > 0).length - 1);
  return { statistic, p: degrees > 0 ? chiSquareTail(statistic, degrees) : 1 };
}

/** Fisher's exact test of a 2 x 2 table, two-sided: the sum over all tables that are at most as likely as this one. */
export function fisherExact([[a, b], [c, d]]: readonly [readonly [number, number], readonly [number, number]]): number {
  const row = a + b;
  const column = a + c;
  const n = a + b + c + d;
  const logChoose = (k: number, m: number): number => logGamma(m + 1) - logGamma(k + 1) - logGamma(m - k + 1);
  const log = (x: number): number => logChoose(x, row) + logChoose(column - x, n - row) - logChoose(column, n);
  const observed = log(a) + 1e-7;
  let p = 0;
  for (let x = Math.max(0, row + column - n); x <= Math.min(row, column); x++) {
    if (log(x) <= observed) p += Math.exp(log(x));
  }
  return Math.min(1, p);
}
