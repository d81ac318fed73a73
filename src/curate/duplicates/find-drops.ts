import { hashIndex } from "../hash-index.ts";
import { sharedShingles } from "../kernels/shared-shingles.ts";
import { type Buckets, bucketsOf } from "./buckets.ts";
import type { ShingleStore, StoredShingles } from "./shingle-store.ts";
import type { Sketches } from "./sketches.ts";

/** Rows that go, each with the row that stays for it. Arrays have an entry for each of all rows. */
export type Drops = {
  /** The row that is kept for each row, itself where it stays. */
  keeper: Uint32Array;
  /** Jaccard similarity of each row with its keeper: 1 where it stays; NaN where nothing was verified. */
  jaccard: Float64Array;
  /** Rows that had more candidates than were compared: some duplicates of theirs may be kept. */
  crowdedRows: number;
};

/** What is looked for, and in which order rows may stay. */
export type DropSearch = {
  threshold: number;
  isVerified: boolean;
  /** All rows, the one to be kept first; in the order of the rows where left out. */
  order?: Uint32Array | undefined;
  /** Distinct shingles of rows, which have candidates. Not asked for without verification. */
  loadShingles: (rows: Uint8Array) => ShingleStore | Promise<ShingleStore>;
  /** Compares rows in another way than by their shingles. */
  match?: Match | undefined;
};

/** Most kept rows that a row is compared with: rows in crowded buckets share a template, not a text. */
const MOST_COMPARED = 4096;

/**
 * Decides which rows go. Rows are taken in keeper order; one stays unless a row that stays is like it: so every dropped
 * row has a kept row at the threshold or above, and no two kept rows are alike. Of a chain a ~ b ~ c where a and c are not
 * alike, a and c stay.
 *
 * A row goes to the most similar kept row, of equals to the first in keeper order. A text that is word for word that of an
 * earlier row shares its fate.
 */
export async function findDrops(sketches: Sketches, search: DropSearch): Promise<Drops> {
  const rows = sketches.tokens.length;
  const first = firstOfEach(sketches, search.order);
  const isAlone = (row: number): boolean => first[row] === row && sketches.tokens[row] !== 0;
  const buckets = bucketsOf(sketches.keys.shared(isAlone), rows);
  const compared = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) if (buckets.starts[row] !== buckets.starts[row + 1]) compared[row] = 1;
  const isByShingles = search.match === undefined && search.isVerified && buckets.room > 0;
  const store = isByShingles ? await search.loadShingles(compared) : undefined;
  const drops: Drops = { keeper: Uint32Array.from(first), jaccard: new Float64Array(rows).fill(1), crowdedRows: 0 };
  const kept = keptRows(buckets, rows);
  const ranks = search.order && inverse(search.order);
  const byShingles = store === undefined ? anyKept : mostSimilar(store, search.threshold, (row) => ranks?.[row] ?? row);
  const match = search.match ?? byShingles;
  for (let place = 0; place < rows; place++) {
    const row = search.order?.[place] ?? place;
    const earlier = first[row]!;
    if (earlier !== row) {
      drops.keeper[row] = drops.keeper[earlier]!;
      drops.jaccard[row] = drops.jaccard[earlier]!;
    } else if (compared[row] === 1) {
      const { candidates, isCrowded } = kept.near(row);
      if (isCrowded) drops.crowdedRows += 1;
      const found = match(row, candidates);
      if (found === undefined) kept.add(row);
      else {
        drops.keeper[row] = found.row;
        drops.jaccard[row] = found.jaccard;
      }
    }
  }
  return drops;
}

/** For each row the first in keeper order with the same tokens: itself where there is none. */
function firstOfEach({ tokens, whole }: Sketches, order: Uint32Array | undefined): Uint32Array {
  const first = Uint32Array.from(tokens, (_count, row) => row);
  const seen = hashIndex(2 ** Math.ceil(Math.log2(2 * tokens.length + 1024)));
  for (let place = 0; place < tokens.length; place++) {
    const row = order?.[place] ?? place;
    if (tokens[row] === 0) continue;
    const earlier = seen.firstPlace(whole[2 * row]!, whole[2 * row + 1]!, row + 1);
    if (earlier !== undefined) first[row] = earlier - 1;
  }
  return first;
}

/** The rows that stay, by the buckets they are in. */
function keptRows(
  { starts, ofRow, sizes, firsts, room }: Buckets,
  rows: number,
): {
  add: (row: number) => void;
  near: (row: number) => { candidates: number[]; isCrowded: boolean };
} {
  const members = new Uint32Array(room);
  const counts = new Uint32Array(sizes.length);
  const seenFor = new Uint32Array(rows); // the row, from 1, for which it was last taken
  return {
    add: (row) => {
      for (let at = starts[row]!; at < starts[row + 1]!; at++) {
        const bucket = ofRow[at]!;
        members[firsts[bucket]! + counts[bucket]!++] = row;
      }
    },
    near: (row) => {
      const candidates: number[] = [];
      // The smallest buckets first: what shares a rare key is the likeliest to be alike.
      const own = ofRow.subarray(starts[row], starts[row + 1]).toSorted((a, b) => counts[a]! - counts[b]! || a - b);
      for (const bucket of own) {
        const start = firsts[bucket]!;
        for (let at = start; at < start + counts[bucket]!; at++) {
          const other = members[at]!;
          if (seenFor[other] === row + 1) continue;
          if (candidates.length === MOST_COMPARED) return { candidates, isCrowded: true };
          seenFor[other] = row + 1;
          candidates.push(other);
        }
      }
      return { candidates, isCrowded: false };
    },
  };
}

/** Of kept candidates the one that a row is most like, and how much; undefined where it is like none. */
export type Match = (row: number, candidates: readonly number[]) => { row: number; jaccard: number } | undefined;

/** Without verification the candidate that was kept first stands for all. */
const anyKept: Match = (_row, candidates) => {
  const [row] = candidates;
  return row === undefined ? undefined : { row, jaccard: Number.NaN };
};

function mostSimilar(store: ShingleStore, threshold: number, rankOf: (row: number) => number): Match {
  const shared = sharedShingles();
  return (row, candidates) => {
    const own = store.of(row)!;
    let best: { row: number; jaccard: number } | undefined;
    let isSet = false;
    for (const candidate of candidates) {
      const other = store.of(candidate)!;
      if (!mayReach(own, other, threshold)) continue;
      if (!isSet) shared.set(own);
      isSet = true;
      const together = own.count + other.count;
      // J >= t means inter >= t / (1 + t) * together; one less, so that rounding never decides.
      const inter = shared.countShared(other, Math.floor((threshold / (1 + threshold)) * together) - 1);
      const jaccard = inter < 0 ? 0 : inter / (together - inter);
      if (jaccard < threshold) continue;
      const isBetter = best === undefined || jaccard > best.jaccard;
      if (isBetter || (jaccard === best!.jaccard && rankOf(candidate) < rankOf(best!.row))) {
        best = { row: candidate, jaccard };
      }
    }
    return best;
  };
}

/** Place of each row in an order. */
function inverse(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  for (let place = 0; place < order.length; place++) places[order[place]!] = place;
  return places;
}

/** Texts of too different lengths cannot be alike. */
function mayReach(one: StoredShingles, other: StoredShingles, threshold: number): boolean {
  return Math.min(one.count, other.count) >= threshold * Math.max(one.count, other.count) - 1e-9;
}
