/** Result of a scorer for one answer. */
export type Verdict = {
  /** 0 to 1, or a measure in the scorer's unit; null if there is nothing to score. */
  value: number | null;
  /**
   * True if the answer contained nothing that the scorer could extract: it counts as wrong and is counted separately.
   */
  isUnparsable: boolean;
};

/** A parsed answer. */
export function scored(value: number | boolean): Verdict {
  return { value: Number(value), isUnparsable: false };
}

/** An answer that could not be parsed. */
export const UNPARSABLE: Verdict = { value: 0, isUnparsable: true };

/** The first group of the last match of a pattern, or the complete match; undefined if there is no match. */
export function lastMatch(text: string, pattern: string): string | undefined {
  const match = [...text.matchAll(new RegExp(pattern, "gu"))].at(-1);
  return match === undefined ? undefined : (match[1] ?? match[0]);
}
