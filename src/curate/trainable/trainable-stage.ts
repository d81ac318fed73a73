import type { TrainableOptions } from "../../domain/trainable.ts";
import { rowText } from "../rows/row-text.ts";
import type { RowStage } from "../stage.ts";

/** Drops untrainable rows, for the reasons that `data inspect` finds: `empty`, `unknown-format`, `missing-field`. */
export const trainableStage: RowStage<TrainableOptions> = {
  kind: "row",
  name: "trainable",
  version: 1,
  run: (rows, { fields }) => {
    const judged = rows.map((row) => ({ row, problem: rowText(row.fields, fields).problem }));
    return {
      kept: judged.filter(({ problem }) => problem === undefined).map(({ row }) => row),
      dropped: judged.flatMap(({ row, problem }) =>
        problem === undefined ? [] : [{ row, reason: problem.finding, detail: problem.detail }],
      ),
      notes: [],
    };
  },
};
