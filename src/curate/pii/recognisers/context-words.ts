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
 * Says whether one of some phrases stands near a match: within five words before it or two after. Whole words only, so
 * that "lic" is not found in "public"; a plural s is allowed. Words around one place are read once.
 */
export function contextFinder(text: string): (place: { start: number; end: number }, phrases: ContextWords) => boolean {
  const before = new Map<number, string>();
  const after = new Map<number, string>();
  return ({ start, end }, phrases) => {
    if (phrases.length === 0) return false;
    let left = before.get(start);
    if (left === undefined) {
      const all = words(text.slice(Math.max(0, start - REACH), start));
      left = ` ${all.slice(-WORDS_BEFORE).join(" ")} `;
      before.set(start, left);
    }
    let right = after.get(end);
    if (right === undefined) {
      const all = words(text.slice(end, end + REACH));
      right = ` ${all.slice(0, WORDS_AFTER).join(" ")} `;
      after.set(end, right);
    }
    return holds(left, phrases) || holds(right, phrases);
  };
}

function holds(around: string, phrases: ContextWords): boolean {
  return phrases.some((phrase) => around.includes(`${phrase} `) || around.includes(`${phrase}s `));
}

function words(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}
