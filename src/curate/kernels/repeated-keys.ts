/** Filters out most keys that occurred only once. */
export type RepeatedKeys = {
  add: (key: number) => void;
  /** True for every key that occurred at least twice, and for a few that occurred once. */
  mayRepeat: (key: number) => boolean;
};

/** Maximum slots: two maps of 64 MiB. */
const MOST_BITS = 29;

/**
 * A filter of two bits for each of about eight times as many slots as there are keys.
 *
 * @param expected  expected number of keys
 * @param lead      upper bits common to all keys
 */
export function repeatedKeys(expected: number, lead: number): RepeatedKeys {
  const bits = Math.min(MOST_BITS, 32 - lead, Math.max(10, Math.ceil(Math.log2(8 * expected + 1))));
  const shift = 32 - bits;
  const once = new Uint32Array(2 ** Math.max(0, bits - 5));
  const twice = new Uint32Array(once.length);
  return {
    add: (key) => {
      const slot = (key << lead) >>> shift;
      const bit = 1 << (slot & 31);
      if ((once[slot >>> 5]! & bit) === 0) once[slot >>> 5]! |= bit;
      else twice[slot >>> 5]! |= bit;
    },
    mayRepeat: (key) => {
      const slot = (key << lead) >>> shift;
      return (twice[slot >>> 5]! & (1 << (slot & 31))) !== 0;
    },
  };
}
