import { fold } from "./fold.ts";
import { type WordFacts, wordFacts } from "./gazetteer.ts";

/** Spelling of a token. */
export const SHAPE = {
  /** No initial capital: "table", "iPhone", and all scripts without capitals. */
  lower: 0,
  /** An initial capital and more letters: "Table", "McDonald". */
  capital: 1,
  /** Two or more letters, all capitals. */
  caps: 2,
  /** One capital alone. */
  initial: 3,
  /** Begins with a digit. */
  number: 4,
} as const;

/** Separator between a token and the one before it. */
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

/** Context-free properties of a word, cached because most words recur. */
export type Word = {
  /** Without an "'s" at the end. */
  text: string;
  /** In the form of the lists. */
  key: string;
  shape: number;
  isPossessive: boolean;
  /** Its entry in the lists; looked up on demand. */
  facts: WordFacts | undefined;
  /** Whether an address may begin with it; computed on demand. */
  mayOpenAddress: boolean | undefined;
  /** Whether it may indicate that the next word is a name; computed on demand. */
  mayLead: boolean | undefined;
};

/** Maximum number of cached words, and maximum length of one: about 20 MB. */
const KEPT = 100_000;
const LONGEST_KEPT = 24;

const words = new Map<string, Word>();

function wordOf(written: string): Word {
  let word = words.get(written);
  if (word !== undefined) return word;
  const isPossessive =
    written.length > 2 && isApostrophe(written.charCodeAt(written.length - 2)) && /[sS]$/.test(written);
  const text = isPossessive ? written.slice(0, -2) : written;
  word = {
    text,
    key: fold(text),
    shape: shapeOf(text),
    isPossessive,
    facts: undefined,
    mayOpenAddress: undefined,
    mayLead: undefined,
  };
  if (written.length > LONGEST_KEPT) return word;
  if (words.size >= KEPT) words.clear();
  words.set(written, word);
  return word;
}

/** A word or number in a text. */
export type Token = {
  /** UTF-16 units in the text; an "'s" at the end is omitted. */
  start: number;
  end: number;
  text: string;
  /** The word in the form of the lists. */
  key: string;
  /** Context-free properties of the word. */
  word: Word;
  shape: number;
  /** Separator before it. */
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
    const written = match[0];
    const gap = gapOf(text, end, start);
    end = start + written.length;
    const word = wordOf(written);
    const isFirst = gap === GAP.start || gap === GAP.line || isSentenceBreak(text, { start, gap }, tokens.at(-1));
    tokens.push({
      start,
      end: start + word.text.length,
      text: word.text,
      key: word.key,
      word,
      shape: word.shape,
      gap,
      isPossessive: word.isPossessive,
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
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
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
  for (let index = start - 1; index >= 0 && index >= start - 4; index--) {
    const code = text.charCodeAt(index);
    if (code === 32) continue;
    return ".!?:\"“‘'*>•-–—".includes(text.charAt(index));
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

/** True for a token with an initial capital. */
export function isCapitalised({ shape }: Token): boolean {
  return shape === SHAPE.capital || shape === SHAPE.caps || shape === SHAPE.initial;
}

/** The token in the form of the lists. */
export function keyOf(token: Token | undefined): string {
  return token === undefined ? "" : token.key;
}

/** Entry of the token in the lists of names and words. */
export function factsOf(token: Token): WordFacts {
  token.word.facts ??= wordFacts(token.key);
  return token.word.facts;
}

/** True at the start of a line, also after a quote mark of mail. */
export function isLineStart(text: string, position: number): boolean {
  return (
    position === 0 ||
    text.charAt(position - 1) === "\n" ||
    (text.charAt(position - 1) === ">" && (position === 1 || text.charAt(position - 2) === "\n"))
  );
}

/** True where a line ends. */
export function isLineEnd(text: string, position: number): boolean {
  return position >= text.length || text.charAt(position) === "\n" || text.charAt(position) === "\r";
}
