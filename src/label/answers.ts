import { isoDay } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import { type LabelAnswer } from "../domain/label-task.ts";
import type { AnswerRequest, AnswerResult, LabelItem } from "../domain/label-work.ts";
import type { Db, Row } from "../store/database.ts";
import { areEqual, checkAnswer } from "./answer-value.ts";
import { shownItem } from "./assignment.ts";
import type { Task } from "./tasks.ts";

/** Number of skips after which a row goes to the adjudicator. */
const ENOUGH_SKIPS = 2;

/** Day of work that was done and paid for elsewhere; it gets no ledger entry. */
export const IMPORTED_DAY = "";

/** Account, task and time of an answer. */
export type Giver = { task: Task; accountNo: number; nowMs: number };

/**
 * Stores an answer or a skip. A repeated request with an equal key writes nothing. An answer after the lease has ended
 * is also stored, as an extra label if the row was already complete.
 *
 * @throws Failure not_found, bad_input if it does not fit the task, or the person answered the row before
 */
export async function keepAnswer(db: Db, request: AnswerRequest, by: Giver): Promise<AnswerResult> {
  const { task, accountNo, nowMs } = by;
  const { key, answer, reason, activeMs } = request;
  const known = await db
    .selectFrom("label_answers")
    .select(["item_no", "account_no", "is_extra", "answer", "reason"])
    .where("idempotency_key", "=", key)
    .executeTakeFirst();
  if (known !== undefined) {
    const isSame = known.answer === (answer === null ? null : JSON.stringify(answer)) && known.reason === reason;
    if (known.account_no !== accountNo || known.item_no !== request.item || !isSame) {
      throw new Failure("bad_input", `the key ${key} was used for another answer`, {
        hint: "send a new key with each answer",
      });
    }
    return { isRepeat: true, isExtra: known.is_extra === 1, done: await doneBy(db, task, accountNo) };
  }
  const item = await itemOf(db, task, request.item);
  if (answer === null && (reason === null || reason === "")) {
    throw new Failure("bad_input", "a skip needs a reason", {
      hint: "say in a few words why the row cannot be answered",
    });
  }
  if (answer !== null) checkAnswer(task.spec.answer, answer);
  await refuseSecond(db, item, accountNo);
  const isExtra = !["open", "gold"].includes(item.state) || (item.state === "open" && item.answers >= item.wanted);
  const lease = await db
    .selectFrom("label_leases")
    .select("given_ms")
    .where("item_no", "=", item.item_no)
    .where("account_no", "=", accountNo)
    .executeTakeFirst();
  await db
    .insertInto("label_answers")
    .values({
      idempotency_key: key,
      item_no: item.item_no,
      account_no: accountNo,
      version: Math.min(request.version, task.version),
      answer: answer === null ? null : JSON.stringify(answer),
      reason,
      // The browser measures with a clock that never jumps; more than since the row was given it cannot be.
      active_ms: Math.max(0, lease === undefined ? activeMs : Math.min(activeMs, nowMs - lease.given_ms)),
      given_ms: nowMs,
      cost_day: await costDay(db, by),
      is_extra: isExtra ? 1 : 0,
      is_suggested: item.suggestion === null ? 0 : 1,
      undone_ms: null,
    })
    .execute();
  await db.deleteFrom("label_leases").where("item_no", "=", item.item_no).where("account_no", "=", accountNo).execute();
  await renewState(db, task, item);
  return { isRepeat: false, isExtra, done: await doneBy(db, task, accountNo) };
}

/** Stores an answer from another tool. Its time is recorded without cost: its day is empty. */
export async function keepImported(
  db: Db,
  given: Pick<AnswerRequest, "key" | "item" | "answer" | "reason" | "activeMs"> & { version: number | null },
  { task, accountNo, nowMs }: Giver,
): Promise<void> {
  const item = await itemOf(db, task, given.item);
  await db
    .insertInto("label_answers")
    .values({
      idempotency_key: given.key,
      item_no: item.item_no,
      account_no: accountNo,
      version: Math.min(given.version ?? task.version, task.version),
      answer: given.answer === null ? null : JSON.stringify(given.answer),
      reason: given.reason,
      active_ms: given.activeMs,
      given_ms: nowMs,
      cost_day: IMPORTED_DAY,
      is_extra: item.state === "open" || item.state === "gold" ? 0 : 1,
      is_suggested: 0,
      undone_ms: null,
    })
    .execute();
  await renewState(db, task, item);
}

/**
 * Withdraws an answer by its key and offers the row to its author again. A repeated call has no effect.
 *
 * @throws Failure not_found; bad_input if an adjudicator has decided
 */
export async function undoAnswer(db: Db, key: string, { task, accountNo, nowMs }: Giver): Promise<LabelItem> {
  const row = await db
    .selectFrom("label_answers")
    .select(["answer_no", "item_no"])
    .where("idempotency_key", "=", key)
    .where("account_no", "=", accountNo)
    .executeTakeFirst();
  if (row === undefined)
    throw new Failure("not_found", "you have not given this answer", {
      hint: "reload the page: it shows the answers that can be undone",
    });
  const item = await itemOf(db, task, row.item_no);
  if (item.state === "decided" || item.state === "unresolved") {
    throw new Failure("bad_input", "an adjudicator has decided this row: the answer cannot be undone", {
      hint: "ask the adjudicator to decide again",
    });
  }
  await db
    .updateTable("label_answers")
    .set({ undone_ms: nowMs })
    .where("answer_no", "=", row.answer_no)
    .where("undone_ms", "is", null)
    .execute();
  await renewState(db, task, item);
  const untilMs = nowMs + task.spec.leaseMinutes * 60_000;
  await db
    .insertInto("label_leases")
    .values({ item_no: item.item_no, account_no: accountNo, given_ms: nowMs, until_ms: untilMs })
    .onConflict((conflict) => conflict.columns(["item_no", "account_no"]).doUpdateSet({ until_ms: untilMs }))
    .execute();
  return shownItem(task, item, untilMs);
}

/** A row of a task by its number. @throws Failure not_found */
export async function itemOf(db: Db, { taskNo, name }: Task, itemNo: number): Promise<Row<"label_items">> {
  const item = await db
    .selectFrom("label_items")
    .selectAll()
    .where("item_no", "=", itemNo)
    .where("task_no", "=", taskNo)
    .executeTakeFirst();
  if (item === undefined)
    throw new Failure("not_found", `the task ${name} has no row ${itemNo}`, {
      hint: "reload the page: it gives the next row of the task",
    });
  return item;
}

/** Valid answers of a row, oldest first. */
export async function liveAnswers(db: Db, itemNo: number): Promise<Row<"label_answers">[]> {
  return db
    .selectFrom("label_answers")
    .selectAll()
    .where("item_no", "=", itemNo)
    .where("undone_ms", "is", null)
    .orderBy("answer_no")
    .execute();
}

/** The day whose ledger entry pays for work done now: today, or tomorrow if today's entry is already written. */
export async function costDay(db: Db, { task, accountNo, nowMs }: Giver): Promise<string> {
  const today = isoDay(new Date(nowMs));
  const posted = await db
    .selectFrom("label_costs")
    .select("day")
    .where("task_no", "=", task.taskNo)
    .where("account_no", "=", accountNo)
    .where("day", ">=", today)
    .orderBy("day", "desc")
    .limit(1)
    .executeTakeFirst();
  return posted === undefined ? today : isoDay(new Date(Date.parse(posted.day) + 86_400_000));
}

/** Rows that somebody has answered, skipped or decided in a task. */
export async function doneBy(db: Db, { taskNo }: Task, accountNo: number): Promise<number> {
  const { count } = await db
    .selectFrom("label_answers")
    .innerJoin("label_items", "label_items.item_no", "label_answers.item_no")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("label_items.task_no", "=", taskNo)
    .where("label_answers.account_no", "=", accountNo)
    .where("label_answers.undone_ms", "is", null)
    .executeTakeFirstOrThrow();
  return count;
}

async function refuseSecond(db: Db, { item_no: itemNo }: Row<"label_items">, accountNo: number): Promise<void> {
  const earlier = await db
    .selectFrom("label_answers")
    .select("answer_no")
    .where("item_no", "=", itemNo)
    .where("account_no", "=", accountNo)
    .where("undone_ms", "is", null)
    .executeTakeFirst();
  if (earlier !== undefined) {
    throw new Failure("bad_input", "you have answered this row", { hint: "undo withdraws your last answer" });
  }
}

/** Counts the answers of a row again and updates its state. A decision is not changed. */
async function renewState(db: Db, task: Task, item: Row<"label_items">): Promise<void> {
  const live = await liveAnswers(db, item.item_no);
  const answers = live.flatMap(({ answer }) => (answer === null ? [] : [JSON.parse(answer) as LabelAnswer]));
  const skips = live.length - answers.length;
  const state = ["gold", "decided", "unresolved"].includes(item.state)
    ? item.state
    : stateOf(task, { answers, skips, wanted: item.wanted });
  await db
    .updateTable("label_items")
    .set({ answers: answers.length, skips, state })
    .where("item_no", "=", item.item_no)
    .execute();
}

function stateOf(
  { spec }: Task,
  { answers, skips, wanted }: { answers: readonly LabelAnswer[]; skips: number; wanted: number },
): string {
  if (skips >= ENOUGH_SKIPS) return "disputed";
  if (answers.length < wanted) return "open";
  return areEqual(spec.answer, answers) ? "agreed" : "disputed";
}
