import { isDigit, isSpace, type SignPlace } from "./sign-class.ts";

const [QUOTE, DOLLAR, AND, APOSTROPHE, OPEN, CLOSE, COMMA, HYPHEN] = [0x22, 0x24, 0x26, 0x27, 0x28, 0x29, 0x2c, 0x2d];
const [BANG, HASH, PERIOD, COLON, SEMICOLON, LESS, EQUALS, MORE] = [0x21, 0x23, 0x2e, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e];
const [SPACE, SLASH, QUESTION, BRACKET, BACKSLASH, BACKTICK] = [0x20, 0x2f, 0x3f, 0x5b, 0x5c, 0x60];
const [OPEN_BRACE, PIPE, CLOSE_BRACE] = [0x7b, 0x7c, 0x7d];

/** Backticks at the start of a line that open or close a block of code in Markdown. */
const FENCE = 3;

/** Typographic quotes, and their ASCII equivalents. */
const STRAIGHT = new Map([
  [0x2018, APOSTROPHE],
  [0x2019, APOSTROPHE],
  [0x201c, QUOTE],
  [0x201d, QUOTE],
]);

/** Used instead of a sign for a word with capitals. Above all other signs. */
const CAPITALS = 0x140000;

/**
 * Defers the signs that matter only in code, such as commas, quotes and capitals, until the end of the line shows
 * whether it is code: it is between Markdown fences or has something that prose does not have (a call, `=`, `{`, `->`,
 * an option, `;` at the end). Capitals and ends of sentences never count as evidence, so that prose that differs only
 * in these counts as equal.
 */
export class CodeLines {
  /** Signs of the line, each followed by the token before it. */
  #held = new Uint32Array(256);
  #count = 0;
  #isCode = false;
  #isInFence = false;
  #ticks = 0;
  #isAfterDash = false;
  readonly #take: (sign: number, token: number) => void;

  /** @param take  takes each sign of a line of code */
  constructor(take: (sign: number, token: number) => void) {
    this.#take = take;
  }

  /** Resets the state for a new text. */
  reset(): void {
    this.#isInFence = false;
    this.#isCode = false;
    [this.#count, this.#ticks] = [0, 0];
  }

  /** Processes a character outside words. @param isCounted whether it also counts in prose */
  takeMark(codePoint: number, token: number, { place, isCounted }: { place: SignPlace; isCounted: boolean }): void {
    if (codePoint === BACKTICK && place.isLineStart) this.#ticks += 1;
    const isDashed = this.#isAfterDash;
    this.#isAfterDash = codePoint === HYPHEN && place.isAfterSpace && place.next === HYPHEN;
    this.#isCode ||= isOfCode(codePoint, place) || (isDashed && place.isBeforeWord);
    if (isCounted) return;
    const mark = codeMark(codePoint, place);
    if (mark !== 0) this.#hold(mark, token);
  }

  /** Processes a word with capitals, given by a hash of their positions. @returns 0, for the next word */
  takeCapitals(capitals: number, token: number): number {
    this.#hold(CAPITALS ^ capitals, token);
    return 0;
  }

  /** Ends a line. @param seenBefore  the last character on it */
  endLine(seenBefore: number): void {
    const isFence = this.#ticks >= FENCE;
    if (!isFence && (this.#isCode || this.#isInFence || seenBefore === SEMICOLON)) {
      for (let index = 0; index < this.#count; index += 2) this.#take(this.#held[index]!, this.#held[index + 1]!);
    }
    if (isFence) this.#isInFence = !this.#isInFence;
    this.#isCode = false;
    [this.#count, this.#ticks] = [0, 0];
  }

  #hold(sign: number, token: number): void {
    if (this.#count === this.#held.length) {
      const wider = new Uint32Array(2 * this.#count);
      wider.set(this.#held);
      this.#held = wider;
    }
    this.#held[this.#count++] = sign;
    this.#held[this.#count++] = token;
  }
}

/** True for a mark that prose does not have in this position. */
function isOfCode(codePoint: number, place: SignPlace): boolean {
  const { isAfterWord, isAfterSpace, isLineStart, next, isBeforeWord, seenBefore } = place;
  switch (codePoint) {
    case EQUALS:
    case OPEN_BRACE:
    case CLOSE_BRACE:
      return true;
    case LESS:
      return (isBeforeWord && !isDigit(next)) || next === SLASH || next === LESS;
    case MORE:
      return seenBefore === HYPHEN && !isAfterSpace && !isAfterWord;
    case OPEN:
      return isAfterWord;
    case BRACKET:
      return isAfterWord && !isDigit(next);
    case BACKSLASH:
    case SEMICOLON:
      return isBeforeWord;
    case DOLLAR:
      return (isBeforeWord && !isDigit(next)) || next === OPEN_BRACE || next === OPEN;
    case AND:
    case COLON:
      return next === codePoint;
    case PIPE:
      return !isLineStart;
    case HYPHEN:
      return isAfterSpace && isBeforeWord && !isDigit(next) && !isLineStart;
    default:
      return false;
  }
}

/**
 * The sign of a mark that counts only in code; 0 for the end of a sentence, an apostrophe, and marks that structure
 * lines.
 */
function codeMark(codePoint: number, place: SignPlace): number {
  const { isAfterWord, isAfterSpace, isLineStart, next, isBeforeWord } = place;
  switch (codePoint) {
    case COMMA:
    case OPEN:
    case CLOSE:
    case COLON:
      return codePoint;
    case HYPHEN:
      return isLineStart && next === SPACE ? 0 : codePoint;
    case HASH:
      return isLineStart ? 0 : codePoint;
    case PERIOD:
    case BANG:
    case QUESTION:
      return !isAfterSpace && (isSpace(next) || isQuote(next)) ? 0 : codePoint;
    default:
      return isQuote(codePoint) && !(isAfterWord && isBeforeWord) ? (STRAIGHT.get(codePoint) ?? codePoint) : 0;
  }
}

function isQuote(codePoint: number): boolean {
  return codePoint === QUOTE || codePoint === APOSTROPHE || STRAIGHT.has(codePoint);
}
