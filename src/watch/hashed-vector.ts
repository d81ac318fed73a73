import { fnv1a } from "../base/hash.ts";

/** Number of elements of a vector. */
const VECTOR_SIZE = 64;

/** Maximum number of characters of a prompt that are read; later text rarely adds to its topic. */
const MOST_CHARACTERS = 4_000;

/**
 * A text as 64 numbers: its words and its runs of three letters, hashed with a sign (the hashing trick), as a unit
 * vector. It uses no model, so it represents wording, not meaning.
 *
 * @returns integers from -127 to 127
 * @source Weinberger et al. 2009, "Feature hashing for large scale multitask learning"; hash: FNV-1a
 */
export function hashedVector(text: string): Int8Array {
  const sums = new Float64Array(VECTOR_SIZE);
  const words =
    text
      .slice(0, MOST_CHARACTERS)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  for (const word of words) {
    add(sums, hashOf(word, 0));
    const padded = ` ${word} `;
    for (let i = 0; i + 3 <= padded.length; i++) add(sums, hashOf(padded.slice(i, i + 3), 1));
  }
  let squares = 0;
  for (const sum of sums) squares += sum * sum;
  const scale = squares > 0 ? 127 / Math.sqrt(squares) : 0;
  return Int8Array.from(sums, (sum) => Math.round(sum * scale));
}

function add(sums: Float64Array, hash: number): void {
  sums[hash % VECTOR_SIZE]! += (hash & 0x40000000) === 0 ? 1 : -1;
}

/** FNV-1a with its bits mixed, 31 bits. */
export function hashOf(text: string, seed: number): number {
  let hash = fnv1a(text, seed);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 1) >>> 0;
}

/** A vector as text to be stored. */
export function vectorText(vector: Int8Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.length).toString("base64");
}

/** The vector of a stored text, as a unit vector. */
export function vectorOf(text: string): Float64Array {
  const bytes = Buffer.from(text, "base64");
  return Float64Array.from(bytes, (byte) => ((byte << 24) >> 24) / 127);
}

/** A model's vector as text: each number as a byte, relative to the largest. */
export function packedVector(vector: ArrayLike<number>): string {
  let most = 0;
  for (let k = 0; k < vector.length; k++) most = Math.max(most, Math.abs(vector[k]!));
  const scale = most > 0 ? 127 / most : 0;
  return vectorText(Int8Array.from(vector, (value) => Math.round(value * scale)));
}

/** A model's vector unpacked from text, as a unit vector. */
export function unpackedVector(text: string): Float64Array {
  const vector = vectorOf(text);
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  return length === 0 ? vector : vector.map((value) => value / length);
}
