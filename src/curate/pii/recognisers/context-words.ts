import type { Needs, Window } from "./find-windows.ts";

/** Number of words before a match that are examined. */
const WORDS_BEFORE = 5;

/** Number of words after a match that are examined. */
const WORDS_AFTER = 2;

/** Maximum number of characters that these words can take. */
const REACH = 100;

/** Maximum number of characters of a match before its first digit or after its last. */
const MATCH_REACH = 40;

/** Number of consecutive digits that ordinary text rarely has, except in years and measures. */
const SOME_DIGITS = 3;

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Phrases prepared for searching, and the number of words before a match in which they may occur. */
export type ContextWords = {
  phrases: readonly string[];
  /** One rare word of each phrase: a text without any of them needs no closer check. */
  keys: readonly string[];
  wordsBefore: number | undefined;
};

/** Words that occur in many phrases and many texts. */
const GENERIC: ReadonlySet<string> = new Set("number id no code card me".split(" "));

/** Prepares words and phrases that occur near an entity: in lower case, with parts of words split. */
export function contextWords(phrases: readonly string[], wordsBefore?: number): ContextWords {
  const parted = phrases.map(words);
  const keys = parted.map((text) => text.toSorted((a, b) => rarity(b) - rarity(a))[0] ?? "");
  return {
    phrases: [...new Set(parted.map((text) => ` ${text.join(" ")}`))],
    keys: [...new Set(keys)],
    wordsBefore,
  };
}

function rarity(word: string): number {
  return GENERIC.has(word) ? 0 : word.length;
}

/** Contexts by their words, and a quick test for words that may be among them. */
export type WordIndex = {
  /** Indexes of contexts by word. */
  contexts: ReadonlyMap<string, readonly number[]>;
  /** Position of a context in the index. */
  placeOf: ReadonlyMap<ContextWords, number>;
  /** 1 for each combination of first two letters and length that a word has. */
  shapes: Uint8Array;
};

/** Prepares the search for the contexts that a text may contain. */
export function wordIndex(all: readonly ContextWords[]): WordIndex {
  const contexts = new Map<string, number[]>();
  const shapes = new Uint8Array(SHAPES);
  for (const [place, { keys }] of all.entries()) {
    for (const key of keys) {
      contexts.set(key, [...(contexts.get(key) ?? []), place]);
      shapes[shapeOf(key, 0, key.length)] = 1;
      shapes[shapeOf(`${key}s`, 0, key.length + 1)] = 1;
    }
  }
  return { contexts, placeOf: new Map(all.map((context, place) => [context, place])), shapes };
}

/** Two letters (the last five bits of their codes) times lengths (up to 15). */
const SHAPES = 32 * 32 * 16;

function shapeOf(text: string, from: number, to: number): number {
  const second = to - from > 1 ? text.charCodeAt(from + 1) & 31 : 0;
  return ((text.charCodeAt(from) & 31) << 9) | (second << 4) | Math.min(to - from, 15);
}

/** Searches for words near matches in one text; words around one position are read once. */
export type ContextFinder = {
  /** False if no context word is near a run of at least `digits` digits. */
  mayHold: (context: ContextWords, digits: number) => boolean;
  /**
   * True if one of the phrases is near a match: within five words before it or two after it, or fewer if the context
   * requires that. Only whole words count, so that "lic" is not found in "public"; a plural s is allowed.
   */
  isNear: (place: { start: number; end: number }, context: ContextWords) => boolean;
};

/**
 * Prepares the search for words near matches in a text.
 *
 * @param index of all contexts that may be searched for
 * @param windowsFor finds the pieces of the text around its digits
 */
export function contextFinder(
  text: string,
  { index, windowsFor }: { index: WordIndex; windowsFor: (needs: Needs) => readonly Window[] },
): ContextFinder {
  const before = new Map<number, string[]>();
  const after = new Map<number, string>();
  let few: Uint8Array | undefined;
  let some: Uint8Array | undefined;
  const heldNear = (digits: number): Uint8Array =>
    contextsIn(text, windowsFor({ digits, reach: REACH + MATCH_REACH }), index);
  const mayHold = (context: ContextWords, digits: number): boolean => {
    // Words near a few digits include the words near more of them.
    const held = digits < SOME_DIGITS || few !== undefined ? (few ??= heldNear(1)) : (some ??= heldNear(SOME_DIGITS));
    return held[index.placeOf.get(context)!] === 1;
  };
  const isNear: ContextFinder["isNear"] = ({ start, end }, context) => {
    const { phrases, wordsBefore } = context;
    let left = before.get(start);
    if (left === undefined) {
      left = words(text.slice(Math.max(0, start - REACH), start)).slice(-WORDS_BEFORE);
      before.set(start, left);
    }
    if (wordsBefore !== undefined) {
      const near = left.slice(-wordsBefore);
      return holds(` ${near.slice(near.findLastIndex((word) => /[0-9]/.test(word)) + 1).join(" ")} `, phrases);
    }
    let right = after.get(end);
    if (right === undefined) {
      const all = words(text.slice(end, end + REACH));
      right = ` ${all.slice(0, WORDS_AFTER).join(" ")} `;
      after.set(end, right);
    }
    return holds(` ${left.join(" ")} `, phrases) || holds(right, phrases);
  };
  return { mayHold, isNear };
}

/** 1 for each context with a key in the given pieces of a text, also with a plural s. */
function contextsIn(text: string, windows: readonly Window[], { contexts, placeOf, shapes }: WordIndex): Uint8Array {
  const found = new Uint8Array(placeOf.size);
  const mark = (word: string): void => {
    for (const place of contexts.get(word) ?? []) found[place] = 1;
  };
  for (const { start, end } of windows) {
    const piece = text.slice(start, end).toLowerCase();
    for (let index = 0; index < piece.length; index++) {
      const from = index;
      while (index < piece.length && isRoughLetter(piece.charCodeAt(index))) index += 1;
      if (index === from || shapes[shapeOf(piece, from, index)] === 0) continue;
      mark(piece.slice(from, index));
      if (piece.charCodeAt(index - 1) === S) mark(piece.slice(from, index - 1));
    }
  }
  return found;
}

const S = "s".charCodeAt(0);

/** True for letters and digits, approximately: quick, and never splits a word of WORD. */
function isRoughLetter(code: number): boolean {
  if (code < 0x80) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
  return code >= 0xc0 ? code < 0x2000 || (code >= 0x2c00 && code < 0x2e00) || code >= 0x3040 : FEW_LETTERS.has(code);
}

const FEW_LETTERS: ReadonlySet<number> = new Set([0xaa, 0xb5, 0xba]);

function holds(around: string, phrases: readonly string[]): boolean {
  return phrases.some((phrase) => around.includes(`${phrase} `) || around.includes(`${phrase}s `));
}

function words(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}
