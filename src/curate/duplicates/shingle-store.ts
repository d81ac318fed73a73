import type { Shingles } from "../kernels/shared-shingles.ts";
import { sharedShingles } from "../kernels/shared-shingles.ts";
import type { Comparison } from "./compare-blocks.ts";

/** Shingles of the compared rows. */
export type ShingleStore = {
  /**
   * Stores a copy of distinct shingles. Rows must be added in ascending order; shingles beyond the capacity are
   * omitted.
   */
  add: (row: number, shingles: Shingles) => void;
  of: (row: number) => Shingles;
};

/**
 * Capacity of a store: the expected rows in ascending order, the maximum number of their shingles, and an array for the
 * upper halves.
 */
export type ShingleRoom = { rows: Uint32Array; shingles: number; high: Uint32Array | Uint8Array };

/** Creates a store for all expected shingles, and 4 bytes per row. */
export function shingleStore({ rows, shingles, high }: ShingleRoom): ShingleStore {
  const low = new Uint32Array(shingles);
  const starts = new Uint32Array(rows.length + 1);
  let [next, used] = [0, 0];
  return {
    add: (row, from) => {
      for (; next < rows.length && rows[next]! < row; next++) starts[next + 1] = used;
      const { start, count } = from;
      if (rows[next] !== row || used + count > low.length) return;
      low.set(from.low.subarray(start, start + count), used);
      high.set(from.high.subarray(start, start + count), used);
      used += count;
      next += 1;
      starts[next] = used;
    },
    of: (row) => {
      let [from, to] = [0, next - 1];
      while (from < to) {
        const middle = (from + to) >> 1;
        if (rows[middle]! < row) from = middle + 1;
        else to = middle;
      }
      return { low, high, start: starts[from]!, count: starts[from + 1]! - starts[from]! };
    },
  };
}

/** Maximum number of shingles of a text with the given number of tokens. */
export function mostShingles(tokens: number, shingleTokens: number): number {
  // A prompt, an answer and a rejected answer have one each, however short.
  return Math.max(Math.min(tokens, 3), tokens - shingleTokens + 1);
}

/**
 * Exact Jaccard similarity of distinct shingles. In rows with prompt and answer, both parts must reach the threshold.
 */
export function jaccardComparison(threshold: number): Comparison<Shingles> {
  const shared = sharedShingles();
  let own: Shingles = { low: new Uint32Array(0), high: new Uint32Array(0), start: 0, count: 0 };
  let isSet = false;
  const arePartsAlike = (other: Shingles, inter: number): boolean => {
    const answers = shared.countAnswers(other);
    if (answers.own === 0 && answers.others === 0) return true;
    const together = answers.own + answers.others;
    const prompts = own.count + other.count - together;
    const ofPrompts = inter - answers.shared;
    if (answers.shared < threshold * (together - answers.shared)) return false;
    return prompts === 0 || ofPrompts >= threshold * (prompts - ofPrompts);
  };
  return {
    set: (row) => {
      own = row;
      isSet = false;
    },
    similarity: (other) => {
      // Texts of too different lengths cannot be alike.
      if (Math.min(own.count, other.count) < threshold * Math.max(own.count, other.count) - 1e-9) return undefined;
      if (!isSet) shared.set(own);
      isSet = true;
      const together = own.count + other.count;
      // J >= t means inter >= t / (1 + t) * together; one less, so that rounding never decides.
      const inter = shared.countShared(other, Math.floor((threshold / (1 + threshold)) * together) - 1);
      const jaccard = inter < 0 ? 0 : inter / (together - inter);
      return jaccard < threshold || !arePartsAlike(other, inter) ? undefined : jaccard;
    },
  };
}
