import { hash } from "node:crypto";

import { canonicalJson } from "../../../base/hash.ts";
import { hashIndex } from "../../rows/hash-index.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Hex digits of an id: 96 bits, so that two of 10^9 different rows share one with probability 10^-11. */
const DIGITS = 24;

/** Assigns ids to the rows of one source, in file order. */
export type RowIds = {
  of: (fields: Fields) => string;
  /** Number of earlier rows with the same content, by 64 bits of its digest. */
  occurrence: (high: number, low: number) => number;
};

/**
 * Ids of the rows of one source: the first 24 hex digits of a SHA-256 over the source's name and the row's content,
 * with sorted keys at every depth. An id therefore does not change when rows are added, removed or moved, or keys are
 * reordered.
 * Rows with equal content in one source are distinguished by their occurrence: the first has the id of the content, the
 * second that of the content and 1, and so on. Such rows differ only in their line, so it does not matter which gets
 * which id. Memory: 24 to 36 bytes per row.
 */
export function rowIds(source: string): RowIds {
  const seen = hashIndex();
  const repeats = new Map<number, number>();
  let place = 0;
  const occurrence: RowIds["occurrence"] = (high, low) => {
    place += 1;
    const before = seen.firstPlace(high, low, place);
    if (before === undefined) return 0;
    const count = (repeats.get(before) ?? 0) + 1;
    repeats.set(before, count);
    return count;
  };
  return {
    occurrence,
    of: (fields) => {
      const { hex, high, low } = rowDigest(source, fields);
      const count = occurrence(high, low);
      return count === 0 ? idOfDigest(hex) : repeatedRowId(source, fields, count);
    },
  };
}

/** Digest of a row's content, and its first 64 bits as two halves. */
export function rowDigest(source: string, fields: Fields): { hex: string; high: number; low: number } {
  const hex = digest(source, "row", canonicalJson(fields));
  return { hex, high: Number.parseInt(hex.slice(0, 8), 16), low: Number.parseInt(hex.slice(8, 16), 16) };
}

/** Id of the first row with a content. */
export function idOfDigest(hex: string): string {
  return hex.slice(0, DIGITS);
}

/** Id of a row that is preceded by the given number of rows with equal content. */
export function repeatedRowId(source: string, fields: Fields, occurrence: number): string {
  return idOfDigest(digest(source, `row ${occurrence}`, canonicalJson(fields)));
}

/** Id of a line that is not a row. */
export function badRowId(source: string, line: number): string {
  return idOfDigest(digest(source, "line", String(line)));
}

function digest(source: string, kind: string, content: string): string {
  return hash("sha256", `${source}\u0000${kind}\u0000${content}`, "hex");
}
