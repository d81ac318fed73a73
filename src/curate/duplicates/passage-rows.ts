import type { Drops } from "./find-drops.ts";
import { wholeHash } from "./row-tokens.ts";
import { textTokens } from "./text-tokens.ts";

/** Detects rows by the passages that they share word for word with earlier rows. */
export type PassageRows = {
  add: (row: number, text: string) => void;
  /**
   * The similarity of a dropped row is the share of its words in such passages; it is dropped in favour of the row with
   * most of them.
   */
  drops: (rows: number) => Drops;
};

/** Minimum number of words of a passage, as in Lee et al. 2022 (50 tokens). */
const PASSAGE_WORDS = 50;

/**
 * Words of a window. The windows of a kept row are laid end to end, so that every run of 49 or more words contains a
 * complete window.
 */
const WINDOW_WORDS = 25;

/** A passage of the current row, with an exclusive end, and the other row that contains it. */
type Passage = { from: number; to: number; owner: number };

/**
 * Drops a row if at least the given share of its words is in runs of 50 or more words that an earlier kept row also
 * contains. A run is found wherever it begins. If several rows contain it, the first one counts, and a run that
 * overlaps another may be shortened. Memory: 4 bytes per word of the kept rows, and about 3 more for their windows.
 *
 * @source Lee, Ippolito et al. 2022, "Deduplicating Training Data Makes Language Models Better", ACL: substrings of 50
 * tokens
 */
export function passageRows(threshold: number): PassageRows {
  const windows = new Map<number, { row: number; at: number }>(); // by 53 bits of the hash
  const wordsOf = new Map<number, Uint32Array>();
  const dropped = new Map<number, { keeper: number; share: number }>();
  const tokens = textTokens();
  return {
    add: (row, text) => {
      const { low, high, count } = tokens.ofText(text);
      const passages: Passage[] = [];
      for (let index = 0; index + WINDOW_WORDS <= count; index++) {
        const hit = windows.get(windowKey(low, high, index));
        const passage = hit && longest(low.subarray(0, count), index, { ...hit, words: wordsOf.get(hit.row)! });
        if (passage === undefined) continue;
        passages.push(passage);
        index = Math.max(index, passage.to - WINDOW_WORDS); // what follows begins inside the passage at the latest
      }
      const { covered, keeper } = coverage(passages);
      if (keeper !== undefined && covered / count >= threshold) {
        dropped.set(row, { keeper, share: covered / count });
        return;
      }
      wordsOf.set(row, low.slice(0, count));
      for (let index = 0; index + WINDOW_WORDS <= count; index += WINDOW_WORDS) {
        const key = windowKey(low, high, index);
        if (!windows.has(key)) windows.set(key, { row, at: index });
      }
    },
    drops: (rows) => ({
      keeper: Uint32Array.from({ length: rows }, (_, row) => dropped.get(row)?.keeper ?? row),
      jaccard: Float64Array.from({ length: rows }, (_, row) => dropped.get(row)?.share ?? 1),
      crowdedRows: 0,
    }),
  };
}

function windowKey(low: Uint32Array, high: Uint32Array, index: number): number {
  const one = wholeHash(low.subarray(index, index + WINDOW_WORDS), WINDOW_WORDS, "low");
  const other = wholeHash(high.subarray(index, index + WINDOW_WORDS), WINDOW_WORDS, "high");
  return one * 2 ** 21 + (other >>> 11);
}

/** The common run of both rows around a window, if it is long enough for a passage. */
function longest(
  words: Uint32Array,
  index: number,
  { row, at: there, words: others }: { row: number; at: number; words: Uint32Array },
): Passage | undefined {
  let before = 0;
  while (before < index && before < there && words[index - before - 1] === others[there - before - 1]) before += 1;
  let after = 0;
  while (
    index + after < words.length &&
    there + after < others.length &&
    words[index + after] === others[there + after]
  ) {
    after += 1;
  }
  return before + after < PASSAGE_WORDS ? undefined : { from: index - before, to: index + after, owner: row };
}

/** Number of words in any passage, and the row that contains most of them; if equal, the first. */
function coverage(passages: readonly Passage[]): { covered: number; keeper: number | undefined } {
  let [covered, end] = [0, 0];
  const byOwner = new Map<number, number>();
  for (const { from, to, owner } of passages.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const own = Math.max(0, to - Math.max(from, end));
    covered += own;
    end = Math.max(end, to);
    byOwner.set(owner, (byOwner.get(owner) ?? 0) + own);
  }
  const [first] = [...byOwner].toSorted(([a, most], [b, other]) => other - most || a - b);
  return { covered, keeper: first?.[0] };
}
