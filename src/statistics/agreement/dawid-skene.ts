import { categoriesOf, type ItemLabels, type Label } from "./ratings.ts";

/** Result of expectation-maximisation. */
export interface DawidSkene {
  readonly categories: readonly Label[];
  /** Probability of each category, per item. */
  readonly posteriors: readonly (readonly number[])[];
  /** Per rater: rows are the true category, columns the given label. */
  readonly confusion: readonly (readonly (readonly number[])[])[];
  readonly iterations: number;
}

/**
 * Dawid and Skene's estimate of the true labels from raters of unequal skill, by expectation-maximisation. It starts
 * from majority shares and ends when the posteriors change by less than 1e-6.
 *
 * @param items  one entry per rater
 * @source Dawid and Skene 1979, "Maximum likelihood estimation of observer error-rates using the EM algorithm"
 */
export function dawidSkene(items: readonly ItemLabels[], maxIterations = 200): DawidSkene {
  const categories = categoriesOf(items);
  const place = new Map(categories.map((category, k) => [category, k]));
  const coded = items.map((labels) =>
    labels.flatMap((label, rater) => (label === null ? [] : [{ rater, k: place.get(label)! }])),
  );
  const raters = items[0]?.length ?? 0;
  const K = categories.length;
  let posteriors = coded.map((labels) => {
    const shares = categories.map(() => (labels.length === 0 ? 1 / K : 0));
    for (const { k } of labels) shares[k]! += 1 / labels.length;
    return shares;
  });
  let confusion = maximise(posteriors, coded, { raters, K }).confusion;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const step = maximise(posteriors, coded, { raters, K });
    const next = expect(coded, step);
    const moved = Math.max(...next.map((row, i) => Math.max(...row.map((p, k) => Math.abs(p - posteriors[i]![k]!)))));
    posteriors = next;
    confusion = step.confusion;
    if (moved < 1e-6 || iteration === maxIterations)
      return { categories, posteriors, confusion, iterations: iteration };
  }
  return { categories, posteriors, confusion, iterations: maxIterations };
}

type Coded = readonly (readonly { rater: number; k: number }[])[];
interface Step {
  readonly prior: number[];
  readonly confusion: number[][][];
}

function maximise(
  posteriors: readonly (readonly number[])[],
  coded: Coded,
  { raters, K }: { raters: number; K: number },
): Step {
  const prior = Array.from(
    { length: K },
    (_, k) => posteriors.reduce((sum, row) => sum + row[k]!, 0) / posteriors.length,
  );
  const confusion = Array.from({ length: raters }, () =>
    Array.from({ length: K }, () => Array.from({ length: K }, () => 0)),
  );
  for (const [i, labels] of coded.entries()) {
    for (const { rater, k } of labels) for (let t = 0; t < K; t++) confusion[rater]![t]![k]! += posteriors[i]![t]!;
  }
  for (const matrix of confusion) {
    for (const row of matrix) {
      const sum = row.reduce((total, value) => total + value, 0);
      for (let k = 0; k < K; k++) row[k] = sum > 0 ? row[k]! / sum : 1 / K;
    }
  }
  return { prior, confusion };
}

function expect(coded: Coded, { prior, confusion }: Step): number[][] {
  return coded.map((labels) => {
    const logs = prior.map((share, t) =>
      labels.reduce(
        (sum, { rater, k }) => sum + Math.log(Math.max(1e-300, confusion[rater]![t]![k]!)),
        Math.log(Math.max(1e-300, share)),
      ),
    );
    const top = Math.max(...logs);
    const weights = logs.map((log) => Math.exp(log - top));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });
}
