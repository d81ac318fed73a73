/** Keys of consecutive rows, in the order of the rows: `counts[i]` of them belong to row `firstRow + i`. */
export type KeyBlock = { firstRow: number; counts: Uint32Array; keys: Uint32Array };

/** Keys of rows, readable more than once. Two rows that share a key are candidates. */
export type RowKeys = {
  /** Total number of keys. */
  total: () => number;
  each: (take: (block: KeyBlock) => void) => void | Promise<void>;
};

/** A growing list of keys. */
export type KeyList = RowKeys & {
  /** Rows must be added in ascending order. */
  add: (key: number, row: number) => void;
};

const BLOCK_KEYS = 2 ** 18;
const BLOCK_ROWS = 2 ** 16;

/** A list of 32-bit keys in blocks: 4 bytes per key and 4 per row; it grows without copying. */
export function keyList(): KeyList {
  const full: KeyBlock[] = [];
  let total = 0;
  let open: KeyBlock = { firstRow: 0, counts: new Uint32Array(0), keys: new Uint32Array(0) };
  let [rows, keys] = [0, 0];
  const opened = (): KeyBlock => ({
    ...open,
    counts: open.counts.subarray(0, rows),
    keys: open.keys.subarray(0, keys),
  });
  return {
    add: (key, row) => {
      if (keys === open.keys.length || row - open.firstRow >= BLOCK_ROWS) {
        if (keys > 0) full.push(opened());
        open = { firstRow: row, counts: new Uint32Array(BLOCK_ROWS), keys: new Uint32Array(BLOCK_KEYS) };
        [rows, keys] = [0, 0];
      }
      const index = row - open.firstRow;
      open.counts[index]! += 1;
      rows = index + 1;
      open.keys[keys++] = key;
      total += 1;
    },
    total: () => total,
    each: (take) => {
      for (const block of full) take(block);
      if (keys > 0) take(opened());
    },
  };
}

/** The keys of rows from 0 as one block. */
export async function keyBlock(list: RowKeys, rows: number): Promise<KeyBlock> {
  const block = { firstRow: 0, counts: new Uint32Array(rows), keys: new Uint32Array(list.total()) };
  let position = 0;
  await list.each(({ firstRow, counts, keys }) => {
    for (let row = 0; row < counts.length; row++) block.counts[firstRow + row]! += counts[row]!;
    block.keys.set(keys, position);
    position += keys.length;
  });
  return block;
}
