import { isoDay } from "../../base/clock.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { IMPORTED_DAY } from "../../label/answers.ts";
import { workDays } from "../../label/label-costs.ts";
import type { Task } from "../../label/tasks.ts";
import { lockLedger, post } from "../../ledger/post.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";

/**
 * Posts the work of a task to the ledger as data cost, one entry per person and day, for completed days; with
 * `withToday`, also for the current day. Later work of that day is added to the next, so that an entry never changes. A
 * repeated call writes nothing.
 */
export async function postCosts(
  db: Db,
  task: Task,
  { store, nowMs, withToday }: { store: Pick<Store, "kind">; nowMs: number; withToday: boolean },
): Promise<void> {
  const today = isoDay(new Date(nowMs));
  const due = (await workDays(db, task)).filter(
    ({ isPosted, day, usd }) => !isPosted && usd !== null && (day < today || (withToday && day === today)),
  );
  if (due.length === 0) return;
  await lockLedger(db, store);
  for (const { accountNo, name, day, usd, items, activeMs } of due) {
    if (parseMoney(usd!) > 0n) {
      await post(
        db,
        {
          idempotencyKey: `label:${task.name}:${name}:${day}`,
          kind: "spend",
          currency: "USD",
          effectiveMs: Date.parse(day),
          runId: null,
          memo: `labelling ${task.name} by ${name} on ${day}: ${items} items, ${Math.round(activeMs / 60_000)} min`,
          lines: [
            { account: `data:labelling:${task.name}`, amount: usd! },
            { account: `payable:${name}`, amount: formatMoney(-parseMoney(usd!)) },
          ],
        },
        nowMs,
      );
    }
    await db
      .insertInto("label_costs")
      .values({ task_no: task.taskNo, account_no: accountNo, day, usd: usd!, posted_ms: nowMs })
      .execute();
  }
}

/** True if there is work of a completed day that was not posted; a cheap look-up. */
export async function hasDueCosts(
  db: Db,
  { taskNo }: Task,
  { accountNo, nowMs }: { accountNo: number; nowMs: number },
): Promise<boolean> {
  const row = await db
    .selectFrom("label_answers")
    .innerJoin("label_items", "label_items.item_no", "label_answers.item_no")
    .select("answer_no")
    .where("label_answers.account_no", "=", accountNo)
    .where("label_items.task_no", "=", taskNo)
    .where("cost_day", "<>", IMPORTED_DAY)
    .where("cost_day", "<", isoDay(new Date(nowMs)))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("label_costs")
            .select("day")
            .whereRef("label_costs.account_no", "=", "label_answers.account_no")
            .whereRef("label_costs.day", "=", "label_answers.cost_day")
            .where("label_costs.task_no", "=", taskNo),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
