import { breather } from "../../base/breather.ts";
import type { KeptRows } from "./kept-rows.ts";

/** A kept row and its similarity with another row. */
export type Found = { row: number; jaccard: number };

/** Details by which rows are compared, loaded for some of the rows at a time. */
export type Details<Detail> = {
  /** Approximate bytes loaded at once: half for rows to decide, half for kept rows. */
  budgetBytes: number;
  /** Maximum bytes of a row's details. */
  bytesOf: (row: number) => number;
  /** Loads the details of some rows, given in ascending order. */
  load: (rows: Uint32Array) => Promise<(row: number) => Detail>;
  comparison: () => Comparison<Detail>;
};

/** Compares one row with others. */
export type Comparison<Detail> = {
  set: (row: Detail) => void;
  /** Undefined below the threshold. */
  similarity: (other: Detail) => number | undefined;
};

/** State of the rows during the decision. */
type State<Detail> = {
  details: Details<Detail>;
  kept: KeptRows;
  /** Receives the rows in order, each with its most similar kept row. */
  decide: (row: number, found: Found | undefined) => void;
};

/**
 * Compares each row with the kept rows that share a key with it, in blocks whose details fit the budget: first with the
 * kept rows of earlier blocks, then one after the other within the block. The budget does not affect the result.
 *
 * @param compared rows in keeper order
 */
export async function compareInBlocks<Detail>(compared: Uint32Array, state: State<Detail>): Promise<void> {
  const { details, kept, decide } = state;
  const comparison = details.comparison();
  const breathe = breather();
  for (const block of blocksOf(compared, details, details.budgetBytes)) {
    const earlier = new Set<number>();
    for (const row of block) for (const other of kept.near(row)) earlier.add(other);
    const { of: detailOf, found } = await compareEarlier(block, Uint32Array.from(earlier).toSorted(), state);
    for (const [index, row] of block.entries()) {
      const pause = breathe();
      if (pause !== undefined) await pause;
      let best = found[index];
      let isSet = false;
      for (const other of kept.near(row)) {
        if (earlier.has(other)) continue;
        if (!isSet) comparison.set(detailOf(row));
        isSet = true;
        best = better(best, { row: other, jaccard: comparison.similarity(detailOf(other)) }, kept);
      }
      decide(row, best);
    }
  }
}

/**
 * Loads the details of a block, and finds for each of its rows the most similar row that was kept in earlier blocks.
 */
async function compareEarlier<Detail>(
  block: Uint32Array,
  earlier: Uint32Array,
  { details, kept }: State<Detail>,
): Promise<{ of: (row: number) => Detail; found: (Found | undefined)[] }> {
  const found = Array.from<Found | undefined>({ length: block.length });
  const comparison = details.comparison();
  const breathe = breather();
  let own: ((row: number) => Detail) | undefined;
  for (const chunk of earlier.length === 0 ? [earlier] : blocksOf(earlier, details, details.budgetBytes / 2)) {
    // The first are read together with the block, so that files are mostly read once a block.
    const loaded = await details.load(own === undefined ? joined(block, chunk) : chunk);
    own ??= loaded;
    const isHere = earlier.length === chunk.length ? undefined : new Set(chunk);
    for (const [index, row] of block.entries()) {
      const pause = breathe();
      if (pause !== undefined) await pause;
      let isSet = false;
      for (const other of chunk.length === 0 ? [] : kept.near(row)) {
        if (isHere?.has(other) === false) continue;
        if (!isSet) comparison.set(own(row));
        isSet = true;
        found[index] = better(found[index], { row: other, jaccard: comparison.similarity(loaded(other)) }, kept);
      }
    }
  }
  return { of: own!, found };
}

/** The more similar of two rows; if equal, the one that was kept first. */
function better(
  best: Found | undefined,
  { row, jaccard }: { row: number; jaccard: number | undefined },
  { rankOf }: KeptRows,
): Found | undefined {
  if (jaccard === undefined) return best;
  if (best !== undefined && jaccard <= best.jaccard) {
    if (jaccard < best.jaccard || rankOf(row) > rankOf(best.row)) return best;
  }
  return { row, jaccard };
}

/**
 * Splits a list of rows if their details would exceed half of the budget; a block is never smaller than the given
 * number of bytes.
 */
function blocksOf(
  rows: Uint32Array,
  { budgetBytes, bytesOf }: Pick<Details<unknown>, "budgetBytes" | "bytesOf">,
  uncutBytes: number,
): Uint32Array[] {
  const total = rows.reduce((sum, row) => sum + bytesOf(row), 0);
  if (total <= uncutBytes) return [rows];
  const blocks: Uint32Array[] = [];
  let [from, bytes] = [0, 0];
  for (const [place, row] of rows.entries()) {
    const own = bytesOf(row);
    if (place > from && bytes + own > budgetBytes / 2) {
      blocks.push(rows.subarray(from, place));
      [from, bytes] = [place, 0];
    }
    bytes += own;
  }
  return [...blocks, rows.subarray(from)];
}

/** Merges two ascending lists without common rows. */
function joined(one: Uint32Array, other: Uint32Array): Uint32Array {
  const all = new Uint32Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all.toSorted();
}
