import type { ShingleHashes } from "./shingle-hashes.ts";

/**
 * SimHash of 64 bits, as two halves: each bit is that of the majority of shingles, with repetition.
 *
 * @source Charikar 2002, STOC; Manku, Jain, Das Sarma 2007, WWW, section 2
 */
export function simHash({ low, high, count }: ShingleHashes): [low: number, high: number] {
  return [majority(low, count), majority(high, count)];
}

function majority(hashes: Uint32Array, count: number): number {
  let bits = 0;
  for (let bit = 0; bit < 32; bit++) {
    let set = 0;
    for (let index = 0; index < count; index++) set += (hashes[index]! >>> bit) & 1;
    if (2 * set > count) bits |= 1 << bit;
  }
  return bits >>> 0;
}

/** Number of bits in which two 32-bit words differ. */
export function differentBits(one: number, other: number): number {
  let bits = one ^ other;
  bits -= (bits >>> 1) & 0x55555555;
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
