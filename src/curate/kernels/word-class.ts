/** Scripts that put no spaces between words: each of their letters is a token of its own. */
const UNSPACED =
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]$/u;

const WORD = /^[\p{L}\p{N}_]$/u;

/** Bit of a class: a letter of a script without spaces. The bits below it are the small letter. */
export const ALONE = 1 << 24;

/** A letter whose small form is another by its place in the text, or is two: the text has to be lower-cased as a whole. */
export const WHOLE_TEXT = 1 << 25;

/** Greek capital sigma, small at the end of a word another than inside; I with a dot, which becomes two code points. */
const CONTEXTUAL: ReadonlySet<number> = new Set([0x3a3, 0x130]);

const BLOCK = 256;
const blocks: (Uint32Array | undefined)[] = Array.from({ length: 0x110000 / BLOCK });

/**
 * What a code point is to a tokeniser: 0 outside words, else its small letter, with `ALONE` or `WHOLE_TEXT` set beside.
 * Word characters are those of `/[\p{L}\p{N}_]/u`. A table made as it is needed, 256 code points at a time.
 *
 * @source Unicode properties as this engine has them; SpecialCasing.txt has no other language-free condition than sigma
 */
export function wordClass(codePoint: number): number {
  const block = (blocks[codePoint >> 8] ??= classesFrom(codePoint & ~(BLOCK - 1)));
  return block[codePoint & (BLOCK - 1)]!;
}

function classesFrom(first: number): Uint32Array {
  return Uint32Array.from({ length: BLOCK }, (_, index) => {
    const character = String.fromCodePoint(first + index);
    if (CONTEXTUAL.has(first + index)) return WHOLE_TEXT;
    if (!WORD.test(character)) return 0;
    return character.toLowerCase().codePointAt(0)! | (UNSPACED.test(character) ? ALONE : 0);
  });
}
