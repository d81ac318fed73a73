import { bleuTokens, type BleuTokeniser } from "./bleu-tokens.ts";

/** Longest n-gram that counts. */
const ORDER = 4;

/** Statistics from which BLEU of one text, or of many, is computed. */
export type BleuCounts = {
  /** Number of n-grams of the answer that the references also contain, by length from 1. */
  matches: readonly number[];
  /** N-grams of the answer. */
  totals: readonly number[];
  answerTokens: number;
  /** Tokens of the reference that is closest in length. */
  referenceTokens: number;
};

/**
 * Counts of an answer against its references: a match counts up to its frequency in the reference that has it most
 * often.
 */
export function bleuCounts(
  answer: string,
  references: readonly string[],
  tokeniser: BleuTokeniser = "13a",
): BleuCounts {
  const said = bleuTokens(answer, tokeniser);
  const wanted = references.map((reference) => bleuTokens(reference, tokeniser));
  const most = new Map<string, number>();
  for (const tokens of wanted)
    for (const [gram, count] of grams(tokens)) most.set(gram, Math.max(count, most.get(gram) ?? 0));
  const [matches, totals] = [Array<number>(ORDER).fill(0), Array<number>(ORDER).fill(0)];
  for (const [gram, count] of grams(said)) {
    const place = gram.split(" ").length - 1;
    totals[place]! += count;
    matches[place]! += Math.min(count, most.get(gram) ?? 0);
  }
  return { matches, totals, answerTokens: said.length, referenceTokens: closest(wanted, said.length) };
}

/**
 * BLEU of one answer, 0 to 1, with n-grams no longer than the answer. A precision of zero is replaced by half of the
 * smallest possible one (smoothing "exp").
 *
 * @source Papineni et al. 2002; smoothing and effective order as in `sentence_bleu` of sacreBLEU 2.6
 */
export function sentenceBleu(answer: string, references: readonly string[], tokeniser: BleuTokeniser = "13a"): number {
  return fromCounts(bleuCounts(answer, references, tokeniser), true);
}

/** BLEU of many answers together, 0 to 1, from the sums of their counts, like `corpus_bleu` of sacreBLEU 2.6. */
export function corpusBleu(counts: readonly BleuCounts[]): number {
  const sum = (count: (entry: BleuCounts) => number): number =>
    counts.reduce((total, entry) => total + count(entry), 0);
  const orders = Array.from({ length: ORDER }, (_, place) => place);
  return fromCounts(
    {
      matches: orders.map((place) => sum(({ matches }) => matches[place]!)),
      totals: orders.map((place) => sum(({ totals }) => totals[place]!)),
      answerTokens: sum(({ answerTokens }) => answerTokens),
      referenceTokens: sum(({ referenceTokens }) => referenceTokens),
    },
    false,
  );
}

function fromCounts({ matches, totals, answerTokens, referenceTokens }: BleuCounts, isEffective: boolean): number {
  if (matches.every((count) => count === 0)) return 0;
  const brevity = answerTokens < referenceTokens ? Math.exp(1 - referenceTokens / answerTokens) : 1;
  let [sum, order, smoothing] = [0, ORDER, 1];
  for (let place = 0; place < ORDER; place++) {
    if (totals[place] === 0) {
      if (!isEffective) return 0; // a precision of zero that nothing smooths
      break;
    }
    if (isEffective) order = place + 1;
    if (matches[place] === 0) smoothing *= 2;
    sum += Math.log(matches[place] === 0 ? 1 / (smoothing * totals[place]!) : matches[place]! / totals[place]!);
  }
  return brevity * Math.exp(sum / order);
}

/** N-grams of 1 to 4 tokens, joined by spaces, with their counts. */
function grams(tokens: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let size = 1; size <= ORDER; size++) {
    for (let start = 0; start + size <= tokens.length; start++) {
      const gram = tokens.slice(start, start + size).join(" ");
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
  }
  return counts;
}

/** The length nearest to that of the answer; if two are equally near, the shorter one. */
function closest(references: readonly (readonly string[])[], length: number): number {
  const lengths = references.map((tokens) => tokens.length);
  return lengths.toSorted((a, b) => Math.abs(a - length) - Math.abs(b - length) || a - b)[0] ?? 0;
}
