/** Words before a match that are looked at. */
const WORDS_BEFORE = 5;

/** Words after a match that are looked at. */
const WORDS_AFTER = 2;

/** Characters that these words can take. */
const REACH = 100;

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Phrases made ready to be looked for. */
export type ContextWords = readonly string[];

/** Makes ready words and phrases that stand near an entity: lower case, parts of words parted. */
export function contextWords(phrases: readonly string[]): ContextWords {
  return [...new Set(phrases.map((phrase) => ` ${words(phrase).join(" ")}`))];
}

/**
 * True where one of the phrases stands near a match: within five words before it or two after. Whole words only, so
 * that "lic" is not found in "public"; a plural s is allowed.
 */
export function hasContext(
  text: string,
  { start, end }: { start: number; end: number },
  phrases: ContextWords,
): boolean {
  if (phrases.length === 0) return false;
  const before = words(text.slice(Math.max(0, start - REACH), start)).slice(-WORDS_BEFORE);
  const after = words(text.slice(end, end + REACH)).slice(0, WORDS_AFTER);
  return holds(` ${before.join(" ")} `, phrases) || holds(` ${after.join(" ")} `, phrases);
}

function holds(words: string, phrases: ContextWords): boolean {
  return phrases.some((phrase) => words.includes(`${phrase} `) || words.includes(`${phrase}s `));
}

function words(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}
