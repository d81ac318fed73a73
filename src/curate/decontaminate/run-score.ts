import type { Run } from "./find-runs.ts";
import type { GramIndex } from "./gram-index.ts";

/**
 * Weight of every token of the indexed texts: 1 / (number of texts with the most frequent of its n-grams), so that a
 * phrase in ten items weighs a tenth, up to its last word. Tokens of texts shorter than n weigh 1.
 */
export function tokenWeights({ n, texts: { starts }, frequencies }: GramIndex): Float32Array {
  const weights = new Float32Array(frequencies.length);
  for (let text = 0; text + 1 < starts.length; text++) {
    const [from, to] = [starts[text]!, starts[text + 1]!];
    for (let index = from; index < to; index++) {
      let most = 1;
      for (let start = Math.max(from, index - n + 1); start <= index && start + n <= to; start++)
        most = Math.max(most, frequencies[start]!);
      weights[index] = 1 / most;
    }
  }
  return weights;
}

/** The part of a row that contains most of a text. */
export type Window = {
  /** Share of the text's weight in this part, 0 to 1. */
  score: number;
  /** Tokens of the text in this part. */
  words: number;
  /** The last token of the text in this part, from 0. */
  lastText: number;
  /** Tokens of the row: the first and last common ones. */
  firstRow: number;
  lastRow: number;
};

/** Maximum runs in a window. */
const MOST_RUNS = 64;

/**
 * The part of a row that contains most of a text's weight, in runs that begin within the given number of words of each
 * other. Words of the text that occur in several runs count once.
 */
export function bestWindow(
  { weights, runs }: { weights: Float32Array; runs: readonly Run[] },
  { words }: { words: number },
): Window {
  let total = 0;
  for (const weight of weights) total += weight;
  const ordered = runs.toSorted((a, b) => a.row - b.row || a.text - b.text).slice(0, MOST_RUNS);
  let best: Window = { score: 0, words: 0, lastText: -1, firstRow: 0, lastRow: 0 };
  for (const [first, { row }] of ordered.entries()) {
    const inside: Run[] = [];
    for (let index = first; index < ordered.length && ordered[index]!.row < row + words; index++)
      inside.push(ordered[index]!);
    const covered = coveredWeight(inside, weights);
    const score = Math.min(1, covered.weight / total);
    if (score > best.score) {
      const lastRow = inside.reduce((last, run) => Math.max(last, run.row + run.length - 1), 0);
      best = { score, words: covered.words, lastText: covered.last, firstRow: row, lastRow };
    }
  }
  return best;
}

/** The words of a text that are covered by a run, and their weight. */
function coveredWeight(
  runs: readonly Run[],
  weights: Float32Array,
): {
  weight: number;
  words: number;
  last: number;
} {
  let [weight, words, covered] = [0, 0, 0];
  for (const { text, length } of runs.toSorted((a, b) => a.text - b.text)) {
    for (let index = Math.max(covered, text); index < text + length; index++) {
      weight += weights[index]!;
      words += 1;
    }
    covered = Math.max(covered, text + length);
  }
  return { weight, words, last: covered - 1 };
}
