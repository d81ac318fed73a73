import { breather } from "../../base/breather.ts";
import { type Buckets, sharedBuckets } from "./buckets.ts";
import { compareInBlocks, type Details, type Found } from "./compare-blocks.ts";
import { firstOfEach } from "./first-of-each.ts";
import { keptRows } from "./kept-rows.ts";
import type { Sketches } from "./sketches.ts";
import type { AreDifferent } from "./symbol-differences.ts";

/** Dropped rows, each with its keeper. Arrays have an entry for each row. */
export type Drops = {
  /** The keeper of each row; the row itself if it is kept. */
  keeper: Uint32Array;
  /** Similarity of each row with its keeper: 1 if it is kept; NaN if nothing was verified. */
  jaccard: Float64Array;
  /** Rows with more candidates than were compared: some of their duplicates may be kept. */
  crowdedRows: number;
};

/** Options of the search, and the order in which rows are kept. */
export type DropSearch<Detail> = {
  /** All rows, preferred ones first; default: in file order. */
  order?: Uint32Array | undefined;
  /** Details by which rows are compared. Without them, the first kept row that shares a key is the keeper. */
  details?: Details<Detail> | undefined;
  /** Compares rows by details in memory. */
  match?: Match | undefined;
  /** Excludes pairs before they are compared. */
  areDifferent?: AreDifferent | undefined;
  /** Dropped rows are compared with as well. */
  keepsAll?: boolean | undefined;
  /** Keys sorted in one pass. */
  keysAtOnce?: number | undefined;
};

/** Of kept candidates, in the order in which they were kept, the keeper of a row; undefined if none is similar. */
export type Match = (row: number, candidates: readonly number[]) => Found | undefined;

/**
 * Decides which rows are dropped. Rows are processed in keeper order; a row is kept unless it is similar to a kept row:
 * every dropped row has a kept row at the threshold or above, and no two kept rows are similar. Of a chain a ~ b ~ c
 * where a and c are not similar, a and c are kept.  The keeper of a row is the most similar kept row; if equal, the
 * first in keeper order. An exact copy of an earlier row is treated like that row.  Memory: about 40 bytes per row, 12
 * per shared key, and the budget of the details.
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

/** Without verification, the candidate that was kept first is the keeper. */
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
