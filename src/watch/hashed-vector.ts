import { hashedCounts } from "../llm/embed/hashed-ngrams.ts";

/** Number of elements of a vector. */
const VECTOR_SIZE = 64;

/** Maximum number of characters of a prompt that are read; later text rarely adds to its topic. */
const MOST_CHARACTERS = 4_000;

/**
 * A text as 64 numbers: hashed counts of its words and of their runs of three letters, as a unit vector. It uses no
 * model, so it represents wording, not meaning.
 *
 * @returns integers from -127 to 127
 */
export function hashedVector(text: string): Int8Array {
  const words =
    text
      .slice(0, MOST_CHARACTERS)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const counts = hashedCounts(words, { size: VECTOR_SIZE, lengths: [3] });
  let squares = 0;
  for (const count of counts) squares += count * count;
  const scale = squares > 0 ? 127 / Math.sqrt(squares) : 0;
  return Int8Array.from(counts, (count) => Math.round(count * scale));
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
