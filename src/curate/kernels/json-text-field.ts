/** Range of a field's string in a line of JSON, between its quotes. */
export type FieldSpan = { start: number; end: number };

/** Maximum fields of a row that is read without parsing it. */
const MOST_FIELDS = 16;

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN, CLOSE] = [0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x7d];

/**
 * Finds a string in a line of JSON without parsing it, if the result is certain to equal that of parsing: the line must
 * be one flat object with distinct names without escapes, whose values are strings, numbers, true, false or null.
 * The string itself is only searched for its end; the caller must check its escapes and control characters.
 *
 * @param line bytes of the line, between `start` and `end`: valid UTF-8
 * @param name name of the field as UTF-8
 * @returns undefined if the line has another structure, or the field is missing or not a string: the line must then be
 * parsed
 */
export function jsonTextField(
  line: { bytes: Uint8Array; start: number; end: number },
  name: Uint8Array,
): FieldSpan | undefined {
  const { bytes, end } = line;
  let found: FieldSpan | undefined;
  const names: FieldSpan[] = [];
  let index = skipSpace(bytes, line.start, end);
  if (bytes[index] !== OPEN) return undefined;
  do {
    index = skipSpace(bytes, index + 1, end);
    const nameEnd = plainStringEnd(bytes, index, end);
    if (nameEnd === -1 || names.length === MOST_FIELDS) return undefined;
    const own = { start: index + 1, end: nameEnd };
    if (names.some((name) => isSame(bytes, name, own))) return undefined;
    names.push(own);
    index = skipSpace(bytes, nameEnd + 1, end);
    if (bytes[index] !== COLON) return undefined;
    index = skipSpace(bytes, index + 1, end);
    if (bytes[index] !== QUOTE) index = scalarEnd(bytes, index, end);
    else if (isName(bytes, own, name)) {
      const close = stringEnd(bytes, index, end);
      found = { start: index + 1, end: close };
      index = close === -1 ? -1 : close + 1;
    } else {
      const close = plainStringEnd(bytes, index, end);
      index = close === -1 ? -1 : close + 1;
    }
    if (index === -1) return undefined;
    index = skipSpace(bytes, index, end);
  } while (index < end && bytes[index] === COMMA);
  return index < end && bytes[index] === CLOSE && skipSpace(bytes, index + 1, end) === end ? found : undefined;
}

function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  let index = from;
  while (index < end && (bytes[index] === 32 || bytes[index] === 9 || bytes[index] === 13)) index += 1;
  return index;
}

/** Closing quote of a string without escapes and control characters that opens at `open`, or -1. */
function plainStringEnd(bytes: Uint8Array, open: number, end: number): number {
  if (bytes[open] !== QUOTE) return -1;
  for (let index = open + 1; index < end; index++) {
    const byte = bytes[index]!;
    if (byte === QUOTE) return index;
    if (byte === BACKSLASH || byte < 0x20) return -1;
  }
  return -1;
}

/** Closing quote of any string that opens at `open`, or -1. */
function stringEnd(bytes: Uint8Array, open: number, end: number): number {
  for (
    let index = bytes.indexOf(QUOTE, open + 1);
    index !== -1 && index < end;
    index = bytes.indexOf(QUOTE, index + 1)
  ) {
    let slashes = 0;
    while (bytes[index - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return index;
  }
  return -1;
}

const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,4})?)$/;

/** End of a number, true, false or null of at most 64 bytes, or -1. */
function scalarEnd(bytes: Uint8Array, from: number, end: number): number {
  let text = "";
  let index = from;
  for (; index < end && text.length <= 64; index++) {
    const byte = bytes[index]!;
    if (byte === COMMA || byte === CLOSE || byte <= 32) break;
    text += String.fromCharCode(byte);
  }
  return SCALAR.test(text) ? index : -1;
}

function isSame(bytes: Uint8Array, one: FieldSpan, other: FieldSpan): boolean {
  const length = one.end - one.start;
  if (other.end - other.start !== length) return false;
  for (let index = 0; index < length; index++) {
    if (bytes[one.start + index] !== bytes[other.start + index]) return false;
  }
  return true;
}

function isName(bytes: Uint8Array, { start, end }: FieldSpan, name: Uint8Array): boolean {
  if (end - start !== name.length) return false;
  for (let index = 0; index < name.length; index++) if (bytes[start + index] !== name[index]) return false;
  return true;
}
