import type { LabelAnswer } from "../../domain/label-task.ts";
import type { CuratedRow, RowStage } from "../stage.ts";
import type { SealedOptions } from "./read-seal.ts";

/**
 * Adds the labels of a sealed set to rows, by their ids. A row left unresolved is dropped, reason `unresolved`; a row
 * without a label is dropped, reason `not-labelled`, or kept without a label if the options allow it. Only sealed
 * labels are used. As an answer, a label replaces the last turn of the dialogue; a row whose dialogue does not end with an
 * answer is dropped, reason `no-answer-turn`.
 */
export const labelsStage: RowStage<SealedOptions> = {
  kind: "row",
  name: "labels",
  version: 1,
  run: (rows, { field, as, unlabelled, seals, labels }) => {
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
      const fields = as === "answer" ? withAnswer(row, answer) : { ...row.fields, [field]: answer };
      if (fields === undefined) {
        result.dropped.push({ row, reason: "no-answer-turn" });
        continue;
      }
      result.kept.push({ ...row, fields });
      result.notes.push({ id: row.id, note: { seal: seals.sha256, task: seals.task, by, versions, reason } });
    }
    return result;
  },
};

/** Fields of a row whose dialogue ends with the label; undefined if it does not end with an answer. */
function withAnswer({ fields }: CuratedRow, answer: LabelAnswer): CuratedRow["fields"] | undefined {
  const messages: unknown = fields["messages"];
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  if (typeof last !== "object" || last === null || !("role" in last) || last.role !== "assistant") return undefined;
  const content = typeof answer === "string" ? answer : JSON.stringify(answer);
  return { ...fields, messages: [...(messages as unknown[]).slice(0, -1), { ...last, content }] };
}
