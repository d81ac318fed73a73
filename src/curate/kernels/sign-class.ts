/** What stands around a sign. */
export type SignPlace = {
  /** A word ends right before it. */
  isAfterWord: boolean;
  isAfterSpace: boolean;
  /** No word stands before it on its line. */
  isLineStart: boolean;
  /** The code point after it, and whether that is of a word. */
  next: number;
  isBeforeWord: boolean;
};

const [NEWLINE, SPACE, BANG, HASH, OPEN, STAR, PLUS, HYPHEN, EQUALS, MORE, MINUS] = [
  0x0a, 0x20, 0x21, 0x23, 0x28, 0x2a, 0x2b, 0x2d, 0x3d, 0x3e, 0x2212,
];

/** ASCII that may be a sign: operators, and what is said of numbers. */
const ASCII = new Set(Array.from("!#$%&*+-/<=>^|~", (character) => character.charCodeAt(0)));

/** Operators, currencies and pictures, of which trade marks and the mark of unreadable bytes say nothing. */
const SYMBOL = /^[\p{Sm}\p{Sc}\p{So}]$/u;
const SAYS_NOTHING = new Set(Array.from("©®™℠\u{fffd}", (character) => character.codePointAt(0)!));

/** True for a code point that `meantSign` has to look at: those, and line breaks. */
export function maybeSign(codePoint: number): boolean {
  if (codePoint < 0x80) return codePoint === NEWLINE || ASCII.has(codePoint);
  return SYMBOL.test(String.fromCodePoint(codePoint)) && !SAYS_NOTHING.has(codePoint);
}

/**
 * The sign that a code point is where it stands, or 0 where it only sets the text off: hyphens, the bullets, quotes, headings
 * and emphasis of Markdown, exclamation marks. A minus is one before a number, a star between what it joins, `#` after a
 * word (C#), `!` before `=` or a word.
 */
export function meantSign(codePoint: number, place: SignPlace): number {
  const { isAfterWord, isAfterSpace, isLineStart, next, isBeforeWord } = place;
  switch (codePoint) {
    case NEWLINE:
      return 0;
    case MINUS:
    case HYPHEN:
      return !isAfterWord && isAmount(next) ? HYPHEN : 0;
    case BANG:
      return next === EQUALS || (!isAfterWord && isBeforeWord) ? BANG : 0;
    case HASH:
      return isAfterWord ? HASH : 0;
    case STAR:
      return (isAfterWord && (isBeforeWord || next === OPEN)) || (isAfterSpace && next === SPACE && !isLineStart)
        ? STAR
        : 0;
    case PLUS:
    case MORE:
      return isLineStart && (next === SPACE || next === MORE) ? 0 : codePoint;
    default:
      return codePoint;
  }
}

function isAmount(next: number): boolean {
  return (next >= 0x30 && next <= 0x39) || next === 0x24 || next === 0x20ac || next === 0xa3;
}
