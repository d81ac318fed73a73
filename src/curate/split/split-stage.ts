import type { SplitStageOptions } from "../../domain/split.ts";
import type { DatasetStage } from "../stage.ts";
import { decideSplit } from "./decide-split.ts";
import { JOINS_PARTS, NO_TIME, PARTS } from "./place-groups.ts";
import { readSplitRows, splitSummary } from "./split-summary.ts";

/** Reasons of rows that are in no part. */
export const LEFT_OUT: Readonly<Record<number, string>> = { [NO_TIME]: "no-time", [JOINS_PARTS]: "joins-parts" };

/**
 * Parts rows into those to train on, to validate and to test with, and says of each where it is. With `part` only the
 * rows of that part go on; the others are dropped with the reasons `in-train`, `in-validation`, `in-test`.
 */
export const splitStage: DatasetStage<SplitStageOptions> = {
  kind: "dataset",
  name: "split",
  version: 2,
  summarise: (rows, options) => splitSummary(rows, options),
  decide: async (summaries, options) => decideSplit(await readSplitRows(summaries, options), options).parts,
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
