import { maybeSign } from "./sign-class.ts";

/** Scripts without spaces between words: each of their letters is a separate token. */
const UNSPACED =
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]$/u;

const WORD = /^[\p{L}\p{N}_]$/u;

/** A code point outside words that may be a sign, such as an operator or a line break. All letters are above it. */
export const SIGN = 2;

/** Bit of a class: a letter of a script without spaces. The bits below it are the lower-case letter. */
export const ALONE = 1 << 24;

/**
 * Bit of a class: the class depends on adjacent code points, so that the text must be composed (NFC) and lower-cased as
 * a whole first.
 */
export const WHOLE_TEXT = 1 << 25;

/**
 * Greek capital sigma, whose lower case differs at the end of a word, and I with a dot, which becomes two code points.
 */
const CONTEXTUAL: ReadonlySet<number> = new Set([0x3a3, 0x130]);

/** Range of code points that compose with preceding ones, although no letter below ends in them. */
const JAMO: readonly (readonly [number, number])[] = [
  [0x1161, 0x1175],
  [0x11a8, 0x11c2],
];

/** Blocks whose letters NFD decomposes, except Hangul: scripts of Europe, Asia and Africa, kana, Kaithi and after. */
const COMPOSED: readonly (readonly [number, number])[] = [
  [0xc0, 0x2fff],
  [0x3040, 0x30ff],
  [0x11000, 0x11fff],
];

const BLOCK = 256;
const blocks: (Uint32Array | undefined)[] = Array.from({ length: 0x110000 / BLOCK });

/**
 * Class of a code point for a tokeniser: 0 or `SIGN` outside words, otherwise its lower-case letter, with `ALONE` or
 * `WHOLE_TEXT` added. Word characters are those of `/[\p{L}\p{N}_]/u`. The table is built on demand, 256 code points at
 * a time.
 *
 * @source Unicode properties of the JavaScript engine; in SpecialCasing.txt, sigma has the only condition that does not
 * depend on the language
 */
export function wordClass(codePoint: number): number {
  const block = (blocks[codePoint >> 8] ??= classesFrom(codePoint & ~(BLOCK - 1)));
  return block[codePoint & (BLOCK - 1)]!;
}

function classesFrom(first: number): Uint32Array {
  return Uint32Array.from({ length: BLOCK }, (_, index) => {
    const codePoint = first + index;
    const character = String.fromCodePoint(codePoint);
    if (CONTEXTUAL.has(codePoint)) return WHOLE_TEXT;
    const whole = isComposable(codePoint, character) ? WHOLE_TEXT : 0;
    if (!WORD.test(character)) return whole | (maybeSign(codePoint) ? SIGN : 0);
    return character.toLowerCase().codePointAt(0)! | (UNSPACED.test(character) ? ALONE : 0) | whole;
  });
}

/** True if NFC may change a text with this code point: its Unicode quick check is no or maybe. */
function isComposable(codePoint: number, character: string): boolean {
  if (codePoint < 0x300) return false;
  if (character.normalize("NFC") !== character) return true;
  if (JAMO.some(([from, to]) => codePoint >= from && codePoint <= to)) return true;
  joining ??= joiningMarks();
  return joining.has(codePoint);
}

let joining: ReadonlySet<number> | undefined;

/** Last code point of a letter that NFD decomposes and NFC composes again. */
function joiningMarks(): ReadonlySet<number> {
  const marks = new Set<number>();
  for (const [from, to] of COMPOSED) {
    for (let codePoint = from; codePoint <= to; codePoint++) {
      const character = String.fromCodePoint(codePoint);
      const parts = Array.from(character.normalize("NFD"));
      if (parts.length > 1 && character.normalize("NFC") === character) marks.add(parts.at(-1)!.codePointAt(0)!);
    }
  }
  return marks;
}
