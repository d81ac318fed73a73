/** Position of the first occurrence of each of many 64-bit hashes; a hash is given as two 32-bit halves. */
export type HashIndex = {
  /**
   * The position of an earlier hash with this value; undefined if it is new, and its position is then stored. Positions
   * start at 1.
   */
  firstPlace: (high: number, low: number, place: number) => number | undefined;
  /** The position of the first hash with this value; undefined if there is none. Stores nothing. */
  find: (high: number, low: number) => number | undefined;
};

/**
 * An index of hashes in one typed array with open addressing: 18 to 36 bytes per hash, 24 MiB for a million.  Two
 * different rows share a hash with probability n²/2^65: one in 37 million for a million rows.
 */
export function hashIndex(initialSlots = 1024): HashIndex {
  let slots = initialSlots; // a power of two
  let table = new Uint32Array(3 * slots); // high, low, place; place 0 marks a free slot
  let count = 0;

  const find = (high: number, low: number): number => {
    const mask = slots - 1;
    let slot = low & mask;
    for (;;) {
      const index = 3 * slot;
      if (table[index + 2] === 0 || (table[index] === high && table[index + 1] === low)) return index;
      slot = (slot + 1) & mask;
    }
  };
  const put = (index: number, entry: readonly [high: number, low: number, place: number]): void => {
    table.set(entry, index);
  };
  const grow = (): void => {
    const old = table;
    slots *= 2;
    table = new Uint32Array(3 * slots);
    for (let index = 0; index < old.length; index += 3) {
      if (old[index + 2] !== 0)
        put(find(old[index]!, old[index + 1]!), [old[index]!, old[index + 1]!, old[index + 2]!]);
    }
  };
  return {
    find: (high, low) => {
      const place = table[find(high, low) + 2]!;
      return place === 0 ? undefined : place;
    },
    firstPlace: (high, low, place) => {
      const index = find(high, low);
      if (table[index + 2] !== 0) return table[index + 2];
      put(index, [high, low, place]);
      count += 1;
      if (count > 0.66 * slots) grow();
      return undefined;
    },
  };
}
