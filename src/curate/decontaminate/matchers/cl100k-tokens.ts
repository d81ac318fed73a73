import { type Tokens, type Tokenizer, wordTokenizer } from "../word-tokens.ts";

/** Cached words; the cache is cleared when full. */
const CACHED_WORDS = 200_000;

/** Longest word that is encoded as one: merging takes quadratic time, and no language has longer words. */
const WORD_CHARACTERS = 64;

/** Characters of one token of a longer word. */
const PIECE_CHARACTERS = 16;

/**
 * Splits texts into cl100k tokens as decon does: punctuation becomes white space, letters become lower case, and each
 * word is encoded with one preceding space. The offsets of a token are those of its word.
 */
export async function cl100kTokenizer(): Promise<Tokenizer> {
  const [{ Tiktoken }, { default: ranks }] = await Promise.all([
    import("js-tiktoken/lite"),
    import("js-tiktoken/ranks/cl100k_base"),
  ]);
  const encoding = new Tiktoken(ranks);
  const words = wordTokenizer("split");
  const known = new Map<string, number[]>();
  const idsOf = (word: string): number[] => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const ids = word.length <= WORD_CHARACTERS ? encoding.encode(` ${word}`, [], []) : pieces(word);
    if (known.size >= CACHED_WORDS) known.clear();
    if (word.length <= WORD_CHARACTERS) known.set(word, ids);
    return ids;
  };
  let capacity = 4096;
  let [hashes, starts, ends] = [new Uint32Array(capacity), new Int32Array(capacity), new Int32Array(capacity)];
  return (text): Tokens => {
    const cut = words(text);
    let count = 0;
    for (let word = 0; word < cut.count; word++) {
      const [start, end] = [cut.starts[word]!, cut.ends[word]!];
      const ids = idsOf(text.slice(start, end).toLowerCase());
      if (count + ids.length > capacity) {
        capacity = 2 * (count + ids.length);
        hashes = widened(hashes, new Uint32Array(capacity));
        starts = widened(starts, new Int32Array(capacity));
        ends = widened(ends, new Int32Array(capacity));
      }
      for (const id of ids) {
        hashes[count] = id + 1;
        starts[count] = start;
        ends[count] = end;
        count += 1;
      }
    }
    return { count, hashes, starts, ends };
  };
}

/** One id for every 16 characters, outside the range of the vocabulary. */
function pieces(word: string): number[] {
  const ids: number[] = [];
  for (let from = 0; from < word.length; from += PIECE_CHARACTERS) {
    let hash = 0;
    for (let index = from; index < Math.min(word.length, from + PIECE_CHARACTERS); index++) {
      hash = (Math.imul(hash, 31) + word.charCodeAt(index)) | 0;
    }
    ids.push((hash >>> 0) | 0x80000000);
  }
  return ids;
}

function widened<T extends { set: (from: T) => void }>(old: T, wider: T): T {
  wider.set(old);
  return wider;
}
