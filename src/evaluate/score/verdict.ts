/** What a scorer made of one answer. */
export type Verdict = {
  /** 0 to 1, or a measure in the scorer's unit; null if there is nothing to score. */
  value: number | null;
  /** Nothing of the scorer's kind was found in the answer: it counts as wrong and is counted apart. */
  isUnparsable: boolean;
};

/** An answer that was read. */
export function scored(value: number | boolean): Verdict {
  return { value: Number(value), isUnparsable: false };
}

/** An answer in which nothing of the kind was found. */
export const UNPARSABLE: Verdict = { value: 0, isUnparsable: true };

/** The first group of the last match of a pattern, or the whole match; undefined for no match. */
export function lastMatch(text: string, pattern: string): string | undefined {
  const match = [...text.matchAll(new RegExp(pattern, "gu"))].at(-1);
  return match === undefined ? undefined : (match[1] ?? match[0]);
}
