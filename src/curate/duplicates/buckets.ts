/** Rows that share a key, and the other way round. */
export type Buckets = {
  /** Buckets of row r: `ofRow[starts[r] .. starts[r + 1])`. */
  starts: Uint32Array;
  ofRow: Uint32Array;
  /** Rows of bucket b are in `sizes[b]` many; room for them begins at `firsts[b]`, in all `room`. */
  sizes: Uint32Array;
  firsts: Uint32Array;
  room: number;
};

/**
 * Groups rows by their keys. Keys that only one row has make no bucket.
 *
 * @param entries  `[row, key]` pairs in order of key, then row
 * @param rows     number of rows
 */
export function bucketsOf(entries: Uint32Array, rows: number): Buckets {
  const counts = new Uint32Array(rows + 1);
  let [buckets, room] = [0, 0];
  eachRun(entries, (from, to) => {
    buckets += 1;
    room += (to - from) / 2;
    for (let at = from; at < to; at += 2) counts[entries[at]! + 1]! += 1;
  });
  for (let row = 0; row < rows; row++) counts[row + 1]! += counts[row]!;
  const starts = counts;
  const filled = starts.slice(0, rows);
  const ofRow = new Uint32Array(room);
  const sizes = new Uint32Array(buckets);
  const firsts = new Uint32Array(buckets);
  let [bucket, first] = [0, 0];
  eachRun(entries, (from, to) => {
    for (let at = from; at < to; at += 2) ofRow[filled[entries[at]!]!++] = bucket;
    sizes[bucket] = (to - from) / 2;
    firsts[bucket] = first;
    first += sizes[bucket]!;
    bucket += 1;
  });
  return { starts, ofRow, sizes, firsts, room };
}

/** Calls back with the borders of each run of one key that holds more than one row. */
function eachRun(entries: Uint32Array, onRun: (from: number, to: number) => void): void {
  for (let from = 0; from < entries.length;) {
    let to = from + 2;
    while (to < entries.length && entries[to + 1] === entries[from + 1]) to += 2;
    if (entries[to - 2] !== entries[from]) onRun(from, to);
    from = to;
  }
}
