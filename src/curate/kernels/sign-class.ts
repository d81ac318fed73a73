/** What stands around a sign. */
export type SignPlace = {
  /** A word ends right before it. */
  isAfterWord: boolean;
  /** The last character of that word, in small letters; 0 where none ends there. */
  letterBefore: number;
  /** The last character before it that is not space: 0 at the start of a text. */
  seenBefore: number;
  isAfterSpace: boolean;
  /** No word stands before it on its line. */
  isLineStart: boolean;
  /** The code point after it, and whether that is of a word. */
  next: number;
  isBeforeWord: boolean;
};

const [NEWLINE, SPACE, BANG, HASH, OPEN, CLOSE, STAR, PLUS, COMMA, HYPHEN, PERIOD, SLASH, COLON] = [
  0x0a, 0x20, 0x21, 0x23, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x3a,
];
const [EQUALS, MORE, EN_DASH, MINUS] = [0x3d, 0x3e, 0x2013, 0x2212];
const [SEMICOLON, QUESTION, AT, BACKSLASH] = [0x3b, 0x3f, 0x40, 0x5c];

/** ASCII that may be a sign: operators, what is said of numbers, brackets, and what stands inside numbers and paths. */
const ASCII = new Set(Array.from("!#$%&*+-/<=>^|~,.:;?@\\()[]{}", (character) => character.charCodeAt(0)));

/** What an expression in round brackets stands next to. */
const OPERATORS = new Set(Array.from("+-*/=<>%&|^!~(", (character) => character.charCodeAt(0)));

/** In place of the code point: the slash before the first part of a path, which is not division. */
const ROOT = 0x110000;

/** Added to the code point of a sign that stands at the end of a word, or between spaces: `/tmp/ a` and `a / b` are not `a/b`. */
const [AT_END, ALONE] = [0x110001, 0x111001];

/** Operators, currencies and pictures, of which trade marks and the mark of unreadable bytes say nothing. */
const SYMBOL = /^[\p{Sm}\p{Sc}\p{So}]$/u;
const SAYS_NOTHING = new Set(Array.from("©®™℠\u{fffd}", (character) => character.codePointAt(0)!));

/** True for a code point that `meantSign` has to look at: those, and line breaks. */
export function maybeSign(codePoint: number): boolean {
  if (codePoint < 0x80) return codePoint === NEWLINE || ASCII.has(codePoint);
  if (codePoint === EN_DASH) return true;
  return SYMBOL.test(String.fromCodePoint(codePoint)) && !SAYS_NOTHING.has(codePoint);
}

/**
 * The sign that a code point is where it stands, or 0 where it only sets the text off: hyphens, the bullets, quotes, headings
 * and emphasis of Markdown, marks of sentences. A minus is one before a number, a star between what it joins, `#` after a
 * word (C#), `!` before `=` or a word; a comma, a point, a colon and a dash inside a number (`1,5`, `1-5`), a point before
 * a path or a word (`./build`, `.env`), a slash that starts a path is not one that divides. Square and curly brackets are
 * signs, round ones those of a call or of an operand. What no sentence has is a sign: `?` and `;` right before a word, `#`
 * there or between words, a hyphen that begins a word (`-y`), `@`, `\\` but before a mark, which it only escapes. Where space
 * stands around `/` and `@` tells them apart, but around a slash after a number, which divides.
 */
export function meantSign(codePoint: number, place: SignPlace): number {
  const { isAfterWord, isAfterSpace, isLineStart, next, isBeforeWord } = place;
  switch (codePoint) {
    case NEWLINE:
      return 0;
    case COMMA:
    case COLON:
      return isInNumber(place) ? codePoint : 0;
    case PERIOD:
      return isInNumber(place) || next === SLASH || (isAfterSpace && isBeforeWord) ? PERIOD : 0;
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
    case SEMICOLON:
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
      return codePoint;
  }
}

/** True for a star between what it joins. */
export function isBetween({ isAfterWord, isAfterSpace, isLineStart, next, isBeforeWord }: SignPlace): boolean {
  return (isAfterWord && (isBeforeWord || next === OPEN)) || (isAfterSpace && next === SPACE && !isLineStart);
}

/** True for a hyphen that begins a word on a line: of an option, or a minus. */
function isPrefix({ isAfterSpace, isLineStart, isBeforeWord }: SignPlace): boolean {
  return isAfterSpace && isBeforeWord && !isLineStart;
}

/** What is added to a sign for the space around it. */
function spacing({ isAfterWord, isAfterSpace, next }: SignPlace): number {
  if (!isSpace(next)) return 0;
  return isAfterWord ? AT_END : isAfterSpace ? ALONE : 0;
}

/** True for space, and past the end of a text. */
export function isSpace(codePoint: number): boolean {
  return codePoint === SPACE || (codePoint >= 9 && codePoint <= 13);
}

function isInNumber({ letterBefore, next }: SignPlace): boolean {
  return isDigit(letterBefore) && isDigit(next);
}

function isDigit(codePoint: number): boolean {
  return codePoint >= 0x30 && codePoint <= 0x39;
}

function isAmount(next: number): boolean {
  return isDigit(next) || next === 0x24 || next === 0x20ac || next === 0xa3;
}
