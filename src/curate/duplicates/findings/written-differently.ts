import type { Drops } from "../find-drops.ts";
import type { Sketches } from "../sketches.ts";

/** Rows dropped as exact duplicates whose text differs from that of the kept row: in case, punctuation or white space. */
export type WrittenDifferently = {
  rows: number;
  /** The first of them. */
  samples: { row: number; keeper: number }[];
};

/** True for a dropped row that has the words of the kept row in the same order but is written differently. */
export function isWrittenDifferently(
  { whole, written }: Pick<Sketches, "whole" | "written">,
  row: number,
  keeper: number,
): boolean {
  return (
    written[row] !== written[keeper] &&
    whole[2 * row] === whole[2 * keeper] &&
    whole[2 * row + 1] === whole[2 * keeper + 1]
  );
}

/** Counts rows dropped as exact duplicates that are written differently, and lists the first of them. */
export function writtenDifferently(
  sketches: Pick<Sketches, "whole" | "written">,
  { keeper }: Drops,
  most: number,
): WrittenDifferently {
  const found: WrittenDifferently = { rows: 0, samples: [] };
  for (const [row, kept] of keeper.entries()) {
    if (kept === row || !isWrittenDifferently(sketches, row, kept)) continue;
    found.rows += 1;
    if (found.samples.length < most) found.samples.push({ row, keeper: kept });
  }
  return found;
}
