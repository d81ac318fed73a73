import { isIdentifier } from "../code/code-spans.ts";
import type { Span } from "../span.ts";
import { type Form, nameWords, standing } from "./name-words.ts";

/** Minimum number of letters and digits of a value that is searched for elsewhere, except for words of a name. */
const SHORTEST = 4;

/** Score of a value that was found elsewhere in its row, and of a word of a name that may be another word. */
const SCORE = 0.5;
const DOUBT = 0.3;

/** A value that was redacted somewhere in a row, by its entity; a form if it counts only in some spellings. */
export type KnownValue = { type: string; value: string; form?: Form };

const NOT_TELLING = new Set(["LOCATION", "NRP", "ORGANIZATION", "TITLE", "AGE", "DATE_TIME"]);

/** Default passwords that are published, and that are also names of programs and accounts: "image: postgres". */
const PUBLISHED = new Set(
  "postgres mysql mariadb mongo mongodb redis rabbitmq minio minioadmin grafana root admin administrator guest test user password passwd secret default example changeme".split(
    " ",
  ),
);

/** Values that identify somebody wherever they occur: those with enough letters or digits, and the words of a name. */
export function tellingValues(values: readonly KnownValue[]): KnownValue[] {
  return values.flatMap(({ type, value }): KnownValue[] => {
    if (type === "PERSON") return nameWords(value).map(({ word, form }) => ({ type, value: word, form }));
    if (NOT_TELLING.has(type) || (type === "SECRET" && PUBLISHED.has(value.toLowerCase()))) return [];
    return value.replaceAll(/[^\p{L}\p{N}]/gu, "").length >= SHORTEST ? [{ type, value }] : [];
  });
}

/** Values by their first word and by their full text, all in lower case; computed once for all texts of a row. */
const indexes = new WeakMap<readonly KnownValue[], ReadonlyMap<string, ReadonlyMap<string, KnownValue>>>();

/**
 * Occurrences of the values in a text, as whole words in any case, or in the case of their form, with a score of 0.5,
 * or of 0.3 for a word of a name that may be another word. The work grows with the text, not with the number of values.
 */
export function repeatedSpans(text: string, values: readonly KnownValue[]): Span[] {
  if (values.length === 0) return [];
  const index = indexOf(values);
  const lower = lowered(text);
  const spans: Span[] = [];
  for (let position = 0; position < lower.length; position++) {
    if (isWord(lower.charAt(position - 1))) continue;
    const word = wordAt(lower, position);
    for (const [value, { type, form }] of index.get(word) ?? []) {
      const end = position + value.length;
      if (!lower.startsWith(value, position) || isWord(lower.charAt(end))) continue;
      if (form !== undefined && isInCode(text, position, end)) continue; // max(a), if Max is mentioned
      const how = form === undefined ? "sure" : standing(text, { start: position, end }, form);
      if (how !== "other") {
        spans.push({ start: position, end, type, score: how === "sure" ? SCORE : DOUBT, by: "same-row" });
      }
    }
    if (isWord(lower.charAt(position))) position += word.length - 1; // nothing begins inside a word
  }
  return spans;
}

/** True among the identifiers of a program, and for a lower-case word before the bracket of a call. */
function isInCode(text: string, start: number, end: number): boolean {
  const isCall = text.charAt(end) === "(" && text.charAt(start) === text.charAt(start).toLowerCase();
  return isCall || isIdentifier(text, { start, end });
}

/** Spans that certainly repeat the value, without those that may be another word. */
export function isSureRepeat({ score }: Span): boolean {
  return score >= SCORE;
}

function indexOf(values: readonly KnownValue[]): ReadonlyMap<string, ReadonlyMap<string, KnownValue>> {
  const known = indexes.get(values);
  if (known !== undefined) return known;
  const index = new Map<string, Map<string, KnownValue>>();
  for (const value of values) {
    const lower = lowered(value.value);
    const word = wordAt(lower, 0);
    const same = index.get(word) ?? new Map<string, KnownValue>();
    index.set(word, same);
    if (same.get(lower) === undefined || value.form === undefined) same.set(lower, value);
  }
  indexes.set(values, index);
  return index;
}

/** The word that begins at a position, with the preceding character unless that is part of a word. */
function wordAt(text: string, start: number): string {
  let end = start + 1;
  while (end < text.length && isWord(text.charAt(end))) end += 1;
  return text.slice(start, end);
}

/** Digits of numeric values, in the form of a number in a field: no separators, no leading zeros. */
export function digitsOf(values: readonly KnownValue[]): ReadonlySet<string> {
  const numbers = values.filter(({ value }) => !/\p{L}/u.test(value));
  const digits = numbers.map(({ value }) => value.replaceAll(/\D/g, "").replace(/^0+/, ""));
  return new Set(digits.filter((digit) => digit.length >= SHORTEST));
}

/** A text in lower case with unchanged length: only İ (U+0130) has a lower-case form of two units; it becomes i. */
function lowered(text: string): string {
  return text.replaceAll("\u0130", "i").toLowerCase();
}

function isWord(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code < 128)
    return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
  return /[\p{L}\p{N}_]/u.test(character);
}
