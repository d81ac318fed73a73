import { fitsDouble } from "../../base/json-values.ts";

/** Text with a number that may not fit a double: 16 consecutive digits, or a three-digit exponent. */
const SUSPECT = /\d{16}|[eE]\+?\d{3}/;

/** A JSON number at an offset. */
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Replaces each number that a double cannot represent by a string of its digits: integers beyond 2^53, which would
 * change (64-bit ids), and numbers that would become infinity. Text that is not JSON is unchanged. What is written
 * again has the number: `editedJson`.
 */
export function exactNumbers(text: string): string {
  if (!SUSPECT.test(text)) return text;
  const parts: string[] = [];
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (char === 0x22) {
      for (index++; index < text.length && text.charCodeAt(index) !== 0x22; index++)
        if (text.charCodeAt(index) === 0x5c) index++;
      continue;
    }
    if (char !== 0x2d && (char < 0x30 || char > 0x39)) continue;
    NUMBER.lastIndex = index;
    const [number] = NUMBER.exec(text) ?? [];
    if (number === undefined) continue;
    if (!fitsDouble(number)) {
      parts.push(text.slice(from, index), `"${number}"`);
      from = index + number.length;
    }
    index += number.length - 1;
  }
  return from === 0 ? text : parts.join("") + text.slice(from);
}
