import { recognise } from "../../curate/pii/recognisers/recognise.ts";

/** Lowest score of a place that counts as personal data in a paper. */
const MIN_SCORE = 0.6;

/** Words that make a day one of a person. */
const BIRTH = /\b(?:birth|born|dob)\b/i;

/**
 * Kinds of personal data in a text that is to stand in a paper; empty for none. A plain day is none: papers are full of
 * days on which something was done; a birth is. Names are not looked for: papers name their authors.
 */
export function personalDataIn(text: string): string[] {
  const found = recognise(text, { minScore: MIN_SCORE }).filter(
    ({ type, start, end }) => type !== "DATE_TIME" || BIRTH.test(text.slice(Math.max(0, start - 20), end)),
  );
  return [...new Set(found.map(({ type }) => type))];
}
