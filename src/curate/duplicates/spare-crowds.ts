import type { Drops } from "./find-drops.ts";
import { firstOfEach } from "./first-of-each.ts";
import type { Sketches } from "./sketches.ts";

/** Rows that stay although a kept row is like them, since too many are. */
export type SparedRows = {
  /** In ascending order. */
  rows: Uint32Array;
  /** The kept row that each is like. */
  keepers: Uint32Array;
};

/**
 * Keeps the rows of clusters that hold more different texts than a cap: so many texts that are like one share a template,
 * and each may say something of its own. Copies word for word do not count, and go: those of a row that is kept now go for
 * the first of them.
 *
 * Changes the drops. Memory: 4 bytes a row, and 36 where there is such a cluster.
 */
export function spareCrowds(
  { tokens, whole }: Pick<Sketches, "tokens" | "whole">,
  drops: Drops,
  { cap, order }: { cap: number; order: Uint32Array | undefined },
): SparedRows {
  const { keeper, jaccard } = drops;
  const isNear = (row: number): boolean => {
    const kept = keeper[row]!;
    return kept !== row && (whole[2 * row] !== whole[2 * kept] || whole[2 * row + 1] !== whole[2 * kept + 1]);
  };
  const counts = new Uint32Array(keeper.length);
  for (let row = 0; row < keeper.length; row++) if (isNear(row)) counts[keeper[row]!]! += 1;
  if (counts.every((count) => count <= cap)) return { rows: new Uint32Array(0), keepers: new Uint32Array(0) };
  const first = firstOfEach({ tokens, whole }, order);
  counts.fill(0);
  for (let row = 0; row < keeper.length; row++) if (first[row] === row && isNear(row)) counts[keeper[row]!]! += 1;
  const room = counts.reduce((sum, count) => sum + (count > cap ? count : 0), 0);
  const spared = { rows: new Uint32Array(room), keepers: new Uint32Array(room) };
  for (let [row, at] = [0, 0]; row < keeper.length; row++) {
    if (first[row] !== row || !isNear(row) || counts[keeper[row]!]! <= cap) continue;
    spared.rows[at] = row;
    spared.keepers[at++] = keeper[row]!;
  }
  for (const row of spared.rows) keeper[row] = row;
  for (let row = 0; row < keeper.length; row++) {
    const same = first[row]!;
    if (same !== row && isNear(row) && keeper[same] === same) keeper[row] = same;
    if (keeper[row] === row || keeper[row] === same) jaccard[row] = 1;
  }
  return spared;
}
