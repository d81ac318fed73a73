import type { SplitFinding } from "../../domain/split.ts";
import { hashIndex } from "../rows/hash-index.ts";
import { NO_TIME, PARTS } from "./place-groups.ts";
import { hashAt, keyPlaces } from "./row-groups.ts";
import { nameOfRow, type SplitRows } from "./split-summary.ts";

const WORDS = {
  id: "the same row",
  group: "a row of the same group",
  "near-duplicate": "a near-duplicate",
} as const;

/**
 * Rows whose content, group or near-duplicate is also in another part. Compares only the parts, independent of how they
 * were made.
 */
export function splitLeaks(rows: SplitRows, parts: Uint8Array): SplitFinding[] {
  return Object.entries(keyPlaces(rows)).flatMap(([name, places]) => {
    const kind = name as keyof typeof WORDS;
    let count = 0;
    let detail = "";
    for (const index of places) {
      const seen = hashIndex();
      for (let row = 0; row < rows.count; row++) {
        const [high, low] = hashAt(rows.records, row * rows.width + index);
        if (parts[row]! >= NO_TIME || (high === 0 && low === 0)) continue;
        const before = seen.firstPlace(high, low, row + 1);
        if (before === undefined || parts[before - 1] === parts[row]) continue;
        count += 1;
        const [here, there] = [PARTS[parts[row]!], PARTS[parts[before - 1]!]];
        if (count === 1)
          detail = `${nameOfRow(rows, row)} is in ${here}, ${WORDS[kind]} in ${there}: ${nameOfRow(rows, before - 1)}`;
      }
    }
    return count === 0 ? [] : [{ kind: `leak-${kind}` as const, count, detail }];
  });
}
