/** Letters that cannot be decomposed into a base letter and a mark. */
const WHOLE: Readonly<Record<string, string>> = {
  ł: "l",
  ø: "o",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

const ASCII = /^[\x20-\x7e]*$/;

const FOREIGN = /[^\x20-\x7e]/;

/** True for a word with a letter that English words do not have. */
export function isForeign(word: string): boolean {
  return FOREIGN.test(word);
}

/**
 * A word in the form of the gazetteers: lower case, without accents: "Müller-Lüdenscheidt" is "muller-ludenscheidt".
 */
export function fold(word: string): string {
  const lower = word.toLowerCase();
  if (ASCII.test(lower)) return lower;
  return lower
    .normalize("NFD")
    .replaceAll(/[łøßæœđðþı]/g, (letter) => WHOLE[letter]!)
    .replaceAll(/\p{M}/gu, "")
    .replaceAll("’", "'");
}
