/** Keys of rows: two rows that share one are candidates. */
export type KeyList = {
  add: (key: number, row: number) => void;
  /** Orders all entries by key, then row, leaving out the rows that are not wanted, and gives `[row, key]` pairs. */
  sorted: (isWanted: (row: number) => boolean) => Uint32Array;
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
    sorted: (isWanted) => {
      let kept = 0;
      for (let at = 0; at < length; at += 2) {
        if (!isWanted(entries[at]!)) continue;
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
