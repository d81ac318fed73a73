import type { Run } from "./find-runs.ts";
import type { Tokens } from "./word-tokens.ts";

/** Words with a digit, and words shorter than this, are different words if one letter differs. */
const SPELT = /^[\p{L}\p{M}]{4,}$/u;

/** Shorter words are equal if two neighbouring letters are swapped, as in `teh`, or one is doubled, as in `thhe`. */
const SHORT_SPELT = /^[\p{L}\p{M}]{3,4}$/u;

/** One in this many words may be misspelt or split. */
const WORDS_PER_ERROR = 8;

/** Words of a text: its tokens from the first one, and their source. */
export type Words = { text: string; tokens: Tokens; from: number; count: number };

/**
 * Tokens of a row that match a complete text except for misspelt words, and the number of words that are spelt
 * identically.
 */
export type MisspeltRun = { row: number; length: number; exact: number };

/**
 * Extends a run on both sides over words that differ by one letter (one added, missing, replaced or swapped),
 * that a hyphen or a space splits, or that lack the space between them: one in eight of a text's words.
 *
 * @returns undefined if the text does not occur completely in the row
 */
export function misspeltRun(row: Words, text: Words, run: Run): MisspeltRun | undefined {
  const most = Math.ceil(text.count / WORDS_PER_ERROR);
  const after = extent(row, text, { at: [run.row + run.length, run.text + run.length], step: 1, most });
  if (after === undefined) return undefined;
  const before = extent(row, text, { at: [run.row - 1, run.text - 1], step: -1, most: most - after.errors });
  if (before === undefined) return undefined;
  const first = before.row + 1;
  return { row: first, length: after.row - first, exact: text.count - after.errors - before.errors };
}

/** Continues from a position to one end of the text; returns the token of the row after the last common one. */
function extent(
  row: Words,
  text: Words,
  { at: position, step, most }: { at: readonly [row: number, text: number]; step: 1 | -1; most: number },
): { row: number; errors: number } | undefined {
  let [own, other] = position;
  let errors = 0;
  while (other >= 0 && other < text.count) {
    if (own < 0 || own >= row.count) return undefined;
    if (hashAt(row, own) === hashAt(text, other)) {
      own += step;
      other += step;
      continue;
    }
    if (++errors > most) return undefined;
    const moved = stepOver(row, text, { own, other, step });
    if (moved === undefined) return undefined;
    own += step * moved.own;
    other += step * moved.other;
  }
  return { row: own, errors };
}

/** Number of words of row and text that form one misspelt or split word. */
function stepOver(
  row: Words,
  text: Words,
  { own, other, step }: { own: number; other: number; step: 1 | -1 },
): { own: number; other: number } | undefined {
  const [mine, theirs] = [wordAt(row, own), wordAt(text, other)];
  const [next, theirNext] = [wordAt(row, own + step), wordAt(text, other + step)];
  const joined = (word: string, following: string): string => (step === 1 ? word + following : following + word);
  if (next !== "" && joined(mine, next) === theirs) return { own: 2, other: 1 };
  if (theirNext !== "" && joined(theirs, theirNext) === mine) return { own: 1, other: 2 };
  return isMisspelt(mine, theirs) ? { own: 1, other: 1 } : undefined;
}

/**
 * True for words of four or more letters with one letter added, missing, replaced or swapped with the next; for words
 * of three letters with two letters swapped or one doubled.
 */
function isMisspelt(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  const isShort = Math.min(a.length, b.length) === 3;
  if (isShort ? !SHORT_SPELT.test(a) || !SHORT_SPELT.test(b) : !SPELT.test(a) || !SPELT.test(b)) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (isShort && a.length !== b.length) {
    const [longer, one] = a.length > b.length ? [a, left] : [b, right];
    return longer.includes(one + one);
  }
  if (left.length <= 1 && right.length <= 1) return !isShort;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

function hashAt({ tokens, from }: Words, index: number): number {
  return tokens.hashes[from + index]!;
}

function wordAt({ text, tokens, from, count }: Words, index: number): string {
  return index < 0 || index >= count
    ? ""
    : text.slice(tokens.starts[from + index], tokens.ends[from + index]).toLowerCase();
}
