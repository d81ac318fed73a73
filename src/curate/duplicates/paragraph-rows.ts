import { type TextTokens, textTokens } from "./text-tokens.ts";
import type { Drops } from "./find-drops.ts";
import { wholeHash } from "./sketches.ts";

/** Rows told by the paragraphs that they repeat. */
export type ParagraphRows = {
  add: (row: number, text: string) => void;
  /** The similarity of a dropped row is the share of its words that earlier rows have; its keeper has most of them. */
  drops: (rows: number) => Drops;
};

/** Words from which a line of text is a paragraph: shorter ones, as greetings are, repeat by chance. */
const LEAST_WORDS = 8;

/**
 * Drops a row of whose words at least a share stands in paragraphs that rows before it have, which stay: quotes of it,
 * compilations, pages with another heading. Paragraphs are parted by line breaks, and are the same where their words are;
 * two different ones are taken for the same with odds of n²/2^54.
 */
export function paragraphRows(threshold: number): ParagraphRows {
  const rowOf = new Map<number, number>(); // by 53 bits of the hash
  const dropped = new Map<number, { keeper: number; share: number }>();
  const tokens = textTokens();
  return {
    add: (row, text) => {
      const paragraphs = text.split(/[\r\n\u2028\u2029]+/).map((paragraph) => hashed(tokens, paragraph));
      const words = paragraphs.reduce((sum, { count }) => sum + count, 0);
      const wordsOf = new Map<number, number>();
      for (const { hash, count } of paragraphs) {
        const owner = count < LEAST_WORDS ? undefined : rowOf.get(hash);
        if (owner !== undefined) wordsOf.set(owner, (wordsOf.get(owner) ?? 0) + count);
      }
      const share = [...wordsOf.values()].reduce((sum, count) => sum + count, 0) / words;
      if (words > 0 && share >= threshold) {
        const [[keeper]] = [...wordsOf].toSorted(([a, most], [b, other]) => other - most || a - b) as [
          [number, number],
        ];
        dropped.set(row, { keeper, share });
        return;
      }
      for (const { hash, count } of paragraphs) if (count >= LEAST_WORDS && !rowOf.has(hash)) rowOf.set(hash, row);
    },
    drops: (rows) => ({
      keeper: Uint32Array.from({ length: rows }, (_, row) => dropped.get(row)?.keeper ?? row),
      jaccard: Float64Array.from({ length: rows }, (_, row) => dropped.get(row)?.share ?? 1),
      crowdedRows: 0,
    }),
  };
}

function hashed(tokens: TextTokens, paragraph: string): { hash: number; count: number } {
  const { low, high, count } = tokens.ofText(paragraph);
  const [one, other] = [wholeHash(low, count, "low"), wholeHash(high, count, "high")];
  return { hash: one * 2 ** 21 + (other >>> 11), count };
}
