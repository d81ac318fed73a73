import { hashIndex } from "../rows/hash-index.ts";
import type { TokenHashes } from "../kernels/token-hashes.ts";
import type { Drops } from "./find-drops.ts";
import { wholeText } from "./row-tokens.ts";
import { textTokens } from "./text-tokens.ts";

/**
 * The paragraphs of a row that are long enough to identify it, followed by the complete row: their hashes, as two
 * halves, and their numbers of words.
 */
export type Paragraphs = {
  /** Words of the row, including those of short lines. */
  words: number;
  high: Uint32Array;
  low: Uint32Array;
  counts: Uint32Array;
};

/** Detects rows by the paragraphs that they repeat. */
export type ParagraphRows = {
  /** Rows must be added in ascending order. */
  add: (row: number, paragraphs: Paragraphs) => void;
  /**
   * The similarity of a dropped row is the share of its words that occur in earlier rows; it is dropped in favour of
   * the row with most of them.
   */
  drops: (rows: number) => Drops;
};

/** Minimum number of words of a paragraph: shorter lines, such as greetings, repeat by chance. */
const LEAST_WORDS = 8;

/** Splits texts into paragraphs at line breaks; paragraphs are equal if their words and punctuation are. */
export function paragraphSplitter(): (text: string) => Paragraphs {
  const tokens = textTokens();
  return (text) => {
    const all = text.split(/[\r\n\u2028\u2029]+/).map((paragraph) => hashed(tokens.ofWords(paragraph)));
    const whole = hashed(tokens.ofText(text));
    const long = [...all.filter(({ count }) => count >= LEAST_WORDS), ...(whole.count === 0 ? [] : [whole])];
    return {
      words: whole.count,
      high: Uint32Array.from(long, ({ high }) => high),
      low: Uint32Array.from(long, ({ low }) => low),
      counts: Uint32Array.from(long, ({ count }) => count),
    };
  };
}

/**
 * Drops a row if at least the given share of its words is in paragraphs of earlier kept rows: quotations, compilations,
 * pages with a different heading. Rows with identical text are always found, even if their lines are short. The
 * probability that two different paragraphs are taken for equal is n²/2^65. Memory: 18 to 36 bytes per paragraph of a
 * kept row, and as much per row.
 */
export function paragraphRows(threshold: number): ParagraphRows {
  const owners = hashIndex();
  const dropped = new Map<number, { keeper: number; share: number }>();
  return {
    add: (row, { words, high, low, counts }) => {
      const wordsOf = new Map<number, number>();
      let repeated = 0;
      for (const [index, count] of counts.entries()) {
        const owner = owners.find(high[index]!, low[index]!);
        if (owner === undefined) continue;
        wordsOf.set(owner - 1, (wordsOf.get(owner - 1) ?? 0) + count);
        repeated += count;
      }
      if (words > 0 && repeated / words >= threshold) {
        const [[keeper]] = [...wordsOf].toSorted(([a, most], [b, other]) => other - most || a - b) as [
          [number, number],
        ];
        dropped.set(row, { keeper, share: Math.min(1, repeated / words) }); // the whole row counts in addition to its paragraphs
        return;
      }
      for (const index of counts.keys()) owners.firstPlace(high[index]!, low[index]!, row + 1);
    },
    drops: (rows) => ({
      keeper: Uint32Array.from({ length: rows }, (_, row) => dropped.get(row)?.keeper ?? row),
      jaccard: Float64Array.from({ length: rows }, (_, row) => dropped.get(row)?.share ?? 1),
      crowdedRows: 0,
    }),
  };
}

function hashed(own: TokenHashes): { high: number; low: number; count: number } {
  const [low, high] = wholeText(own);
  return { high, low, count: own.count };
}
