import type { RowStage } from "../stage.ts";
import type { SealedOptions } from "./read-seal.ts";

/**
 * Adds the labels of a sealed set to rows, by their ids. A row left unresolved is dropped, reason `unresolved`; a row
 * without a label is dropped, reason `not-labelled`, or kept without a label if the options allow it. Only sealed
 * labels are used.
 */
export const labelsStage: RowStage<SealedOptions> = {
  kind: "row",
  name: "labels",
  version: 1,
  run: (rows, { field, unlabelled, seals, labels }) => {
    const result: ReturnType<RowStage<SealedOptions>["run"]> = { kept: [], dropped: [], notes: [] };
    for (const row of rows) {
      const label = labels.get(row.id);
      if (label === undefined) {
        if (unlabelled === "keep") result.kept.push(row);
        else result.dropped.push({ row, reason: "not-labelled" });
        continue;
      }
      if (label.answer === null) {
        result.dropped.push({ row, reason: "unresolved", ...(label.reason === null ? {} : { detail: label.reason }) });
        continue;
      }
      const { answer, by, reason, versions } = label;
      result.kept.push({ ...row, fields: { ...row.fields, [field]: answer } });
      result.notes.push({ id: row.id, note: { seal: seals.sha256, task: seals.task, by, versions, reason } });
    }
    return result;
  },
};
