import { Failure } from "../base/failure.ts";
import { sha256 } from "../base/hash.ts";
import type { LabelAnswer } from "../domain/label-task.ts";
import type { AnswerResult, DecisionRequest, Dispute, DisputeList } from "../domain/label-work.ts";
import type { Db } from "../store/database.ts";
import { costDay, type Giver, itemOf, liveAnswers } from "./answers.ts";
import { checkAnswer } from "./answer-value.ts";
import { notAnsweredBy, shownFields } from "./assignment.ts";
import type { Task } from "./tasks.ts";

/**
 * The next rows whose answers differ, without names and in a neutral order; never a row that the adjudicator answered
 * as an annotator.
 *
 * @param accountNo the adjudicator; undefined for the command line
 */
export async function disputes(
  db: Db,
  task: Task,
  { accountNo, limit }: { accountNo?: number | undefined; limit: number },
): Promise<DisputeList> {
  let query = db
    .selectFrom("label_items")
    .select(["item_no", "row_id", "fields"])
    .where("task_no", "=", task.taskNo)
    .where("state", "=", "disputed");
  if (accountNo !== undefined) {
    query = query.where(notAnsweredBy(accountNo));
  }
  const rows = await query.orderBy("item_no").execute();
  const shown: Dispute[] = [];
  for (const { item_no: item, row_id: row, fields } of rows.slice(0, limit)) {
    const answers = await liveAnswers(db, item);
    const blind = answers.toSorted((a, b) => (blindPlace(row, a.answer_no) < blindPlace(row, b.answer_no) ? -1 : 1));
    shown.push({
      item,
      row,
      fields: shownFields(task, fields),
      answers: blind.map(({ answer, reason, version }) => ({
        answer: answer === null ? null : (JSON.parse(answer) as LabelAnswer),
        reason,
        version,
      })),
    });
  }
  return { disputes: shown, open: rows.length, decided: await decidedCount(db, task) };
}

/**
 * Stores a decision on a row whose answers differ. A repeated request with an equal key writes nothing.
 *
 * @throws Failure not_found; bad_input if the row is not waiting for a decision, or the adjudicator answered it
 */
export async function decide(db: Db, request: DecisionRequest, by: Giver): Promise<AnswerResult> {
  const { task } = by;
  const { key, answer, reason, activeMs } = request;
  const known = await db
    .selectFrom("label_decisions")
    .select(["item_no", "account_no", "answer", "reason"])
    .where("idempotency_key", "=", key)
    .executeTakeFirst();
  if (known !== undefined) {
    const isSame = known.answer === (answer === null ? null : JSON.stringify(answer)) && known.reason === reason;
    if (known.item_no !== request.item || known.account_no !== by.accountNo || !isSame) {
      throw new Failure("bad_input", `the key ${key} was used for another decision`, {
        hint: "send a new key with each decision",
      });
    }
    return { isRepeat: true, isExtra: false, done: await decidedCount(db, task, by.accountNo) };
  }
  const item = await itemOf(db, task, request.item);
  if (item.state !== "disputed")
    throw new Failure("bad_input", `row ${item.row_id} is not waiting for a decision`, {
      hint: "reload the page: it lists the rows that are waiting",
    });
  const answers = await liveAnswers(db, item.item_no);
  if (answers.some(({ account_no: accountNo }) => accountNo === by.accountNo)) {
    throw new Failure("bad_input", "a person who answered a row cannot decide it", {
      hint: "ask an adjudicator who did not answer it",
    });
  }
  if (answer !== null) checkAnswer(task.spec.answer, answer);
  await db
    .insertInto("label_decisions")
    .values({
      item_no: item.item_no,
      idempotency_key: key,
      account_no: by.accountNo,
      answer: answer === null ? null : JSON.stringify(answer),
      reason,
      active_ms: activeMs,
      decided_ms: by.nowMs,
      cost_day: await costDay(db, by),
    })
    .execute();
  await db
    .updateTable("label_items")
    .set({ state: answer === null ? "unresolved" : "decided" })
    .where("item_no", "=", item.item_no)
    .execute();
  return { isRepeat: false, isExtra: false, done: await decidedCount(db, task, by.accountNo) };
}

/** Rows that were decided or left unresolved, by one person or by all. */
export async function decidedCount(db: Db, { taskNo }: Task, accountNo?: number): Promise<number> {
  let query = db
    .selectFrom("label_decisions")
    .innerJoin("label_items", "label_items.item_no", "label_decisions.item_no")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("label_items.task_no", "=", taskNo);
  if (accountNo !== undefined) query = query.where("label_decisions.account_no", "=", accountNo);
  return (await query.executeTakeFirstOrThrow()).count;
}

/** An order that depends only on row and answer, not on names or times. */
function blindPlace(row: string, answerNo: number): string {
  return sha256(`${row} ${answerNo}`);
}
