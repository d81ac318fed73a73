import { type KeyList, keyList, type RowKeys } from "../kernels/key-list.ts";
import { type ShingleHashes, shingleHashes } from "../kernels/shingle-hashes.ts";
import type { CandidateKeys } from "./candidate-keys.ts";
import { rowShingles, type RowTokens, wholeText } from "./row-tokens.ts";

/** Data of each row by its number during the search for duplicates. */
export type RowSketches = {
  /** Tokens of each row; 0 for a row without a word, which is never a duplicate. */
  tokens: Uint32Array;
  /** Hash of all tokens and punctuation of each row in order, as two halves. */
  whole: Uint32Array;
  /** Hash of the punctuation of each row; 0 for a row without any. */
  signs: Uint32Array;
  /** Hash of the compared text as written. */
  written: Uint32Array;
  /**
   * Hash of the numbers of an answer, of a label and of a short answer: rows that differ in it are never duplicates. 0
   * if there are none.
   */
  facts: Uint32Array;
  /** Hash of the marks of each row, which distinguish rows with the same text: see `RowParts`. 0 for none. */
  marks: Uint32Array;
  /**
   * Hash of the question that has one right answer, as two halves: see `TokenParts`. Both are 0 for a row without
   * prompt and answer.
   */
  prompts: Uint32Array;
  /** Hash of each row's answer if it has only a few words; otherwise 0. */
  shortAnswers: Uint32Array;
};

/** Data of all rows. */
export type Sketches = RowSketches & { keys: RowKeys };

/** Adds the rows one by one. */
export type Sketcher = {
  /** Adds rows that were sketched earlier, from row 0, with `[row, key]` pairs in the order of the rows. */
  addKnown: (rows: Omit<Sketches, "keys"> & { keys: Uint32Array }) => void;
  /** @returns the shingles of the row, valid until the next call */
  add: (row: number, tokens: RowTokens) => ShingleHashes;
  /** Keys of all rows added so far. */
  keys: KeyList;
  sketches: (rows: number) => Sketches;
};

/**
 * Sketches rows: 40 bytes each, 4 for each key, and 4 more if a row has any. Without a key function, rows are compared
 * only by their complete text.
 */
export function sketcher(addKeys: CandidateKeys | undefined): Sketcher {
  const held = {
    tokens: room(1),
    whole: room(2),
    signs: room(1),
    written: room(1),
    facts: room(1),
    marks: room(1),
    prompts: room(2),
    shortAnswers: room(1),
  };
  const names = Object.keys(held) as (keyof typeof held)[];
  const makeRoom = (rows: number): void => {
    for (const name of names) held[name] = grown(held[name], WIDTHS[name] * rows);
  };
  const keys = keyList();
  const shingles = shingleHashes();
  return {
    addKnown: (known) => {
      for (const name of names) held[name] = grown(known[name], WIDTHS[name] * (2 * known.tokens.length + 4096));
      for (let index = 0; index < known.keys.length; index += 2) keys.add(known.keys[index + 1]!, known.keys[index]!);
    },
    add: (row, tokens) => {
      if (row >= held.tokens.length) makeRoom(2 * row);
      held.tokens[row] = tokens.count;
      held.signs[row] = tokens.signs;
      held.written[row] = tokens.written;
      held.whole.set(wholeText(tokens), 2 * row);
      held.marks[row] = tokens.marks ?? 0;
      if (tokens.parts === undefined) {
        // What a text without prompt and answer may have one of is a score: see `labelConflicts`.
        if (held.marks[row] !== 0) held.prompts.set(textAlone(tokens), 2 * row);
      } else {
        held.facts[row] = tokens.parts.facts;
        held.prompts.set(tokens.parts.prompt, 2 * row);
        held.shortAnswers[row] = tokens.parts.shortAnswer;
      }
      if (addKeys === undefined) return shingles;
      rowShingles(tokens, shingles);
      addKeys(row, shingles, keys);
      return shingles;
    },
    keys,
    sketches: (rows) => ({
      tokens: exactly(held.tokens, rows),
      whole: exactly(held.whole, 2 * rows),
      signs: exactly(held.signs, rows),
      written: exactly(held.written, rows),
      facts: exactly(held.facts, rows),
      marks: exactly(held.marks, rows),
      prompts: exactly(held.prompts, 2 * rows),
      shortAnswers: exactly(held.shortAnswers, rows),
      keys,
    }),
  };
}

/** Number of values stored per row. */
const WIDTHS = { tokens: 1, whole: 2, signs: 1, written: 1, facts: 1, marks: 1, prompts: 2, shortAnswers: 1 } as const;

/** Hash of a text without its marks, in the form of `TokenParts.prompt`. */
function textAlone(tokens: RowTokens): [high: number, low: number] {
  const [low, high] = wholeText({ ...tokens, marks: 0 });
  return [high, (low & ~1) >>> 0];
}

function room(width: number): Uint32Array {
  return new Uint32Array(4096 * width);
}

function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(length);
  wider.set(array);
  return wider;
}

/** The values of the first rows, up to the given number; rows after the last one added have zeros. */
function exactly(array: Uint32Array, length: number): Uint32Array {
  return length <= array.length ? array.subarray(0, length) : grown(array, length);
}
