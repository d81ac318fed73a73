import { canonicalJson, sha256 } from "../base/hash.ts";
import type { AnsweredRow, ImportAnswersRequest, ImportedAnswers, TaskAnswers } from "../domain/label-exchange.ts";
import type { LabelAnswer } from "../domain/label-task.ts";
import type { Db, Row } from "../store/database.ts";
import { accountOf } from "../accounts/accounts.ts";
import { keepImported } from "./answers.ts";
import { answerProblem } from "./answer-value.ts";
import { shownFields } from "./assignment.ts";
import { givenAnswers } from "./task-labels.ts";
import { addMember, roleIn, type Task } from "./tasks.ts";

/** All rows of a task with their valid answers, in file order. */
export async function taskAnswers(db: Db, task: Task): Promise<TaskAnswers> {
  const items = await db
    .selectFrom("label_items")
    .selectAll()
    .where("task_no", "=", task.taskNo)
    .orderBy("item_no")
    .execute();
  const answers = new Map<number, AnsweredRow["answers"]>();
  for (const given of await givenAnswers(db, task)) {
    const list = answers.get(given.item_no) ?? [];
    list.push({
      rater: given.rater,
      answer: given.answer === null ? null : (JSON.parse(given.answer) as LabelAnswer),
      reason: given.reason,
      version: given.version,
      activeMs: given.active_ms,
    });
    answers.set(given.item_no, list);
  }
  return {
    task: task.name,
    answer: task.spec.answer,
    rows: items.map((item) => ({
      row: item.row_id,
      source: item.source,
      line: item.line,
      fields: shownFields(task, item.fields),
      suggestion: item.suggestion === null ? null : (JSON.parse(item.suggestion) as LabelAnswer),
      answers: answers.get(item.item_no) ?? [],
    })),
  };
}

/**
 * Imports answers that were given elsewhere, by the ids of their rows. The people become accounts of the task without a
 * link. Importing an answer again changes nothing; an answer with an unknown row or label, or a second one of a person
 * for a row, is rejected and counted. Their time costs nothing here, because it was paid for in the other tool.
 */
export async function importAnswers(
  db: Db,
  task: Task,
  { rows, nowMs }: ImportAnswersRequest & { nowMs: number },
): Promise<ImportedAnswers> {
  const items = new Map(
    (await db.selectFrom("label_items").selectAll().where("task_no", "=", task.taskNo).execute()).map((item) => [
      item.row_id,
      item,
    ]),
  );
  const refused = new Map<string, { rows: number; example: string }>();
  let added = 0;
  let repeated = 0;
  for (const { row, answers } of rows) {
    for (const given of answers) {
      const outcome = await importOne(db, task, { item: items.get(row), given, nowMs });
      if (outcome === "added") added += 1;
      else if (outcome === "repeated") repeated += 1;
      else {
        const known = refused.get(outcome) ?? { rows: 0, example: row };
        refused.set(outcome, { ...known, rows: known.rows + 1 });
      }
    }
  }
  return { added, repeated, refused: [...refused].map(([reason, count]) => ({ reason, ...count })) };
}

async function importOne(
  db: Db,
  task: Task,
  {
    item,
    given,
    nowMs,
  }: { item: Row<"label_items"> | undefined; given: AnsweredRow["answers"][number]; nowMs: number },
): Promise<string> {
  if (item === undefined) return "unknown-row";
  const single = Array.isArray(given.answer) && task.spec.answer.type !== "classes" && given.answer.length === 1;
  const answer = single ? (given.answer as string[])[0]! : given.answer;
  if (answer !== null && answerProblem(task.spec.answer, answer) !== undefined) return "unknown-label";
  const { accountNo } = await accountOf(db, given.rater, nowMs);
  const earlier = await db
    .selectFrom("label_answers")
    .select("answer")
    .where("item_no", "=", item.item_no)
    .where("account_no", "=", accountNo)
    .where("undone_ms", "is", null)
    .executeTakeFirst();
  if (earlier !== undefined) {
    return earlier.answer === (answer === null ? null : JSON.stringify(answer)) ? "repeated" : "second-answer";
  }
  if ((await roleIn(db, task, accountNo)) === undefined) {
    await addMember(db, task, { accountNo, role: "annotator", nowMs });
  }
  const key = `import-${sha256(canonicalJson([task.name, item.row_id, given.rater, answer, nowMs]))}`;
  await keepImported(db, { ...given, answer, key, item: item.item_no }, { task, accountNo, nowMs });
  return "added";
}
