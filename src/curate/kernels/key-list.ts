/** Keys of rows: two rows that share one are candidates. */
export type KeyList = {
  add: (key: number, row: number) => void;
  /**
   * Leaves only wanted rows and keys that may be shared, and gives them as `[row, key]` pairs in order of key, then row:
   * every key that two of the rows have, and a few that only one has.
   */
  shared: (isWanted: (row: number) => boolean) => Uint32Array;
  /** All entries as they were added, as `[row, key]` pairs. */
  entries: () => Uint32Array;
};

/**
 * A list of 32-bit keys with their rows, in one typed array: 8 bytes an entry, twice that while it grows.
 *
 * An entry is a 64-bit number of which the key is the upper half, so that one sort of plain numbers orders it.
 */
export function keyList(initial: Uint32Array = new Uint32Array(0)): KeyList {
  let entries = new Uint32Array(Math.max(2048, 2 * initial.length));
  entries.set(initial);
  let length = initial.length;
  return {
    add: (key, row) => {
      if (length === entries.length) {
        const grown = new Uint32Array(2 * length);
        grown.set(entries);
        entries = grown;
      }
      entries[length] = row; // the lower half comes first: every machine that runs Node orders bytes so
      entries[length + 1] = key;
      length += 2;
    },
    shared: (isWanted) => {
      const isRepeated = repeatedKeys(entries.subarray(0, length), isWanted);
      let kept = 0;
      for (let at = 0; at < length; at += 2) {
        if (!isWanted(entries[at]!) || !isRepeated(entries[at + 1]!)) continue;
        entries[kept] = entries[at]!;
        entries[kept + 1] = entries[at + 1]!;
        kept += 2;
      }
      length = kept;
      new BigUint64Array(entries.buffer, 0, length / 2).sort();
      return entries.subarray(0, length);
    },
    entries: () => entries.subarray(0, length),
  };
}

/** Tells keys that may stand twice from most of those that stand once, by two bits for each of 8 times as many slots. */
function repeatedKeys(entries: Uint32Array, isWanted: (row: number) => boolean): (key: number) => boolean {
  const bits = Math.min(32, Math.max(10, Math.ceil(Math.log2(4 * entries.length))));
  const shift = 32 - bits;
  const once = new Uint32Array(2 ** bits / 32);
  const twice = new Uint32Array(2 ** bits / 32);
  for (let at = 0; at < entries.length; at += 2) {
    if (!isWanted(entries[at]!)) continue;
    const slot = entries[at + 1]! >>> shift;
    const bit = 1 << (slot & 31);
    if ((once[slot >>> 5]! & bit) === 0) once[slot >>> 5]! |= bit;
    else twice[slot >>> 5]! |= bit;
  }
  return (key) => (twice[(key >>> shift) >>> 5]! & (1 << ((key >>> shift) & 31))) !== 0;
}
