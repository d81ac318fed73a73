import type { Random } from "../../base/random.ts";

/** Points as rows. */
export type Points = readonly ArrayLike<number>[];

/** Maximum mean discrepancy of two samples under the kernel exp(-gamma |x - y|²). */
export interface MeanDiscrepancy {
  /** Unbiased estimate of the squared discrepancy; may be below 0. */
  readonly unbiased: number;
  /** Biased estimate (V-statistic), never below 0. */
  readonly biased: number;
  /** Permutation p of the unbiased estimate: (1 + hits) / (1 + permutations); null without permutations. */
  readonly p: number | null;
}

/**
 * @param gamma         of the kernel; see {@link medianGamma}
 * @param permutations  relabellings for p; with `random`
 * @source Gretton et al. 2012, "A kernel two-sample test"
 */
export function meanDiscrepancy(
  first: Points,
  second: Points,
  { gamma, permutations = 0, random }: { gamma: number; permutations?: number; random?: Random },
): MeanDiscrepancy {
  const points = [...first, ...second];
  const kernel = kernelMatrix(points, gamma);
  const m = first.length;
  const labels = Int8Array.from(points, (_, i) => (i < m ? 1 : 0));
  const observed = discrepancies(kernel, labels, m);
  if (permutations === 0 || random === undefined) return { ...observed, p: null };
  let hits = 0;
  for (let b = 0; b < permutations; b++) {
    shuffle(labels, random);
    if (discrepancies(kernel, labels, m).unbiased >= observed.unbiased - 1e-12) hits++;
  }
  return { ...observed, p: (1 + hits) / (1 + permutations) };
}

/**
 * Exact p over every relabelling, for samples so small that there are few relabellings (choose(total, m) evaluations).
 */
export function exactDiscrepancyP(first: Points, second: Points, gamma: number): { p: number; relabellings: number } {
  const points = [...first, ...second];
  const kernel = kernelMatrix(points, gamma);
  const m = first.length;
  const observed = discrepancies(
    kernel,
    Int8Array.from(points, (_, i) => (i < m ? 1 : 0)),
    m,
  ).unbiased;
  let hits = 0;
  let relabellings = 0;
  const labels = new Int8Array(points.length);
  const visit = (from: number, left: number): void => {
    if (left === 0) {
      relabellings++;
      if (discrepancies(kernel, labels, m).unbiased >= observed - 1e-12) hits++;
      return;
    }
    for (let i = from; i <= points.length - left; i++) {
      labels[i] = 1;
      visit(i + 1, left - 1);
      labels[i] = 0;
    }
  };
  visit(0, m);
  return { p: hits / relabellings, relabellings };
}

/** 1 / median² of the distances between all pairs of the pooled sample: the usual bandwidth. */
export function medianGamma(points: Points): number {
  const distances: number[] = [];
  for (let i = 0; i < points.length; i++) {
    for (let j = 0; j < i; j++) distances.push(Math.sqrt(squaredDistance(points[i]!, points[j]!)));
  }
  const sorted = Float64Array.from(distances).toSorted();
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return median > 0 ? 1 / median ** 2 : 1;
}

function kernelMatrix(points: Points, gamma: number): Float64Array {
  const size = points.length;
  const kernel = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = Math.exp(-gamma * squaredDistance(points[i]!, points[j]!));
      kernel[i * size + j] = value;
      kernel[j * size + i] = value;
    }
  }
  return kernel;
}

/** Both estimates from the kernel sums within the first sample, within the second, and between them. */
function discrepancies(kernel: Float64Array, labels: Int8Array, m: number): { unbiased: number; biased: number } {
  const size = labels.length;
  const n = size - m;
  let within = 0;
  let across = 0;
  let rest = 0;
  for (let i = 0; i < size; i++) {
    const row = i * size;
    let toFirst = 0;
    let all = 0;
    for (let j = 0; j < size; j++) {
      if (j === i) continue;
      const value = kernel[row + j]!;
      all += value;
      toFirst += value * labels[j]!;
    }
    if (labels[i] === 1) {
      within += toFirst;
      across += all - toFirst;
    } else rest += all - toFirst;
  }
  const unbiased = within / (m * (m - 1)) + rest / (n * (n - 1)) - (2 * across) / (m * n);
  const biased = (within + m) / (m * m) + (rest + n) / (n * n) - (2 * across) / (m * n);
  return { unbiased, biased };
}

function squaredDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (x[k]! - y[k]!) ** 2;
  return sum;
}

function shuffle(values: Int8Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = values[i]!;
    values[i] = values[j]!;
    values[j] = kept;
  }
}
