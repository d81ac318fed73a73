import { escapedAt, escapeLength, mixed, type TextBytes } from "./token-hashes.ts";

const BACKSLASH = 0x5c;
const SEED = 0x2545f491;
const FACTOR = 0x85ebca6b;

const encoder = new TextEncoder();

let decoded = new Uint8Array(4096);

/**
 * Hash of a text as written, over its UTF-8 bytes, with JSON escapes replaced by their characters. 0 for an escape that
 * is not valid JSON. Reads four bytes at a time, since it passes over every text.
 */
export function writtenHash({ bytes, start, end, isJson }: TextBytes): number {
  const first = isJson ? bytes.subarray(start, end).indexOf(BACKSLASH) : -1;
  if (first === -1) return hashOf(bytes, start, end);
  const length = decode(bytes, { start, end, first: start + first });
  return length === -1 ? 0 : hashOf(decoded, 0, length);
}

/** Writes the bytes of a JSON string without its escapes to `decoded`; returns their number, or -1. */
function decode(bytes: Uint8Array, { start, end, first }: { start: number; end: number; first: number }): number {
  if (decoded.length < end - start) decoded = new Uint8Array(2 * (end - start));
  const inside = bytes.subarray(start, end);
  let [from, length] = [0, 0];
  for (let index = first - start; index !== -1; index = inside.indexOf(BACKSLASH, from)) {
    decoded.set(inside.subarray(from, index), length);
    length += index - from;
    const codePoint = escapedAt(inside, index, inside.length);
    if (codePoint < 0) return -1;
    if (codePoint < 0x80) decoded[length++] = codePoint;
    else length += encoder.encodeInto(String.fromCodePoint(codePoint), decoded.subarray(length)).written;
    from = index + escapeLength(inside[index + 1]!, codePoint);
  }
  decoded.set(inside.subarray(from), length);
  return length + inside.length - from;
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED ^ (end - start);
  let index = start;
  for (; index + 4 <= end; index += 4) {
    const word = bytes[index]! | (bytes[index + 1]! << 8) | (bytes[index + 2]! << 16) | (bytes[index + 3]! << 24);
    hash = Math.imul(hash ^ word, FACTOR);
    hash ^= hash >>> 15;
  }
  for (; index < end; index++) {
    hash = Math.imul(hash ^ bytes[index]!, FACTOR);
    hash ^= hash >>> 15;
  }
  return mixed(hash);
}
