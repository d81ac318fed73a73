/** A stream of uniform numbers in [0, 1), identical for the same seed on every machine. */
export type Random = () => number;

/**
 * Seeded uniform random numbers: xoshiro128** with a state filled by SplitMix32 from the seed.
 *
 * @source Blackman and Vigna 2018, "Scrambled linear pseudorandom number generators", arXiv:1805.01407
 */
export function seededRandom(seed: number): Random {
  let mixed = seed >>> 0;
  const split = (): number => {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const next = xoshiro128(Uint32Array.of(split(), split(), split(), split()));
  return () => next() / 4_294_967_296;
}

/**
 * The generator xoshiro128** (version 1.1): integers from 0 to 2^32 - 1. Modifies `state`, four words that are not all
 * zero.
 */
export function xoshiro128(state: Uint32Array): () => number {
  return () => {
    const result = Math.imul(rotate(Math.imul(state[1]!, 5), 7), 9) >>> 0;
    const shifted = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= shifted;
    state[3] = rotate(state[3]!, 11);
    return result;
  };
}

function rotate(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

/**
 * One standard normal number (Box-Muller; the second number of each pair is discarded, so that one draw is one call).
 */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
