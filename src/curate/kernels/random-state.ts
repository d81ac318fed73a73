/** A stream of NumPy's legacy generator. */
export type RandomState = {
  /**
   * Whole numbers of 64 bits, from `low` inclusive to `high` exclusive, equal to those of `randint(low, high, size,
   * dtype=uint64)`.
   */
  randintUint64: (low: bigint, high: bigint) => bigint;
};

const [WORDS, SHIFT] = [624, 397];

/**
 * NumPy's `RandomState(seed)`: MT19937 seeded by one 32-bit number; 64-bit integers by masked rejection, with the upper
 * half of each drawn first.
 *
 * @source Matsumoto and Nishimura 1998, ACM TOMACS 8(1) (MT19937); numpy/random/src/distributions,
 * random_bounded_uint64, and mt19937_next64, read 2026-11
 */
export function randomState(seed: number): RandomState {
  const next = mersenneTwister(seed);
  const next64 = (): bigint => {
    const high = next();
    return (BigInt(high) << 32n) | BigInt(next());
  };
  return {
    randintUint64: (low, high) => {
      const range = high - 1n - low;
      const mask = (1n << BigInt(range.toString(2).length)) - 1n;
      for (;;) {
        const value = next64() & mask;
        if (value <= range) return low + value;
      }
    },
  };
}

function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(WORDS);
  state[0] = seed;
  for (let index = 1; index < WORDS; index++) {
    const before = state[index - 1]!;
    state[index] = Math.imul(1_812_433_253, before ^ (before >>> 30)) + index;
  }
  let position = WORDS;
  const twist = (): void => {
    for (let index = 0; index < WORDS; index++) {
      const word = (state[index]! & 0x80000000) | (state[(index + 1) % WORDS]! & 0x7fffffff);
      state[index] = state[(index + SHIFT) % WORDS]! ^ (word >>> 1) ^ ((word & 1) === 0 ? 0 : 0x9908b0df);
    }
    position = 0;
  };
  return () => {
    if (position === WORDS) twist();
    let word = state[position++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}
