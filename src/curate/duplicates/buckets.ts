import type { KeyBlock, RowKeys } from "../kernels/key-list.ts";
import { repeatedKeys } from "../kernels/repeated-keys.ts";

/** Rows by bucket, and buckets by row. */
export type Buckets = {
  /** Buckets of row r: `ofRow[starts[r] .. starts[r + 1])`. */
  starts: Uint32Array;
  ofRow: Uint32Array;
  /** Rows of bucket b, in ascending order: `members[firsts[b] .. firsts[b + 1])`. */
  firsts: Uint32Array;
  members: Uint32Array;
};

/** Rows to group, and the number of keys sorted at once. */
export type BucketSearch = {
  rows: number;
  isWanted: (row: number) => boolean;
  /** Number of keys sorted in one pass: 10 bytes each. */
  keysAtOnce?: number | undefined;
};

/**
 * Groups rows by their keys. A key that only one row has makes no bucket.
 * The keys are processed in ranges of equal width, each in two passes: the first finds the keys that may be shared, the
 * second collects them. Memory therefore depends on the shared keys: 8 bytes each, 4 per bucket, and the size of one
 * range.
 */
export async function sharedBuckets(
  keys: RowKeys,
  { rows, isWanted, keysAtOnce = 2 ** 24 }: BucketSearch,
): Promise<Buckets> {
  const lead = Math.min(10, Math.max(0, Math.ceil(Math.log2(keys.total() / keysAtOnce))));
  const found = bucketList();
  for (let range = 0; range < 2 ** lead; range++) {
    // A shift by 32 is one by 0.
    const isIn = lead === 0 ? () => true : (key: number): boolean => key >>> (32 - lead) === range;
    const repeated = repeatedKeys(keys.total() / 2 ** lead, lead);
    await keys.each((block) => {
      eachKey(block, isWanted, (key) => {
        if (isIn(key)) repeated.add(key);
      });
    });
    const entries = entryList();
    await keys.each((block) => {
      eachKey(block, isWanted, (key, row) => {
        if (isIn(key) && repeated.mayRepeat(key)) entries.add(key, row);
      });
    });
    found.addRuns(entries.sorted());
  }
  return found.buckets(rows);
}

function eachKey(
  { firstRow, counts, keys }: KeyBlock,
  isWanted: (row: number) => boolean,
  take: (key: number, row: number) => void,
): void {
  let position = 0;
  for (let index = 0; index < counts.length; index++) {
    const end = position + counts[index]!;
    if (end === position) continue;
    if (isWanted(firstRow + index)) for (; position < end; position++) take(keys[position]!, firstRow + index);
    position = end;
  }
}

/**
 * `[row, key]` pairs, each stored as a 64-bit number with the key in the upper half, so that a single numeric sort
 * orders them.
 */
function entryList(): { add: (key: number, row: number) => void; sorted: () => Uint32Array } {
  let entries = new Uint32Array(2048);
  let length = 0;
  return {
    add: (key, row) => {
      if (length === entries.length) entries = grown(entries);
      entries[length] = row; // the lower half comes first: every machine that runs Node orders bytes so
      entries[length + 1] = key;
      length += 2;
    },
    sorted: () => {
      new BigUint64Array(entries.buffer, 0, length / 2).sort();
      return entries.subarray(0, length);
    },
  };
}

/** Adds runs of one key to any number of lists. */
function bucketList(): { addRuns: (entries: Uint32Array) => void; buckets: (rows: number) => Buckets } {
  let [members, room] = [new Uint32Array(1024), 0];
  let [firsts, count] = [new Uint32Array(1024), 0];
  const addRun = (entries: Uint32Array, from: number, to: number): void => {
    firsts[count] = room;
    for (let index = from; index < to; index += 2) {
      if (index > from && entries[index] === entries[index - 2]) continue; // one row twice
      if (room === members.length) members = grown(members);
      members[room++] = entries[index]!;
    }
    if (room - firsts[count]! < 2) room = firsts[count]!;
    else count += 1;
    if (count + 1 >= firsts.length) firsts = grown(firsts);
  };
  return {
    addRuns: (entries) => {
      for (let from = 0; from < entries.length;) {
        let to = from + 2;
        while (to < entries.length && entries[to + 1] === entries[from + 1]) to += 2;
        if (to - from > 2) addRun(entries, from, to);
        from = to;
      }
    },
    buckets: (rows) => {
      firsts[count] = room;
      const starts = new Uint32Array(rows + 1);
      for (let index = 0; index < room; index++) starts[members[index]! + 1]! += 1;
      for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!;
      const filled = starts.slice(0, rows);
      const ofRow = new Uint32Array(room);
      for (let bucket = 0; bucket < count; bucket++) {
        for (let index = firsts[bucket]!; index < firsts[bucket + 1]!; index++)
          ofRow[filled[members[index]!]!++] = bucket;
      }
      return { starts, ofRow, firsts: firsts.subarray(0, count + 1), members: members.subarray(0, room) };
    },
  };
}

/** A copy with half as much space again, in whole pairs. */
function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(2 * Math.ceil(0.75 * array.length));
  wider.set(array);
  return wider;
}
