import type { PiiOperator, RedactOptions } from "../../../domain/redact.ts";
import type { Span } from "../span.ts";
import { generalised } from "./generalise.ts";
import { operatorOf } from "./profiles.ts";
import type { RedactedText } from "./redact-text.ts";
import { digitsOf, isSureRepeat, type KnownValue, repeatedSpans } from "./repeated-values.ts";

/** Input of a check: the options, and the recognisers that were used. */
export type LeakSetup = { options: RedactOptions; scan: (text: string) => readonly Span[] };

/** True for a value that its operator leaves unchanged: a country, an age under ninety, anything that is kept. */
export function isLeft(type: string, value: string, operator: PiiOperator): boolean {
  return operator === "keep" || (operator === "generalise" && generalised(type, value) === value);
}

/** Entities that the recognisers find in a redacted text, outside replacements, as ranges of the original text. */
export function foundAgain({ text, replacements }: RedactedText, { options, scan }: LeakSetup): Span[] {
  if (replacements.every(({ value, written }) => value === written)) return []; // nothing was changed
  const known = new Set(replacements.map(({ written }) => written.toLowerCase()));
  const own = marked(text.length, replacements);
  return scan(text).flatMap((span) => {
    if (span.score < options.minScore || isMarked(own, span)) return [];
    const value = text.slice(span.start, span.end);
    if (known.has(value.toLowerCase()) || isLeft(span.type, value, operatorOf(span.type, options, value))) return [];
    const last = replacements.findLast(({ end }) => end <= span.start);
    const moved = last === undefined ? 0 : last.end - last.span.end;
    return [{ ...span, start: span.start - moved, end: span.end - moved }];
  });
}

/**
 * Number of redacted values that are still in the row: in its texts outside replacements, and anywhere in the parts
 * that are exempt from redaction, in texts, numbers and names of fields.
 */
export function valuesLeft(
  redacted: readonly RedactedText[],
  others: readonly (string | number | bigint)[],
  telling: readonly KnownValue[],
): number {
  if (telling.length === 0) return 0;
  const digits = digitsOf(telling);
  const repeats = (text: string): Span[] => repeatedSpans(text, telling).filter(isSureRepeat);
  let left = 0;
  for (const { text, replacements } of redacted) {
    const own = marked(
      text.length,
      replacements.filter(({ value, written }) => value !== written),
    );
    left += repeats(text).filter((span) => !isMarked(own, span)).length;
  }
  for (const value of others) {
    left += typeof value === "string" ? repeats(value).length : digits.has(String(value)) ? 1 : 0;
  }
  return left;
}

/**
 * One byte per character of a text, 1 inside any of the ranges: the work grows with the text, not with the number of
 * ranges.
 */
export function marked(length: number, places: readonly { start: number; end: number }[]): Uint8Array {
  const marks = new Uint8Array(length);
  for (const { start, end } of places) marks.fill(1, start, end);
  return marks;
}

/** True if any character of a range is marked. */
export function isMarked(marks: Uint8Array, { start, end }: { start: number; end: number }): boolean {
  return marks.subarray(start, end).includes(1);
}
