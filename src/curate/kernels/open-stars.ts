import { isBetween, isSpace, type SignPlace } from "./sign-class.ts";

/** The code point of a star. */
export const STAR = 0x2a;

/**
 * The stars of a line that stand at one side of something. A pair sets it off, as Markdown does (`*word*`, `**word**`); one
 * that has no other is a sign: of a pointer (`int *p`, `int* p`), of any name (`*.txt`), of arguments (`**rest`).
 */
export class OpenStars {
  /** Stars that wait for the other of their pair: 2 for each pair of them that stands together, 1 for each other. */
  #open = 0;

  /** Span that the previous star ended, if any: stars right after it belong to it. */
  #ended: "pair" | "alone" | undefined;

  /** Goes to the next line. @returns what the line had open */
  endLine(): number {
    const open = this.#open;
    this.#open = 0;
    this.#ended = undefined;
    return open;
  }

  /** Takes a star that is not between two words. @returns true if it ends a word that no star begins */
  isAlone(place: SignPlace): boolean {
    if (isBetween(place)) return false;
    const { isAfterWord, isAfterSpace, isLineStart, isBeforeWord, seenBefore, next } = place;
    const isSecond = seenBefore === STAR && !isAfterWord && !isAfterSpace;
    if (isSecond && this.#ended !== undefined) return this.#ended === "alone";
    this.#ended = undefined;
    const mayEnd = !isAfterSpace && !isLineStart && !isSecond && !isBeforeWord;
    if (mayEnd && this.#open > 0) {
      this.#open = 0;
      this.#ended = "pair";
    } else if (next !== STAR && !isSpace(next)) this.#open += isSecond ? 2 : 1;
    else if (mayEnd) this.#ended = "alone";
    return this.#ended === "alone";
  }
}
