/** Text in which some number may not be a double: 16 digits in a row, or an exponent of three. */
const SUSPECT = /\d{16}|[eE]\+?\d{3}/;

/** A number of JSON from a place on. */
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * JSON in which each number that a double does not hold is a string of its digits: integers beyond 2^53 that would come
 * out as others (ids of 64 bits), and numbers that would come out as infinity. Text that is not JSON stays what it is.
 *
 * @returns the text, and the numbers that are strings now
 */
export function exactNumbers(text: string): { text: string; numbers: string[] } {
  if (!SUSPECT.test(text)) return { text, numbers: [] };
  const numbers: string[] = [];
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
    if (!isDouble(number)) {
      numbers.push(number);
      parts.push(text.slice(from, index), `"${number}"`);
      from = index + number.length;
    }
    index += number.length - 1;
  }
  return { text: numbers.length === 0 ? text : parts.join("") + text.slice(from), numbers };
}

/**
 * True if no digit of an integer is lost, and a fraction stays finite: its last digits may be rounded, as everywhere.
 */
function isDouble(number: string): boolean {
  const value = Number(number);
  if (!Number.isFinite(value)) return false;
  return !/^-?\d{16,400}$/.test(number) || BigInt(number) === BigInt(value);
}
