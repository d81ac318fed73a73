import { isBetween, isSpace, type SignPlace } from "./sign-class.ts";

/** The code point of a star. */
export const STAR = 0x2a;

/**
 * The stars on one side of the words of a line. A pair of stars marks emphasis, as in Markdown (`*word*`, `**word**`);
 * a star without a partner is a sign: of a pointer (`int *p`, `int* p`), of a wildcard (`*.txt`), of arguments
 * (`**rest`).
 */
export class OpenStars {
  /** Stars that wait for their partner: 2 for each adjacent pair, 1 for each single star. */
  #open = 0;

  /** Span that the previous star ended, if any: stars immediately after it belong to it. */
  #ended: "pair" | "alone" | undefined;

  /** Continues with the next line. @returns the stars left open on the line */
  endLine(): number {
    const open = this.#open;
    this.#open = 0;
    this.#ended = undefined;
    return open;
  }

  /** Processes a star that is not between two words. @returns true if it ends a word that no star begins */
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
