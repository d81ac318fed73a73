import type { RightsLine } from "../../domain/rights.ts";
import type { CuratedRow } from "../stage.ts";
import { type RightsInput, rightsJudge } from "./rights-stage.ts";

/** Counts rows by dataset and verdict. */
export function rightsTable(input: RightsInput): {
  add: (rows: readonly CuratedRow[]) => void;
  lines: () => RightsLine[];
} {
  const judge = rightsJudge(input);
  const lines = new Map<string, RightsLine>();
  return {
    add: (rows) => {
      for (const row of rows) {
        const verdict = judge(row);
        const key = JSON.stringify([row.source, verdict]);
        const line = lines.get(key);
        if (line === undefined) lines.set(key, { source: row.source, rows: 1, ...verdict });
        else line.rows += 1;
      }
    },
    lines: () =>
      [...lines.values()].toSorted((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : b.rows - a.rows)),
  };
}
