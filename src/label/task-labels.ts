import type { SealedLabel } from "../domain/label-report.ts";
import type { LabelAnswer } from "../domain/label-task.ts";
import type { Db, Row } from "../store/database.ts";
import { answerKey, answerProblem, commonAnswer } from "./answer-value.ts";
import type { RatedLabel } from "./label-table.ts";
import type { Task } from "./tasks.ts";

/** A valid answer with its author. */
export type GivenAnswer = Row<"label_answers"> & { rater: string; row_id: string; gold: string | null };

/** All valid answers of a task with their authors, by row and then time. */
export async function givenAnswers(db: Db, { taskNo }: Task): Promise<GivenAnswer[]> {
  return db
    .selectFrom("label_answers")
    .innerJoin("label_items", "label_items.item_no", "label_answers.item_no")
    .innerJoin("accounts", "accounts.account_no", "label_answers.account_no")
    .selectAll("label_answers")
    .select(["accounts.name as rater", "label_items.row_id", "label_items.gold"])
    .where("label_items.task_no", "=", taskNo)
    .where("label_answers.undone_ms", "is", null)
    .orderBy("label_items.item_no")
    .orderBy("label_answers.answer_no")
    .execute();
}

/** Answers as labels for coefficients of agreement, without gold rows, which are not a sample of the rows. */
export function ratedLabels(answers: readonly GivenAnswer[]): RatedLabel[] {
  return answers.flatMap(({ row_id: item, rater, answer, version, gold }) =>
    answer === null || gold !== null
      ? []
      : [{ item, rater, label: answerKey(JSON.parse(answer) as LabelAnswer), version: String(version) }],
  );
}

/**
 * Sealed result of each complete row: its label and origin, or the reason why it has none. Open rows are omitted. A
 * label that the task no longer has leaves its row unresolved.
 */
export async function sealedLabels(db: Db, task: Task): Promise<SealedLabel[]> {
  const items = await db
    .selectFrom("label_items")
    .select(["item_no", "row_id", "source", "line", "gold", "state"])
    .where("task_no", "=", task.taskNo)
    .where("state", "<>", "open")
    .orderBy("item_no")
    .execute();
  const answers = new Map<number, GivenAnswer[]>();
  for (const answer of await givenAnswers(db, task)) {
    answers.set(answer.item_no, [...(answers.get(answer.item_no) ?? []), answer]);
  }
  const decisions = new Map(
    (
      await db
        .selectFrom("label_decisions")
        .innerJoin("label_items", "label_items.item_no", "label_decisions.item_no")
        .select(["label_decisions.item_no", "label_decisions.answer", "label_decisions.reason"])
        .where("label_items.task_no", "=", task.taskNo)
        .execute()
    ).map((decision) => [decision.item_no, decision]),
  );
  return items.map((item) => {
    const given = (answers.get(item.item_no) ?? []).filter(({ answer }) => answer !== null);
    const about = {
      row: item.row_id,
      source: item.source,
      line: item.line,
      raters: given.length,
      versions: [...new Set(given.map(({ version }) => version))].toSorted((a, b) => a - b),
    };
    return { ...about, ...labelOf(task, item, { given, decision: decisions.get(item.item_no) }) };
  });
}

type Outcome = Pick<SealedLabel, "answer" | "by" | "reason">;

function labelOf(
  { spec }: Task,
  { state, gold }: { state: string; gold: string | null },
  {
    given,
    decision,
  }: { given: readonly GivenAnswer[]; decision: { answer: string | null; reason: string } | undefined },
): Outcome {
  const unresolved = (reason: string): Outcome => ({ answer: null, by: "unresolved", reason });
  if (state === "disputed") return unresolved("waits for an adjudicator");
  if (state === "unresolved") return unresolved(decision!.reason);
  const values = given.map(({ answer }) => JSON.parse(answer!) as LabelAnswer);
  const label: Outcome =
    gold !== null
      ? { answer: JSON.parse(gold) as LabelAnswer, by: "gold", reason: null }
      : decision !== undefined
        ? { answer: JSON.parse(decision.answer!) as LabelAnswer, by: "adjudication", reason: decision.reason }
        : {
            answer: commonAnswer(spec.answer, values),
            by: values.length > 1 ? "agreement" : "single",
            reason: null,
          };
  const problem = answerProblem(spec.answer, label.answer!);
  return problem === undefined ? label : unresolved(`not a label of this version: ${problem}`);
}
