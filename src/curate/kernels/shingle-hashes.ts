import { mixed, type TokenHashes } from "./token-hashes.ts";

/** Hashes of the shingles of one text, 64 bits each in two halves, in text order. The arrays are longer than `count`. */
export type ShingleHashes = { low: Uint32Array; high: Uint32Array; count: number };

const FACTOR_LOW = 0x01000193;
const FACTOR_HIGH = 0xcc9e2d51;

/** An empty buffer for `hashShingles`. */
export function shingleHashes(): ShingleHashes {
  return { low: new Uint32Array(1024), high: new Uint32Array(1024), count: 0 };
}

/**
 * Hashes every run of `size` tokens; a shorter text has one shingle, the complete text. Repeated shingles are kept.
 * Each half is a mixed rolling polynomial over the hashes of the tokens: the probability that two given shingles share
 * both halves is about 2^-64.
 */
export function hashShingles(tokens: TokenHashes, size: number, out: ShingleHashes): void {
  const count = tokens.count === 0 ? 0 : Math.max(1, tokens.count - size + 1);
  if (out.low.length < count) [out.low, out.high] = [new Uint32Array(2 * count), new Uint32Array(2 * count)];
  out.count = count;
  roll(tokens.low, out.low, { count, tokens: tokens.count, size, factor: FACTOR_LOW });
  roll(tokens.high, out.high, { count, tokens: tokens.count, size, factor: FACTOR_HIGH });
}

/** Bit of the upper half of a shingle that marks it as part of a row's answer, which is trained on. */
export const OF_ANSWER = 1;

/** Distinguishes a shingle of a rejected answer from one of a chosen answer with the same words. */
const OF_REJECTED = 0x5bd1e994;

/**
 * Hashes the shingles of a row that consists of a prompt of `split` tokens and an answer: no shingle spans both, and
 * those of the answer are marked, so that none of them equals a shingle of a prompt. In a preference pair, the tokens
 * from `rejected` on belong to the rejected answer; none of its shingles equals one of a chosen answer.
 */
export function hashPartShingles(
  tokens: TokenHashes & { split: number; rejected: number | undefined },
  size: number,
  out: ShingleHashes,
): void {
  const { count, split } = tokens;
  const second = tokens.rejected ?? count;
  const shinglesOf = (length: number): number => (length === 0 ? 0 : Math.max(1, length - size + 1));
  const prompt = shinglesOf(split);
  const answers = prompt + shinglesOf(second - split);
  const all = answers + shinglesOf(count - second);
  if (out.low.length < all) [out.low, out.high] = [new Uint32Array(2 * all), new Uint32Array(2 * all)];
  out.count = all;
  for (const [half, factor] of [
    ["low", FACTOR_LOW],
    ["high", FACTOR_HIGH],
  ] as const) {
    roll(tokens[half], out[half], { count: prompt, tokens: split, size, factor });
    const [length, rest] = [second - split, count - second];
    roll(tokens[half].subarray(split), out[half].subarray(prompt), {
      count: answers - prompt,
      tokens: length,
      size,
      factor,
    });
    roll(tokens[half].subarray(second), out[half].subarray(answers), {
      count: all - answers,
      tokens: rest,
      size,
      factor,
    });
  }
  for (let index = answers; index < all; index++) {
    out.low[index] = (out.low[index]! ^ OF_REJECTED) >>> 0;
    out.high[index] = (out.high[index]! ^ OF_REJECTED) >>> 0;
  }
  for (let index = 0; index < all; index++) {
    out.high[index] = ((out.high[index]! & ~OF_ANSWER) | (index < prompt ? 0 : OF_ANSWER)) >>> 0;
  }
}

type Run = { count: number; tokens: number; size: number; factor: number };

function roll(tokens: Uint32Array, out: Uint32Array, { count, tokens: length, size, factor }: Run): void {
  if (count === 0) return;
  const width = Math.min(size, length);
  let power = 1;
  for (let index = 0; index < width; index++) power = Math.imul(power, factor);
  let sum = 0;
  for (let index = 0; index < width; index++) sum = (Math.imul(sum, factor) + tokens[index]!) | 0;
  // Texts shorter than a shingle differ from each other and from the shingles of longer texts by their length as well.
  out[0] = mixed(sum + (size - width));
  for (let index = 1; index < count; index++) {
    sum = (Math.imul(sum, factor) + tokens[index + width - 1]! - Math.imul(tokens[index - 1]!, power)) | 0;
    out[index] = mixed(sum);
  }
}

/** Slots of the sets: a power of two, at least twice the number of shingles of a text. */
let slots = new Int32Array(1024);

/** Moves the first occurrence of each shingle to the front and discards the others; keeps the order. */
export function distinct(shingles: ShingleHashes): void {
  const { low, high, count } = shingles;
  const mask = clearSlots(count);
  let kept = 0;
  for (let index = 0; index < count; index++) {
    const [l, h] = [low[index]!, high[index]!];
    let slot = l & mask;
    let other = slots[slot]!;
    while (other !== 0 && (low[other - 1] !== l || high[other - 1] !== h)) {
      slot = (slot + 1) & mask;
      other = slots[slot]!;
    }
    if (other !== 0) continue;
    low[kept] = l;
    high[kept] = h;
    kept += 1;
    slots[slot] = kept;
  }
  shingles.count = kept;
}

/** Clears the slots for a set of the given number of shingles. */
function clearSlots(count: number): number {
  let size = 64;
  while (size < 2 * count) size *= 2;
  if (slots.length < size) slots = new Int32Array(size);
  else slots.fill(0, 0, size);
  return size - 1;
}
