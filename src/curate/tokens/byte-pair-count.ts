/**
 * A byte-pair encoding as published by js-tiktoken: a pattern that splits words, and lines of base64 tokens by rank.
 */
export type RankFile = { pat_str: string; bpe_ranks: string };

/**
 * Longest word that is merged in one piece, in characters: the merge is quadratic, and no vocabulary has longer tokens.
 */
const WORD_CHARACTERS = 256;

/**
 * Counts the tokens of a text under a byte-pair encoding, with special tokens treated as ordinary text. Gives the
 * results of js-tiktoken's `encode`, whose merge builds a string per pair and takes minutes for a long run of letters;
 * a word beyond 256 characters is split there, which may add a token per split.
 */
export function bytePairCounter(file: RankFile): (text: string) => number {
  const ranks = readRanks(file.bpe_ranks);
  const pattern = new RegExp(file.pat_str, "ug");
  const countWord = cachedByWord((word) => {
    let count = 0;
    for (let index = 0; index < word.length; index += WORD_CHARACTERS) {
      count += mergedCount(Buffer.from(word.slice(index, index + WORD_CHARACTERS), "utf8").toString("latin1"), ranks);
    }
    return count;
  });
  return (text) => {
    let count = 0;
    for (const word of text.match(pattern) ?? []) count += countWord(word);
    return count;
  };
}

/** Maximum words in the cache, which is then cleared: about 30 MiB. */
const CACHED_WORDS = 200_000;

/** Caches the counts of words, since texts repeat words: most of a token count is then a look-up. */
export function cachedByWord(count: (word: string) => number): (word: string) => number {
  const known = new Map<string, number>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const tokens = count(word);
    if (known.size >= CACHED_WORDS) known.clear();
    // A slice of a row keeps the whole row in memory: long words are not worth it.
    if (word.length <= 64) known.set(word, tokens);
    return tokens;
  };
}

/** Ranks by token, each token a string with one character per byte. */
function readRanks(text: string): Map<string, number> {
  const ranks = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, first, ...tokens] = line.split(" ");
    const offset = Number(first);
    for (const [index, token] of tokens.entries()) {
      ranks.set(atob(token), offset + index);
    }
  }
  return ranks;
}

/** Number of tokens of a word after merging: the pair of lowest rank is merged first, until no pair can be merged. */
function mergedCount(word: string, ranks: ReadonlyMap<string, number>): number {
  if (ranks.has(word)) return 1;
  const starts = Array.from({ length: word.length + 1 }, (_, index) => index);
  const rankAt = (part: number): number =>
    part + 2 < starts.length ? (ranks.get(word.slice(starts[part], starts[part + 2])) ?? Infinity) : Infinity;
  const pairRanks = starts.map((_, part) => rankAt(part));
  for (;;) {
    let [best, lowest] = [-1, Infinity];
    for (let part = 0; part + 2 < starts.length; part++) {
      if (pairRanks[part]! < lowest) [best, lowest] = [part, pairRanks[part]!];
    }
    if (best === -1) return starts.length - 1;
    starts.splice(best + 1, 1);
    pairRanks.splice(best + 1, 1);
    pairRanks[best] = rankAt(best);
    if (best > 0) pairRanks[best - 1] = rankAt(best - 1);
  }
}
