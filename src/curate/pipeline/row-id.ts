import { createHash } from "node:crypto";

import { canonicalJson } from "../../base/hash.ts";
import { hashIndex } from "../hash-index.ts";

/** Hex digits of an id: 96 bits, so that two of 10^9 different rows share one with probability 10^-11. */
const DIGITS = 24;

/** Gives the rows of one source their ids, in file order. */
export type RowIds = {
  of: (fields: Readonly<Record<string, unknown>>) => string;
  /** Id of a line that is no row. */
  ofBadRow: (line: number) => string;
};

/**
 * Ids of the rows of one source: the first 24 hex digits of a SHA-256 over the source's name and the row's content,
 * its keys sorted at every depth. So an id does not change when rows are added, removed or moved, or keys reordered.
 *
 * Rows of the same content in one source are told apart by their occurrence: the first has the id of the content, the
 * second that of the content and 1, and so on. They are the same in all but their line, so it does not matter which is
 * which. Costs 24 to 36 bytes a row.
 */
export function rowIds(source: string): RowIds {
  const seen = hashIndex();
  const repeats = new Map<number, number>();
  let place = 0;
  const digest = (kind: string, content: string): string =>
    createHash("sha256").update(`${source}\u0000${kind}\u0000${content}`).digest("hex");
  return {
    of: (fields) => {
      const content = canonicalJson(fields);
      const first = digest("row", content);
      const [high, low] = [Number.parseInt(first.slice(0, 8), 16), Number.parseInt(first.slice(8, 16), 16)];
      place += 1;
      const before = seen.firstPlace(high, low, place);
      if (before === undefined) return first.slice(0, DIGITS);
      const occurrence = (repeats.get(before) ?? 0) + 1;
      repeats.set(before, occurrence);
      return digest(`row ${occurrence}`, content).slice(0, DIGITS);
    },
    ofBadRow: (line) => digest("line", String(line)).slice(0, DIGITS),
  };
}
