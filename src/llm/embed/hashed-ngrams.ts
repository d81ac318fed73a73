import { fnv1a } from "../../base/hash.ts";
import { type Embedder, unitVector, withoutRepeats } from "./embedder.ts";

/** Dimension of a vector. */
const DIMENSIONS = 1024;

/** Lengths of the character n-grams that are counted. */
const LENGTHS = [3, 4, 5];

/** Name of the vectors, for reports. */
export const HASHED_NGRAMS = "hashed character n-grams (spelling, not meaning)";

/**
 * Vectors without a model: hashed counts of character n-grams of length 3 to 5. Texts with common words are close,
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

/** Counts with a sign given by the hash, so that collisions cancel on average, damped by the square root. */
function ngramVector(text: string): Float32Array {
  const counts = new Map<string, number>();
  for (const word of text
    .toLowerCase()
    .normalize("NFKC")
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
    const signs = Array.from(` ${word} `);
    for (const length of LENGTHS) {
      for (let from = 0; from + length <= signs.length; from += 1) {
        const ngram = signs.slice(from, from + length).join("");
        counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
      }
    }
  }
  const vector = new Float64Array(DIMENSIONS);
  for (const [ngram, count] of counts) {
    const hash = fnv1a(ngram);
    vector[hash % DIMENSIONS]! += (hash & 0x8000_0000 ? -1 : 1) * Math.sqrt(count);
  }
  return unitVector(vector);
}
