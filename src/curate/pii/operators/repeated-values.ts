import { fold } from "../names/fold.ts";
import { wordFacts } from "../names/gazetteer.ts";
import type { Span } from "../span.ts";

/** Letters and digits of the shortest value that is looked for elsewhere. */
const SHORTEST = 4;

/** A value that was redacted somewhere in a row, by its entity. */
export type KnownValue = { type: string; value: string };

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;

/**
 * Values that give somebody away wherever they stand: those with enough letters or digits, and of a name each word that is
 * no common word.
 */
export function tellingValues(values: readonly KnownValue[]): KnownValue[] {
  return values.flatMap(({ type, value }) => {
    if (type === "PERSON") {
      const words = value.match(WORD) ?? [];
      return words
        .filter((word) => word.length >= SHORTEST && wordFacts(fold(word)).common === 0)
        .map((word) => ({ type, value: word }));
    }
    if (
      type === "LOCATION" ||
      type === "NRP" ||
      type === "ORGANIZATION" ||
      type === "TITLE" ||
      type === "AGE" ||
      type === "DATE_TIME"
    )
      return [];
    return value.replaceAll(/[^\p{L}\p{N}]/gu, "").length >= SHORTEST ? [{ type, value }] : [];
  });
}

/** Places of some values in a text, as whole words in any case. */
export function repeatedSpans(text: string, values: readonly KnownValue[]): Span[] {
  if (values.length === 0) return [];
  const types = new Map(values.map(({ type, value }) => [lowered(value), type]));
  const lower = lowered(text);
  const spans: Span[] = [];
  for (const [value, type] of types) {
    for (let at = lower.indexOf(value); at !== -1; at = lower.indexOf(value, at + value.length)) {
      const end = at + value.length;
      if (isWord(lower.charAt(at - 1)) || isWord(lower.charAt(end))) continue;
      spans.push({ start: at, end, type, score: 0.5, by: "same-row" });
    }
  }
  return spans;
}

/** Digits of the values that are numbers, as a number in a field shows them: no separators, no zeros in front. */
export function digitsOf(values: readonly KnownValue[]): ReadonlySet<string> {
  const numbers = values.filter(({ value }) => !/\p{L}/u.test(value));
  const digits = numbers.map(({ value }) => value.replaceAll(/\D/g, "").replace(/^0+/, ""));
  return new Set(digits.filter((each) => each.length >= SHORTEST));
}

/** A text in small letters, as long as it was: İ alone (U+0130) has a small form of two units, and becomes i. */
function lowered(text: string): string {
  return text.replaceAll("\u0130", "i").toLowerCase();
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}
