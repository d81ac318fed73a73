import { breather } from "../../base/breather.ts";
import { type Buckets, sharedBuckets } from "./buckets.ts";
import { compareInBlocks, type Details, type Found } from "./compare-blocks.ts";
import { firstOfEach } from "./first-of-each.ts";
import { keptRows } from "./kept-rows.ts";
import type { Sketches } from "./sketches.ts";
import type { AreDifferent } from "./symbol-differences.ts";

/** Dropped rows, each with the row kept instead. Arrays have one entry per row. */
export type Drops = {
  /** The row kept instead of each row; the row itself if it is kept. */
  keeper: Uint32Array;
  /** Similarity of each row with the row kept instead: 1 if the row itself is kept; NaN if it was not verified. */
  jaccard: Float64Array;
  /** Rows with more candidates than were compared: some of their duplicates may be kept. */
  crowdedRows: number;
};

/** Options of the search, and the order in which rows are kept. */
export type DropSearch<Detail> = {
  /** All rows, preferred ones first; default: in file order. */
  order?: Uint32Array | undefined;
  /**
   * Details by which rows are compared. Without them, a row is dropped in favour of the first kept row that shares a
   * key.
   */
  details?: Details<Detail> | undefined;
  /** Compares rows by details in memory. */
  match?: Match | undefined;
  /** Excludes pairs before they are compared. */
  areDifferent?: AreDifferent | undefined;
  /** Compares with dropped rows as well. */
  keepsAll?: boolean | undefined;
  /** Number of keys sorted in one pass. */
  keysAtOnce?: number | undefined;
};

/**
 * Selects the row to keep instead of a row from kept candidates, given in the order in which they were kept; undefined
 * if none is similar.
 */
export type Match = (row: number, candidates: readonly number[]) => Found | undefined;

/**
 * Decides which rows are dropped. Rows are processed in keeper order, and a row is kept unless it is similar to a row
 * that is already kept. Each dropped row therefore has a kept row at or above the threshold, and no two kept rows are
 * similar. In a chain a ~ b ~ c in which a and c are not similar, a and c are kept. A row is dropped in favour of the
 * most similar kept row; if equal, of the first in keeper order. An exact copy of an earlier row is treated like that
 * row. Memory: about 40 bytes per row, 12 per shared key, and the budget of the details.
 */
export async function findDrops<Detail>(sketches: Sketches, search: DropSearch<Detail>): Promise<Drops> {
  const { order, details, keysAtOnce } = search;
  const rows = sketches.tokens.length;
  const first = firstOfEach(sketches, order);
  const isWanted = (row: number): boolean => first[row] === row && sketches.tokens[row] !== 0;
  const buckets = await sharedBuckets(sketches.keys, { rows, isWanted, keysAtOnce });
  const ranks = order === undefined ? undefined : inverse(order);
  const kept = keptRows(buckets, { rows, rankOf: (row) => ranks?.[row] ?? row, areDifferent: search.areDifferent });
  const jaccard = new Float64Array(rows).fill(1);
  const drops: Drops = { keeper: first, jaccard, crowdedRows: 0 };
  const decide = (row: number, found: Found | undefined): void => {
    if (kept.isCrowded(row)) drops.crowdedRows += 1;
    if (found === undefined || search.keepsAll === true) kept.add(row);
    if (found !== undefined) {
      drops.keeper[row] = found.row;
      jaccard[row] = found.jaccard;
    }
  };
  const compared = comparedRows(buckets, order);
  if (details !== undefined) await compareInBlocks(compared, { details, kept, decide });
  else {
    const match = search.match ?? anyKept;
    const breathe = breather();
    for (const row of compared) {
      const pause = breathe();
      if (pause !== undefined) await pause;
      decide(row, match(row, kept.nearInOrder(row)));
    }
  }
  // Texts that another row has word for word: that row comes first in keeper order, and is decided on.
  for (let place = 0; place < rows; place++) {
    const row = order?.[place] ?? place;
    const earlier = drops.keeper[row]!;
    if (earlier === row || buckets.starts[row] !== buckets.starts[row + 1]) continue;
    drops.keeper[row] = drops.keeper[earlier]!;
    jaccard[row] = jaccard[earlier]!;
  }
  return drops;
}

/** Without verification, the first candidate in the order of keeping is the row kept instead. */
const anyKept: Match = (_row, candidates) => {
  const [row] = candidates;
  return row === undefined ? undefined : { row, jaccard: Number.NaN };
};

/** Rows that share a key, in keeper order. */
function comparedRows({ starts }: Buckets, order: Uint32Array | undefined): Uint32Array {
  const rows = starts.length - 1;
  const compared = new Uint32Array(rows);
  let count = 0;
  for (let place = 0; place < rows; place++) {
    const row = order?.[place] ?? place;
    if (starts[row] !== starts[row + 1]) compared[count++] = row;
  }
  return compared.slice(0, count);
}

/** Position of each row in an order. */
function inverse(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  for (let place = 0; place < order.length; place++) places[order[place]!] = place;
  return places;
}
