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

/** Values in small letters by the words that they begin with; worked out once for all texts of a row. */
const indexes = new WeakMap<readonly KnownValue[], ReadonlyMap<string, ReadonlyMap<string, string>>>();

/** Places of some values in a text, as whole words in any case. Work grows with the text, not with the values. */
export function repeatedSpans(text: string, values: readonly KnownValue[]): Span[] {
  if (values.length === 0) return [];
  const index = indexOf(values);
  const lower = lowered(text);
  const spans: Span[] = [];
  for (let at = 0; at < lower.length; at++) {
    if (isWord(lower.charAt(at - 1))) continue;
    const word = wordAt(lower, at);
    for (const [value, type] of index.get(word) ?? []) {
      const end = at + value.length;
      if (!lower.startsWith(value, at) || isWord(lower.charAt(end))) continue;
      spans.push({ start: at, end, type, score: 0.5, by: "same-row" });
    }
    if (isWord(lower.charAt(at))) at += word.length - 1; // nothing begins inside a word
  }
  return spans;
}

function indexOf(values: readonly KnownValue[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const known = indexes.get(values);
  if (known !== undefined) return known;
  const index = new Map<string, Map<string, string>>();
  for (const { type, value } of values) {
    const lower = lowered(value);
    const word = wordAt(lower, 0);
    const same = index.get(word) ?? new Map<string, string>();
    index.set(word, same.set(lower, type));
  }
  indexes.set(values, index);
  return index;
}

/** The word that begins at a place, with the one character before it where that is part of no word. */
function wordAt(text: string, start: number): string {
  let end = start + 1;
  while (end < text.length && isWord(text.charAt(end))) end += 1;
  return text.slice(start, end);
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
