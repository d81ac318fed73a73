import type { Buckets } from "./buckets.ts";
import type { AreDifferent } from "./symbol-differences.ts";

/** The rows kept so far, by bucket. */
export type KeptRows = {
  add: (row: number) => void;
  /** Kept rows that share a bucket with a row and are not excluded. */
  near: (row: number) => number[];
  /** Kept rows in the order in which they were kept. */
  nearInOrder: (row: number) => number[];
  /** True if a bucket of the row was full. */
  isCrowded: (row: number) => boolean;
  /** Position of a row in keeper order. */
  rankOf: (row: number) => number;
};

/**
 * Maximum number of kept rows of a bucket that are compared: rows in larger buckets share a template rather than a
 * text.
 */
const MOST_KEPT = 1024;

/** Takes ownership of `members` for the kept rows. Rows must be added in keeper order. */
export function keptRows(
  { starts, ofRow, firsts, members }: Buckets,
  {
    rows,
    rankOf,
    areDifferent,
  }: { rows: number; rankOf: (row: number) => number; areDifferent?: AreDifferent | undefined },
): KeptRows {
  const counts = new Uint16Array(firsts.length);
  const overfull = new Uint8Array(firsts.length);
  const seenIn = new Uint32Array(rows); // the call, from 1, for which a row was last taken
  let call = 0;
  const near = (row: number): number[] => {
    call += 1;
    const found: number[] = [];
    for (let position = starts[row]!; position < starts[row + 1]!; position++) {
      const bucket = ofRow[position]!;
      const start = firsts[bucket]!;
      for (let index = start; index < start + counts[bucket]!; index++) {
        const other = members[index]!;
        if (seenIn[other] === call) continue;
        seenIn[other] = call;
        if (areDifferent?.(row, other) !== true) found.push(other);
      }
    }
    return found;
  };
  return {
    rankOf,
    near,
    nearInOrder: (row) => near(row).toSorted((a, b) => rankOf(a) - rankOf(b)),
    add: (row) => {
      for (let index = starts[row]!; index < starts[row + 1]!; index++) {
        const bucket = ofRow[index]!;
        if (counts[bucket]! < MOST_KEPT) members[firsts[bucket]! + counts[bucket]!++] = row;
        else overfull[bucket] = 1;
      }
    },
    isCrowded: (row) => {
      for (let index = starts[row]!; index < starts[row + 1]!; index++) if (overfull[ofRow[index]!] === 1) return true;
      return false;
    },
  };
}
