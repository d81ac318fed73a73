import type { Needs, Window } from "./find-windows.ts";

/** Words before a match that are looked at. */
const WORDS_BEFORE = 5;

/** Words after a match that are looked at. */
const WORDS_AFTER = 2;

/** Characters that these words can take. */
const REACH = 100;

/** Characters of a match before its first digit or after its last. */
const MATCH_REACH = 40;

/** Digits together that ordinary text has seldom, years and measures aside. */
const SOME_DIGITS = 3;

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Phrases made ready to be looked for, and how many words before a match they may stand in. */
export type ContextWords = {
  phrases: readonly string[];
  /** A word of each phrase, its longest: a text without any of them needs no closer look. */
  keys: readonly string[];
  wordsBefore: number | undefined;
};

/** Makes ready words and phrases that stand near an entity: lower case, parts of words parted. */
export function contextWords(phrases: readonly string[], wordsBefore?: number): ContextWords {
  const parted = phrases.map(words);
  const keys = parted.map((each) => each.toSorted((a, b) => b.length - a.length)[0] ?? "");
  return {
    phrases: [...new Set(parted.map((each) => ` ${each.join(" ")}`))],
    keys: [...new Set(keys)],
    wordsBefore,
  };
}

/** Looks for words near matches in one text; words around one place are read once. */
export type ContextFinder = {
  /** False where no word of a context is anywhere near digits of the text, as many together as a match has. */
  mayHold: (context: ContextWords, digits: number) => boolean;
  /**
   * True where one of the phrases stands near a match: within five words before it or two after, or within fewer where
   * the context says so. Whole words only, so that "lic" is not found in "public"; a plural s is allowed.
   */
  isNear: (place: { start: number; end: number }, context: ContextWords) => boolean;
};

/** Letters and digits, roughly: quick, and never splits what WORD keeps together. */
const ROUGH_WORD = /[a-z0-9\u00aa\u00b5\u00ba\u00c0-\u1fff\u2c00-\u2dff\u3040-\uffff]+/g;

/**
 * Makes ready to look for words near matches in a text.
 *
 * @param windowsFor  finds the pieces of the text around its digits
 */
export function contextFinder(text: string, windowsFor: (needs: Needs) => readonly Window[]): ContextFinder {
  const before = new Map<number, string[]>();
  const after = new Map<number, string>();
  const known = new Map<ContextWords, boolean>();
  const near: { few?: ReadonlySet<string>; some?: ReadonlySet<string> } = {};
  const wordsNear = (digits: number): ReadonlySet<string> =>
    roughWords(text, windowsFor({ digits, reach: REACH + MATCH_REACH }));
  const mayHold = (context: ContextWords, digits: number): boolean => {
    let may = known.get(context);
    if (may === undefined) {
      const words = digits < SOME_DIGITS ? (near.few ??= wordsNear(1)) : (near.some ??= wordsNear(SOME_DIGITS));
      may = context.keys.some((key) => words.has(key));
      known.set(context, may);
    }
    return may;
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

/** Words in some pieces of a text in lower case, those that end with an s without it as well. */
function roughWords(text: string, windows: readonly Window[]): Set<string> {
  const found = new Set<string>();
  for (const { start, end } of windows) {
    for (const word of text.slice(start, end).toLowerCase().match(ROUGH_WORD) ?? []) {
      found.add(word);
      if (word.endsWith("s")) found.add(word.slice(0, -1));
    }
  }
  return found;
}

function holds(around: string, phrases: readonly string[]): boolean {
  return phrases.some((phrase) => around.includes(`${phrase} `) || around.includes(`${phrase}s `));
}

function words(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}
