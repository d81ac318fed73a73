import { pieces } from "./bleu-tokens.ts";

/** Longest n-gram of characters. */
const CHARACTERS = 6;

/** Weight of recall against precision. */
const BETA = 2;

/** ASCII punctuation (`string.punctuation` of Python). */
const PUNCTUATION = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

/**
 * chrF of an answer, 0 to 1: the F2 of n-grams of 1 to 6 characters without white space, for the best of its
 * references. With `words` 2 it is chrF++, which also counts n-grams of one and two words.
 *
 * @source Popović 2015 and 2017; counts as in sacreBLEU 2.6 with its defaults
 */
export function chrf(answer: string, references: readonly string[], words = 0): number {
  const said = allGrams(answer, words);
  return Math.max(0, ...references.map((reference) => fScore(said, allGrams(reference, words))));
}

type Grams = ReadonlyMap<string, number>;

function fScore(said: readonly Grams[], wanted: readonly Grams[]): number {
  let [precision, recall, orders] = [0, 0, 0];
  for (const [place, given] of said.entries()) {
    const right = wanted[place]!;
    const answer = right.size === 0 ? 0 : total(given);
    const reference = total(right);
    if (answer === 0 || reference === 0) continue;
    let matches = 0;
    for (const [gram, count] of given) matches += Math.min(count, right.get(gram) ?? 0);
    precision += matches / answer;
    recall += matches / reference;
    orders += 1;
  }
  if (orders === 0) return 0;
  precision /= orders;
  recall /= orders;
  return precision + recall === 0 ? 0 : ((1 + BETA ** 2) * precision * recall) / (BETA ** 2 * precision + recall);
}

function allGrams(text: string, words: number): Grams[] {
  const characters = Array.from(pieces(text).join(""));
  const tokens = words === 0 ? [] : pieces(text).flatMap(punctuationApart);
  return [...sizes(CHARACTERS, characters, ""), ...sizes(words, tokens, " ")];
}

function sizes(most: number, parts: readonly string[], between: string): Grams[] {
  return Array.from({ length: most }, (_, place) => {
    const counts = new Map<string, number>();
    for (let start = 0; start + place < parts.length; start++) {
      const gram = parts.slice(start, start + place + 1).join(between);
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
    return counts;
  });
}

/** A word with one punctuation mark separated from its end, or otherwise from its start. */
function punctuationApart(word: string): string[] {
  const characters = Array.from(word);
  if (characters.length === 1) return [word];
  const [first, last] = [characters[0]!, characters.at(-1)!];
  if (PUNCTUATION.has(last)) return [characters.slice(0, -1).join(""), last];
  return PUNCTUATION.has(first) ? [first, characters.slice(1).join("")] : [word];
}

function total(counts: Grams): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
