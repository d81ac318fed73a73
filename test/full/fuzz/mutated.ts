import type { Random } from "../../../src/base/random.ts";

/** Texts and numbers at which parsers break. */
const TOKENS = [
  "\0", "\ud800", "\u{1f600}", "\ufeff", '"', "\\", "{", "[", "]", "}", ",", "\n", "\r", "-", "e999", "1e309", "-0",
  "9007199254740993", "null", "NaN", "__proto__", "constructor", "toString", "9999-12-31", "[".repeat(200), "&a *a",
  "<<: ", "!!js/function ", "\t", "=cmd|", "\u202e", "%", "''",
]; // oxfmt-ignore

/** A damaged copy: bits flipped, parts cut, doubled, moved or replaced by what parsers break at. */
export function mutated(whole: Uint8Array, random: Random): Uint8Array {
  let bytes = Buffer.from(whole);
  const times = 1 + Math.floor(random() * 4);
  for (let time = 0; time < times && bytes.length > 0; time++) {
    const start = Math.floor(random() * bytes.length);
    const end = Math.min(bytes.length, start + 1 + Math.floor(random() ** 3 * 200));
    const [before, part, after] = [bytes.subarray(0, start), bytes.subarray(start, end), bytes.subarray(end)];
    switch (Math.floor(random() * 7)) {
      case 0:
        bytes = Buffer.from(bytes);
        bytes[start]! ^= 1 << Math.floor(random() * 8);
        break;
      case 1:
        bytes = Buffer.from(bytes);
        bytes[start] = Math.floor(random() * 256);
        break;
      case 2:
        bytes = Buffer.concat([before, after]);
        break;
      case 3:
        bytes = Buffer.concat([before, part, part, after]);
        break;
      case 4:
        bytes = Buffer.from(before);
        break;
      case 5:
        bytes = Buffer.concat([before, Buffer.from(TOKENS[Math.floor(random() * TOKENS.length)]!), after]);
        break;
      default:
        bytes = Buffer.concat([before, Buffer.from(TOKENS[Math.floor(random() * TOKENS.length)]!), part, after]);
    }
  }
  return bytes;
}
