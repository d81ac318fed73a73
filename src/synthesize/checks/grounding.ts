/** Minimum number of words of a quote. */
const LEAST_WORDS = 3;

/** Minimum number of characters of a quote in a script without spaces between words. */
const LEAST_CHARACTERS = 6;

/** Maximum number of characters of a quote; a longer text would be the passage itself. */
const MOST_CHARACTERS = 2_000;

/** Scripts without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Position of a quote in a text, in UTF-16 code units; or the reason why it is rejected. */
export type Grounding = { start: number; end: number } | { problem: string };

/**
 * Finds a quote in a text: the same words in the same order, ignoring case, punctuation and spaces. A quote with
 * omissions (…) is rejected.
 */
export function groundingOf(quote: string, text: string): Grounding {
  const words = quote.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const isUnspaced = UNSPACED.test(quote);
  const isShort = isUnspaced ? words.join("").length < LEAST_CHARACTERS : words.length < LEAST_WORDS;
  if (isShort) return { problem: `the quote is too short: ${JSON.stringify(quote.slice(0, 60))}` };
  if (quote.length > MOST_CHARACTERS) return { problem: `the quote has ${quote.length} characters` };
  const between = "[^\\p{L}\\p{M}\\p{N}]{1,12}";
  const body = words.join(between);
  const whole = isUnspaced ? body : `(?<![\\p{L}\\p{M}\\p{N}])${body}(?![\\p{L}\\p{M}\\p{N}])`;
  const found = new RegExp(whole, "iu").exec(text);
  if (found === null) return { problem: `not in the passage: ${JSON.stringify(quote.slice(0, 120))}` };
  return { start: found.index, end: found.index + found[0].length };
}
