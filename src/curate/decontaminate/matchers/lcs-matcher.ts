import { Failure } from "../../../base/failure.ts";
import type { Benchmark } from "../benchmark.ts";
import { type PackedTexts, packTexts } from "../gram-index.ts";
import { lcsLength, lcsPlace } from "./lcs-length.ts";
import type { Match, Matcher } from "../match.ts";
import { wordTokenizer } from "../word-tokens.ts";

/** Minimum number of common words. */
const LEAST_WORDS = 13;

/** Maximum number of steps for one row, each for 32 words of an item: half a minute to a minute. */
const MOST_STEPS = 2e9;

/**
 * Longest common subsequence of row and item, in words without punctuation. It is a hit if it has 13 words or more and
 * covers 60 % of the shorter of the two. Items of fewer than 13 words are never found.
 * Exact: items that share too few words with the row are ruled out first. Slow compared with n-grams: about 10,000
 * pairs of row and item with common words per second and core.
 * Time is bounded: a row is rejected if comparing it takes more than 2 * 10^9 steps, one for each of its words and each
 * 32 words of the items that it may contain.
 *
 * @param minScore lowest share; default: 0.6
 * @throws Failure, from the matcher, if a row is too long
 * @source Yang et al. 2024, Qwen2.5, arXiv:2412.15115, section 3.1
 */
export function lcsMatcher(benchmarks: readonly Benchmark[], minScore = 0.6): Matcher {
  const items = benchmarks.flatMap(({ items: all }, benchmark) =>
    all.map((parts, item) => ({ benchmark, item, text: parts.map(({ text }) => text).join("\n") })),
  );
  const tokenize = wordTokenizer("joined");
  const packed = packTexts(items.length, (item) => tokenize(items[item]!.text));
  const sharedWords = bagIndex(packed);
  return (row) => {
    const tokens = tokenize(row.text);
    const own = tokens.hashes.slice(0, tokens.count);
    if (own.length < LEAST_WORDS) return [];
    const matches: Match[] = [];
    const leastOf = (item: number): number =>
      Math.max(LEAST_WORDS, minScore * Math.min(packed.starts[item + 1]! - packed.starts[item]!, own.length));
    const near = [...sharedWords(own)].filter(([item, most]) => most >= leastOf(item)).map(([item]) => item);
    const steps = near.reduce(
      (sum, item) => sum + Math.ceil((packed.starts[item + 1]! - packed.starts[item]!) / 32),
      0,
    );
    if (steps * own.length > MOST_STEPS) throw tooLong(row.text, own.length, near.length);
    for (const item of near) {
      const words = packed.hashes.subarray(packed.starts[item], packed.starts[item + 1]);
      const shorter = Math.min(words.length, own.length);
      if (lcsLength(own, words) < leastOf(item)) continue;
      const { length, first, last } = lcsPlace(own, words);
      const place = { start: tokens.starts[first]!, end: tokens.ends[last]! };
      const score = Math.round((length / shorter) * 1000) / 1000;
      const { benchmark, item: index } = items[item]!;
      matches.push({ benchmark, item: index, part: "item", method: "lcs", score, ...place });
    }
    return matches.toSorted((a, b) => a.benchmark - b.benchmark || a.item - b.item);
  };
}

function tooLong(text: string, words: number, items: number): Failure {
  const shown = JSON.stringify(text.slice(0, 60));
  return new Failure("bad_input", `row ${shown}: ${words} words are too many for lcs with ${items} items`, {
    hint: "split the row into documents, or use another method: all others read a row once",
  });
}

/** Returns a function that counts how many of each item's words a row contains, with multiplicity. */
function bagIndex({ hashes, starts }: PackedTexts): (row: Uint32Array) => Map<number, number> {
  const postings = new Map<number, Map<number, number>>();
  for (let item = 0; item + 1 < starts.length; item++) {
    for (let index = starts[item]!; index < starts[item + 1]!; index++) {
      const list = postings.get(hashes[index]!) ?? new Map<number, number>();
      postings.set(hashes[index]!, list);
      list.set(item, (list.get(item) ?? 0) + 1);
    }
  }
  return (row) => {
    const counts = new Map<number, number>();
    for (const word of row) counts.set(word, (counts.get(word) ?? 0) + 1);
    const shared = new Map<number, number>();
    for (const [word, count] of counts) {
      for (const [item, times] of postings.get(word) ?? [])
        shared.set(item, (shared.get(item) ?? 0) + Math.min(count, times));
    }
    return shared;
  };
}
