import { eachSeed, type GramIndex } from "./gram-index.ts";
import type { Tokens } from "./word-tokens.ts";

/** A maximal stretch of a row that occurs in a text, token by token. */
export type Run = {
  /** First token in the row. */
  row: number;
  /** First token in the text, from 0. */
  text: number;
  length: number;
};

/** Limit of the matched tokens of one text in one row, in multiples of the text's length. */
const ENOUGH = 16;

/** Maximum number of runs kept for each text and row. */
const MOST_RUNS = 256;

/**
 * All maximal runs of n or more tokens that a row shares with indexed texts, grouped by text, in the order of the row.
 * Time is linear in the length of the row and the number of matches: a text that a row repeats is skipped once the
 * matches reach 16 times its length, so that repetitive input does not cost more.
 */
export function findRuns(index: GramIndex, row: Tokens): Map<number, Run[]> {
  const { n, owners, texts } = index;
  const found = new Map<number, { runs: Run[]; ends: Map<number, number>; matched: number }>();
  eachSeed(index, row, (rowToken, textToken) => {
    const text = owners[textToken]!;
    const from = texts.starts[text]!;
    const to = texts.starts[text + 1]!;
    const known = found.get(text);
    const diagonal = rowToken - (textToken - from);
    if (known !== undefined) {
      if ((known.ends.get(diagonal) ?? 0) >= rowToken + n) return;
      if (known.matched > ENOUGH * (to - from) || known.runs.length >= MOST_RUNS) return;
    }
    let [start, place] = [rowToken, textToken];
    while (start > 0 && place > from && row.hashes[start - 1] === texts.hashes[place - 1])
      [start, place] = [start - 1, place - 1];
    let length = rowToken - start;
    while (
      start + length < row.count &&
      place + length < to &&
      row.hashes[start + length] === texts.hashes[place + length]
    )
      length += 1;
    if (length < n) return; // two n-grams with one hash
    const entry = known ?? { runs: [], ends: new Map<number, number>(), matched: 0 };
    entry.runs.push({ row: start, text: place - from, length });
    entry.ends.set(diagonal, start + length);
    entry.matched += length;
    if (known === undefined) found.set(text, entry);
  });
  return new Map([...found].map(([text, { runs }]) => [text, runs]));
}
