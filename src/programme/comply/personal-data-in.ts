import { recognise } from "../../curate/pii/recognisers/recognise.ts";

/** Lowest score of a span that counts as personal data in a paper; one object, as `recognise` prepares its search once. */
const SEARCH = { minScore: 0.6 } as const;

/** Words that make a day personal data. */
const BIRTH = /\b(?:birth|born|dob)\b/i;

/**
 * Kinds of personal data in a text for a paper; empty if none. A plain day is not personal data, because papers have
 * many dates; a date of birth is. Names are not searched for, because papers name their authors.
 */
export function personalDataIn(text: string): string[] {
  const found = recognise(text, SEARCH).filter(
    ({ type, start, end }) => type !== "DATE_TIME" || BIRTH.test(text.slice(Math.max(0, start - 20), end)),
  );
  return [...new Set(found.map(({ type }) => type))];
}
