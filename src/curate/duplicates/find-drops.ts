import { breather } from "../../base/breather.ts";
import { type Buckets, sharedBuckets } from "./buckets.ts";
import { compareInBlocks, type Details, type Found } from "./compare-blocks.ts";
import { firstOfEach } from "./first-of-each.ts";
import { keptRows } from "./kept-rows.ts";
import type { Sketches } from "./sketches.ts";
import type { AreDifferent } from "./symbol-differences.ts";

/** Rows that go, each with the row that stays for it. Arrays have an entry for each of all rows. */
export type Drops = {
  /** The row that is kept for each row, itself where it stays. */
  keeper: Uint32Array;
  /** Similarity of each row with its keeper: 1 where it stays; NaN if nothing was verified. */
  jaccard: Float64Array;
  /** Rows that had more candidates than were compared: some duplicates of theirs may be kept. */
  crowdedRows: number;
};

/** What is looked for, and in which order rows may stay. */
export type DropSearch<Detail> = {
  /** All rows, the one to be kept first; default: in the order of the rows. */
  order?: Uint32Array | undefined;
  /** What rows are compared by. Without it the row that was kept first of those that share a key stands for all. */
  details?: Details<Detail> | undefined;
  /** Compares rows by what is held of all of them. */
  match?: Match | undefined;
  /** Tells rows apart before they are compared. */
  areDifferent?: AreDifferent | undefined;
  /** Rows that go are compared with as those that stay are. */
  keepsAll?: boolean | undefined;
  /** Keys that are examined in one go. */
  keysAtOnce?: number | undefined;
};

/**
 * Of kept candidates, in the order in which they were kept, the one that a row goes for; undefined if it is like none.
 */
export type Match = (row: number, candidates: readonly number[]) => Found | undefined;

/**
 * Decides which rows go. Rows are taken in keeper order; one stays unless a row that stays is like it: so every dropped
 * row has a kept row at the threshold or above, and no two kept rows are alike. Of a chain a ~ b ~ c where a and c are not
 * alike, a and c stay.
 *
 * A row goes to the most similar kept row, of equals to the first in keeper order. A text that is word for word that of an
 * earlier row shares its fate.
 *
 * Memory: some 40 bytes a row, 12 for each key that rows share, and the budget of the details.
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

/** Without verification the candidate that was kept first stands for all. */
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

/** Place of each row in an order. */
function inverse(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  for (let place = 0; place < order.length; place++) places[order[place]!] = place;
  return places;
}
