/** Context of a punctuation mark or operator. */
export type SignPlace = {
  /** Whether a word ends immediately before it. */
  isAfterWord: boolean;
  /** The last character of that word, in lower case; 0 if no word ends there. */
  letterBefore: number;
  /** The last character before it that is not white space: 0 at the start of a text. */
  seenBefore: number;
  isAfterSpace: boolean;
  /** Whether no word precedes it on its line. */
  isLineStart: boolean;
  /** Number of points immediately before it, and whether a word ends immediately before the first of them. */
  points: number;
  arePointsAfterWord: boolean;
  /** The code point after it, and whether it is part of a word. */
  next: number;
  isBeforeWord: boolean;
};

const [NEWLINE, SPACE, BANG, HASH, OPEN, CLOSE, STAR, PLUS, COMMA, HYPHEN, PERIOD, SLASH] = [
  0x0a, 0x20, 0x21, 0x23, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f,
];
const [QUOTE, APOSTROPHE, EQUALS, MORE, EN_DASH, MINUS] = [0x22, 0x27, 0x3d, 0x3e, 0x2013, 0x2212];
const [QUESTION, AT, BACKSLASH, BACKTICK] = [0x3f, 0x40, 0x5c, 0x60];

/**
 * ASCII characters that may be signs: operators, marks of quantities, brackets, quotes, and marks inside numbers and
 * paths.
 */
const ASCII = new Set(Array.from("!#$%&*+-/<=>^|~,.:;?@\\()[]{}\"'`", (character) => character.charCodeAt(0)));

/** Neighbours of an expression in round brackets. */
const OPERATORS = new Set(Array.from("+-*/=<>%&|^!~(", (character) => character.charCodeAt(0)));

/** Used instead of the code point for the slash before the first part of a path, which is not a division. */
const ROOT = 0x110000;

/** Used instead of the code point for two points: the parent folder, or a range. */
const TWO_POINTS = 0x110002;

/** True for curly quotes, which are signs in code like straight ones. */
const isCurly = (codePoint: number): boolean =>
  codePoint === 0x2018 || codePoint === 0x2019 || codePoint === 0x201c || codePoint === 0x201d;

/** Added to the code point of a sign at the end of a word or between spaces: `/tmp/ a` and `a / b` are not `a/b`. */
const [AT_END, ALONE] = [0x110001, 0x111001];

/** Operators, currencies and pictographs, except those without meaning: trade marks and the replacement character. */
const SYMBOL = /^[\p{Sm}\p{Sc}\p{So}]$/u;
const SAYS_NOTHING = new Set(Array.from("©®™℠\u{fffd}", (character) => character.codePointAt(0)!));

/** True for a code point that `meantSign` must check: the signs above, and line breaks. */
export function maybeSign(codePoint: number): boolean {
  if (codePoint < 0x80) return codePoint === NEWLINE || ASCII.has(codePoint);
  if (codePoint === EN_DASH || isCurly(codePoint)) return true;
  return SYMBOL.test(String.fromCodePoint(codePoint)) && !SAYS_NOTHING.has(codePoint);
}

/**
 * The sign that a code point represents in its position, or 0 if it only structures the text, as commas, ends of
 * sentences, hyphens, and Markdown's bullets, quotes, headings and emphasis do. Signs are: a colon and a semicolon
 * (between statements or after a key); a minus before a number; a star between operands; `#` after a word (C#); `!`
 * before `=` or a word; a comma or dash inside a number (`1,5`, `1-5`); a point inside a number or word, before a path
 * or word (`1.5`, `a.b`, `./build`, `.env`), and one or two points alone (`git add .`, `cd ..`). A slash that starts a
 * path differs from one that divides. Square and curly brackets are signs; round ones only in a call or around an
 * operand. Marks that sentences do not have are signs: `?` immediately before a word, `#` there or between words, a
 * hyphen that begins a word (`-y`), `@`, and `\\` unless it escapes a mark. Space around `/` and `@` distinguishes
 * them, except around a slash after a number, which divides. Signs that count only in code are in `CodeLines`.
 */
export function meantSign(codePoint: number, place: SignPlace): number {
  const { isAfterWord, isAfterSpace, isLineStart, next, isBeforeWord } = place;
  switch (codePoint) {
    case NEWLINE:
    case QUOTE:
    case APOSTROPHE:
      return 0;
    case BACKTICK:
      return place.seenBefore === EQUALS && !isAfterWord ? BACKTICK : 0;
    case COMMA:
      return isInNumber(place) ? codePoint : 0;
    case PERIOD:
      return pointSign(place);
    case EN_DASH:
      return isInNumber(place) ? HYPHEN : 0;
    case MINUS:
    case HYPHEN:
      return isInNumber(place) || (!isAfterWord && isAmount(next)) || isPrefix(place) ? HYPHEN : 0;
    case SLASH:
      return !isAfterWord && isBeforeWord ? ROOT : SLASH + (isDigit(place.seenBefore) ? 0 : spacing(place));
    case AT:
      return AT + spacing(place);
    case QUESTION:
      return isBeforeWord ? codePoint : 0;
    case BACKSLASH:
      return isBeforeWord || next === SPACE || next === BACKSLASH ? BACKSLASH : 0;
    case OPEN:
      return isAfterWord || OPERATORS.has(place.seenBefore) ? OPEN : 0;
    case CLOSE:
      return OPERATORS.has(next) ? CLOSE : 0;
    case BANG:
      return next === EQUALS || (!isAfterWord && isBeforeWord) ? BANG : 0;
    case HASH:
      return isAfterWord || isBeforeWord || (isAfterSpace && next === SPACE && !isLineStart) ? HASH : 0;
    case STAR:
      return isBetween(place) ? STAR : 0;
    case PLUS:
    case MORE:
      return isLineStart && (next === SPACE || next === MORE) ? 0 : codePoint;
    default:
      return isCurly(codePoint) ? 0 : codePoint;
  }
}

/** The sign of a point: inside a number or word, before a path or word, or one or two points that form a word. */
function pointSign(place: SignPlace): number {
  const { points, arePointsAfterWord, isAfterSpace, next, isBeforeWord, seenBefore } = place;
  if (points > 1) return 0;
  if (points === 1) return next === SLASH || (arePointsAfterWord ? isBeforeWord : isSpace(next)) ? TWO_POINTS : 0;
  if (isBeforeWord) return seenBefore === QUESTION && !isAfterSpace ? QUESTION : PERIOD; // `a?.b`
  return next === SLASH || (isAfterSpace && isSpace(next)) ? PERIOD : 0;
}

/** True for a star between operands. */
export function isBetween({ isAfterWord, isAfterSpace, isLineStart, next, isBeforeWord }: SignPlace): boolean {
  return (isAfterWord && (isBeforeWord || next === OPEN)) || (isAfterSpace && next === SPACE && !isLineStart);
}

/** True for a hyphen that begins a word on a line: an option, or a minus. */
function isPrefix({ isAfterSpace, isLineStart, isBeforeWord }: SignPlace): boolean {
  return isAfterSpace && isBeforeWord && !isLineStart;
}

/** Value added to a sign for the space around it. */
function spacing({ isAfterWord, isAfterSpace, next }: SignPlace): number {
  if (!isSpace(next)) return 0;
  return isAfterWord ? AT_END : isAfterSpace ? ALONE : 0;
}

/** True for white space, and beyond the end of a text. */
export function isSpace(codePoint: number): boolean {
  return codePoint === SPACE || (codePoint >= 9 && codePoint <= 13);
}

function isInNumber({ letterBefore, next }: SignPlace): boolean {
  return isDigit(letterBefore) && isDigit(next);
}

/** True for 0 to 9. */
export function isDigit(codePoint: number): boolean {
  return codePoint >= 0x30 && codePoint <= 0x39;
}

function isAmount(next: number): boolean {
  return isDigit(next) || next === 0x24 || next === 0x20ac || next === 0xa3;
}
