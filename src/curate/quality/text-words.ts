/** Words and punctuation marks of a text: split at spaces, with punctuation separated. Linear time. */
export function textWords(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]/gu) ?? [];
}

/**
 * Words and marks of a page as a tokeniser splits them: an address, a number with its points and a run of one mark each
 * count as one. Takes linear time.
 */
export function pageWords(text: string): string[] {
  return text.match(PAGE_WORDS) ?? [];
}

const PAGE_WORDS =
  /(?:https?:\/\/|www\.)[^\s<>"')\]]+|\p{N}+(?:[.,:]\p{N}+)+|[\p{L}\p{M}\p{N}_]+(?:['’.][\p{L}\p{M}\p{N}_]+)*|([^\s\p{L}\p{M}\p{N}_])\1*/gu;

/** True for a word with a letter or a digit, false for a mark. */
export function isWord(word: string): boolean {
  return /^[\p{L}\p{M}\p{N}]/u.test(word);
}

/** Lines of a text, split at any Unicode line break; no empty line at the end. */
export function textLines(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
