import type { SplitFinding, SplitStageOptions } from "../../domain/split.ts";
import type { DatasetStage } from "../stage.ts";
import { decideSplit } from "./decide-split.ts";
import { JOINS_PARTS, NO_TIME, PARTS } from "./place-groups.ts";
import { readSplitRows, splitSummary } from "./split-summary.ts";

/** Reasons for rows without a part. */
export const LEFT_OUT: Readonly<Record<number, string>> = { [NO_TIME]: "no-time", [JOINS_PARTS]: "joins-parts" };

/**
 * Splits rows into training, validation and test, and notes the part of each. With `part`, only the rows of that part
 * are kept; the others are dropped with the reasons `in-train`, `in-validation`, `in-test`.
 */
export const splitStage: DatasetStage<SplitStageOptions> = {
  kind: "dataset",
  name: "split",
  version: 4,
  summarise: (rows, options) => splitSummary(rows, options),
  decide: async (summaries, options) => packed(decideSplit(await readSplitRows(summaries, options), options)),
  findings: (decision) =>
    findingsIn(decision).map(({ kind, count, detail }) => ({ finding: kind, rows: count, detail })),
  run: (rows, options, { decision, firstRow }) => {
    const reasons = rows.map((_row, index) => {
      const number = decision[firstRow + index]!;
      const part = PARTS[number];
      if (part === undefined) return LEFT_OUT[number]!;
      return options.part === undefined || options.part === part ? undefined : `in-${part}`;
    });
    const kept = rows.filter((_row, index) => reasons[index] === undefined);
    return {
      kept,
      dropped: rows.flatMap((row, index) => (reasons[index] === undefined ? [] : [{ row, reason: reasons[index] }])),
      notes: rows.flatMap(({ id }, index) =>
        reasons[index] === undefined ? [{ id, note: { part: PARTS[decision[firstRow + index]!] } }] : [],
      ),
    };
  },
};

/** Bytes at the end of a decision with the length of the preceding findings. */
const LENGTH_BYTES = 4;

/** A decision: the part of each row by its index, then the findings. */
function packed({ parts, findings }: { parts: Uint8Array; findings: readonly SplitFinding[] }): Uint8Array {
  const said = new TextEncoder().encode(JSON.stringify(findings));
  const bytes = new Uint8Array(parts.length + said.length + LENGTH_BYTES);
  bytes.set(parts);
  bytes.set(said, parts.length);
  new DataView(bytes.buffer).setUint32(bytes.length - LENGTH_BYTES, said.length);
  return bytes;
}

function findingsIn(decision: Uint8Array): SplitFinding[] {
  const end = decision.length - LENGTH_BYTES;
  const length = new DataView(decision.buffer, decision.byteOffset).getUint32(end);
  return JSON.parse(new TextDecoder().decode(decision.subarray(end - length, end))) as SplitFinding[];
}
