import type { RowStage } from "../stage.ts";
import type { SealedOptions } from "./read-seal.ts";

/**
 * Gives rows the labels of a seal, by their ids. A row that was left unresolved is dropped, reason `unresolved`; one that
 * the seal does not have, reason `not-labelled`, or goes on without a label where the options say so. Waits for nobody:
 * what was not sealed is not there.
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
