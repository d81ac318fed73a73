import { fold } from "./fold.ts";
import { type WordFacts, wordFacts } from "./gazetteer.ts";

/** How a token is written. */
export const SHAPE = {
  /** No capital in front: "table", "iPhone", and all scripts without capitals. */
  lower: 0,
  /** A capital and more: "Table", "McDonald". */
  capital: 1,
  /** Two or more letters, all capitals. */
  caps: 2,
  /** One capital alone. */
  initial: 3,
  /** Begins with a digit. */
  number: 4,
} as const;

/** What stands between a token and the one before it. */
export const GAP = {
  start: 0,
  space: 1,
  /** A full stop and spaces. */
  dot: 2,
  comma: 3,
  /** A line break, whatever else. */
  line: 4,
  other: 5,
} as const;

/** A word or number in a text. */
export type Token = {
  /** UTF-16 units in the text; an "'s" at the end is left out. */
  start: number;
  end: number;
  text: string;
  /** The word as lists have it. */
  key: string;
  /** What lists say of it; looked up when it is asked for. */
  facts: WordFacts | undefined;
  shape: number;
  /** What stands before it. */
  gap: number;
  /** An "'s" follows. */
  isPossessive: boolean;
  /** No word of the same sentence stands before it. */
  isFirst: boolean;
};

const TOKEN = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;
const UPPER = /^\p{Lu}/u;
const LOWER = /\p{Ll}/u;

/** Words and numbers of a text in order. In linear time. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const start = match.index;
    let word = match[0];
    const gap = gapOf(text, end, start);
    end = start + word.length;
    const isPossessive = word.length > 2 && isApostrophe(word.charCodeAt(word.length - 2)) && /[sS]$/.test(word);
    if (isPossessive) word = word.slice(0, -2);
    const isFirst = gap === GAP.start || gap === GAP.line || isSentenceBreak(text, { start, gap }, tokens.at(-1));
    const [shape, key] = [shapeOf(word), fold(word)];
    tokens.push({
      start,
      end: start + word.length,
      text: word,
      key,
      facts: undefined,
      shape,
      gap,
      isPossessive,
      isFirst,
    });
  }
  return tokens;
}

function isApostrophe(code: number): boolean {
  return code === 39 || code === 0x2019;
}

function gapOf(text: string, from: number, to: number): number {
  if (from === 0) return GAP.start;
  let [hasSpace, hasComma, hasDot] = [false, false, false];
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return GAP.line;
    if (code === 32 || code === 9 || code === 0xa0) hasSpace = true;
    else if (code === 44 && !hasComma && !hasDot) hasComma = true;
    else if (code === 46 && !hasDot && !hasComma) hasDot = true;
    else return GAP.other;
  }
  if (hasComma) return GAP.comma;
  if (hasDot) return GAP.dot;
  return hasSpace ? GAP.space : GAP.other;
}

/** After a stop, a question mark, a colon, an opening quote. */
function isSentenceBreak(
  text: string,
  { start, gap }: Pick<Token, "start" | "gap">,
  before: Token | undefined,
): boolean {
  if (gap === GAP.dot) return before !== undefined && before.shape !== SHAPE.initial;
  if (gap !== GAP.other) return false;
  for (let at = start - 1; at >= 0 && at >= start - 4; at--) {
    const code = text.charCodeAt(at);
    if (code === 32) continue;
    return ".!?:\"“‘'*>•-–—".includes(text.charAt(at));
  }
  return false;
}

function shapeOf(word: string): number {
  const code = word.charCodeAt(0);
  if (code >= 48 && code <= 57) return SHAPE.number;
  if (code >= 97 && code <= 122) return SHAPE.lower;
  if (!UPPER.test(word)) return SHAPE.lower;
  if (word.length === 1) return SHAPE.initial;
  return LOWER.test(word) ? SHAPE.capital : SHAPE.caps;
}

/** True for a token that begins with a capital. */
export function isCapitalised({ shape }: Token): boolean {
  return shape === SHAPE.capital || shape === SHAPE.caps || shape === SHAPE.initial;
}

/** The token as lists have it. */
export function keyOf(token: Token | undefined): string {
  return token === undefined ? "" : token.key;
}

/** What lists say of the token as a name or a word. */
export function factsOf(token: Token): WordFacts {
  token.facts ??= wordFacts(token.key);
  return token.facts;
}
