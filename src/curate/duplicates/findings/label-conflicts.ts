import { hashIndex } from "../../rows/hash-index.ts";
import type { Drops } from "../find-drops.ts";
import type { Sketches } from "../sketches.ts";

/** Kept rows whose prompt another row has with a different answer. */
export type LabelConflicts = {
  /** In ascending order. */
  rows: Uint32Array;
  /** For each row, the first other row with its prompt. */
  others: Uint32Array;
  /** Prompts with several answers. */
  prompts: number;
};

/**
 * Finds prompts that kept rows answer differently. Prompts are equal if they have the same words and punctuation, as
 * for exact duplicates. Rows with similar answers are duplicates, so only one of them is kept. Memory: 8 bytes per row.
 */
export function labelConflicts(
  { prompts, whole }: Pick<Sketches, "prompts" | "whole">,
  { keeper }: Drops,
): LabelConflicts {
  const total = keeper.length;
  const first = new Uint32Array(total);
  const second = new Uint32Array(total); // from 1: the first other row of a first one
  const seen = hashIndex();
  for (let row = 0; row < total; row++) {
    first[row] = row;
    const [high, low] = [prompts[2 * row]!, prompts[2 * row + 1]!];
    if (keeper[row] !== row || (high === 0 && low === 0)) continue;
    const earlier = seen.firstPlace(high, low, row + 1);
    if (earlier === undefined) continue;
    const other = earlier - 1;
    const isSame = whole[2 * other] === whole[2 * row] && whole[2 * other + 1] === whole[2 * row + 1];
    if (isSame) continue;
    first[row] = other;
    second[other] ||= row + 1;
  }
  const rows: number[] = [];
  const others: number[] = [];
  let count = 0;
  for (let row = 0; row < total; row++) {
    const other = first[row] === row ? second[row]! - 1 : first[row]!;
    if (other < 0) continue;
    if (first[row] === row) count += 1;
    rows.push(row);
    others.push(other);
  }
  return { rows: Uint32Array.from(rows), others: Uint32Array.from(others), prompts: count };
}

/** The first prompts with several answers, each with its first rows. */
export function conflictSamples({ rows, others }: LabelConflicts, most: number): number[][] {
  const groups = new Map<number, number[]>();
  for (const [index, row] of rows.entries()) {
    const key = Math.min(row, others[index]!);
    const group = groups.get(key);
    if (group !== undefined) group.push(row);
    else if (groups.size < most) groups.set(key, [row]);
  }
  return [...groups.values()].map((group) => group.slice(0, most));
}
