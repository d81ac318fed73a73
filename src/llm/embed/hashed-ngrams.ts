import { mixedHash } from "../../base/hash.ts";
import { type Embedder, unitVector, withoutRepeats } from "./embedder.ts";

/** Dimension of a vector. */
const DIMENSIONS = 1024;

/** Lengths of the character n-grams that are counted. */
const LENGTHS = [3, 4, 5];

/** Name of the vectors, for reports. */
export const HASHED_NGRAMS = "hashed character n-grams (spelling, not meaning)";

/**
 * Vectors without a model: hashed counts of words and of character n-grams of length 3 to 5. Texts with common words are close,
 * synonyms are not.
 */
export function hashedNgrams(): Embedder {
  return {
    name: HASHED_NGRAMS,
    isSemantic: false,
    embed: withoutRepeats((texts) => Promise.resolve(texts.map(ngramVector))),
    spent: () => ({ usd: null, inputTokens: 0, requests: 0 }),
  };
}

/**
 * Counts of the words of a text and of their character n-grams, hashed into `size` numbers. The sign of a term is given
 * by its hash, so that collisions cancel on average.
 *
 * @param lengths lengths of the n-grams; the space before and after a word counts as a character
 * @source Weinberger et al. 2009, "Feature hashing for large scale multitask learning"; hash: FNV-1a
 */
export function hashedCounts(
  words: readonly string[],
  { size, lengths }: { size: number; lengths: readonly number[] },
): Float64Array {
  const counts = new Float64Array(size);
  const add = (hash: number): void => {
    counts[hash % size]! += (hash & 0x4000_0000) === 0 ? 1 : -1;
  };
  for (const word of words) {
    add(mixedHash(word));
    const padded = ` ${word} `;
    for (const length of lengths) {
      for (let from = 0; from + length <= padded.length; from += 1)
        add(mixedHash(padded.slice(from, from + length), 1));
    }
  }
  return counts;
}

function ngramVector(text: string): Float32Array {
  const words =
    text
      .toLowerCase()
      .normalize("NFKC")
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return unitVector(hashedCounts(words, { size: DIMENSIONS, lengths: LENGTHS }));
}
