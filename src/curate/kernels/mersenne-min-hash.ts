import { randomState } from "./random-state.ts";

/** Factors and summands of the permutations as 32-bit halves: `a` at 4k, 4k + 1 (low, high), `b` at 4k + 2, 4k + 3. */
export type Permutations = Uint32Array;

const PRIME = (1n << 61n) - 1n;

/**
 * Permutations as the Python tools draw them from NumPy's generator: all factors and then all summands (datatrove,
 * text-dedup), or one of each in turn (datasketch).
 */
export function drawPermutations(count: number, { seed, byTurns }: { seed: number; byTurns: boolean }): Permutations {
  const state = randomState(seed);
  const halves = new Uint32Array(4 * count);
  const put = (index: number, value: bigint): void => {
    halves[index] = Number(value & 0xffffffffn);
    halves[index + 1] = Number(value >> 32n);
  };
  for (let index = 0; index < count; index++) {
    put(4 * index, state.randintUint64(1n, PRIME));
    if (byTurns) put(4 * index + 2, state.randintUint64(0n, PRIME));
  }
  if (!byTurns) for (let index = 0; index < count; index++) put(4 * index + 2, state.randintUint64(0n, PRIME));
  return halves;
}

/**
 * Updates a signature with one shingle: each value becomes the minimum of itself and `((a h + b) mod 2^64) mod (2^61 -
 * 1)`, truncated to 32 bits if `is32Bit`. The overflow at 2^64 comes first, because the tools compute it so.
 *
 * @param hash of the shingle, as halves
 * @param signature low and high half of each value; all ones at the start
 * @source datatrove, datasketch, text-dedup: numpy uint64 arithmetic
 */
export function lowerSignature(
  { low, high }: { low: number; high: number },
  permutations: Permutations,
  { signature, is32Bit }: { signature: Uint32Array; is32Bit: boolean },
): void {
  const [hash0, hash1] = [low & 0xffff, low >>> 16];
  for (let index = 0, to = 0; index < permutations.length; index += 4, to += 2) {
    const factor = permutations[index]!;
    // The lower 64 bits of the product: low times low in full, the crossed products in their lower halves.
    const [factor0, factor1] = [factor & 0xffff, factor >>> 16];
    const bottom = factor0 * hash0;
    const middle = factor1 * hash0 + (bottom >>> 16) + factor0 * hash1;
    const productLow = (((middle & 0xffff) << 16) | (bottom & 0xffff)) >>> 0;
    const productHigh =
      factor1 * hash1 +
      Math.floor(middle / 65_536) +
      Math.imul(factor, high) +
      Math.imul(permutations[index + 1]!, low);
    const sumLow = productLow + permutations[index + 2]!;
    const sumHigh = (productHigh + permutations[index + 3]! + (sumLow > 0xffffffff ? 1 : 0)) >>> 0;
    // Modulo 2^61 - 1: the three bits above are added below; the result may be the prime itself, which is 0.
    const folded = (sumLow >>> 0) + (sumHigh >>> 29);
    let valueHigh = (sumHigh & 0x1fffffff) + (folded > 0xffffffff ? 1 : 0);
    let valueLow = folded >>> 0;
    if (valueHigh > 0x1fffffff || (valueHigh === 0x1fffffff && valueLow === 0xffffffff)) {
      valueLow = (valueLow + 1) >>> 0; // minus 2^61 - 1, of which valueHigh is at most one above
      valueHigh = 0;
    }
    if (is32Bit) valueHigh = 0;
    const best = signature[to + 1]!;
    if (valueHigh < best || (valueHigh === best && valueLow < signature[to]!)) {
      signature[to] = valueLow;
      signature[to + 1] = valueHigh;
    }
  }
}
