import type { LabelItem } from "../domain/label-work.ts";
import type { Db, Row } from "../store/database.ts";
import { sql } from "../store/sql.ts";
import type { Task } from "./tasks.ts";

/** Maximum number of rows leased to one person at once, enough to work while the server restarts. */
const MOST_LEASED = 20;

/**
 * The next rows for an annotator, each leased to them: first the rows already leased to them, then rows that need more
 * answers than were given or are leased to others, and gold rows; never one that they answered or skipped. By score,
 * then in the order of the file.
 */
export async function nextItems(
  db: Db,
  task: Task,
  { accountNo, limit, nowMs }: { accountNo: number; limit: number; nowMs: number },
): Promise<LabelItem[]> {
  const most = Math.min(limit, MOST_LEASED);
  const own = await ownLeases(db, task, { accountNo, nowMs });
  const kept = own.slice(0, most);
  const free = kept.length < most ? await freeItems(db, task, { accountNo, nowMs, limit: most - kept.length }) : [];
  const until = nowMs + task.spec.leaseMinutes * 60_000;
  for (const { item_no: itemNo } of free) {
    await db
      .insertInto("label_leases")
      .values({ item_no: itemNo, account_no: accountNo, given_ms: nowMs, until_ms: until })
      .onConflict((conflict) =>
        conflict.columns(["item_no", "account_no"]).doUpdateSet({ given_ms: nowMs, until_ms: until }),
      )
      .execute();
  }
  return [...kept.map((row) => shownItem(task, row, row.until_ms)), ...free.map((row) => shownItem(task, row, until))];
}

type Item = Row<"label_items">;

async function ownLeases(
  db: Db,
  { taskNo }: Task,
  { accountNo, nowMs }: { accountNo: number; nowMs: number },
): Promise<(Item & { until_ms: number })[]> {
  return db
    .selectFrom("label_items")
    .innerJoin("label_leases", "label_leases.item_no", "label_items.item_no")
    .selectAll("label_items")
    .select("label_leases.until_ms")
    .where("label_items.task_no", "=", taskNo)
    .where("label_leases.account_no", "=", accountNo)
    .where("label_leases.until_ms", ">", nowMs)
    .where("label_items.state", "in", ["open", "gold"])
    .orderBy("label_leases.given_ms")
    .orderBy(sql`coalesce(label_items.score, -1e300)`, "desc")
    .orderBy("label_items.item_no")
    .execute();
}

async function freeItems(
  db: Db,
  { taskNo }: Task,
  { accountNo, nowMs, limit }: { accountNo: number; nowMs: number; limit: number },
): Promise<Item[]> {
  const leased = sql<number>`(select count(*) from label_leases
    where label_leases.item_no = label_items.item_no and label_leases.account_no <> ${accountNo}
      and label_leases.until_ms > ${nowMs})`;
  return db
    .selectFrom("label_items")
    .selectAll()
    .where("task_no", "=", taskNo)
    .where("state", "in", ["open", "gold"])
    .where(sql<boolean>`(state = 'gold' or answers + ${leased} < wanted)`)
    .where(notAnsweredBy(accountNo))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("label_leases")
            .select("until_ms")
            .whereRef("label_leases.item_no", "=", "label_items.item_no")
            .where("label_leases.account_no", "=", accountNo)
            .where("label_leases.until_ms", ">", nowMs),
        ),
      ),
    )
    .orderBy(sql`coalesce(score, -1e300)`, "desc")
    .orderBy("item_no")
    .limit(limit)
    .execute();
}

/** Condition on `label_items`: an account has given no valid answer. */
export function notAnsweredBy(accountNo: number) {
  return sql<boolean>`not exists (select 1 from label_answers where label_answers.item_no = label_items.item_no
    and label_answers.account_no = ${accountNo} and label_answers.undone_ms is null)`;
}

/** A row as shown to an annotator: the visible fields, without the known answer. */
export function shownItem(
  task: Task,
  item: Pick<Item, "item_no" | "fields" | "suggestion">,
  untilMs: number,
): LabelItem {
  return {
    item: item.item_no,
    fields: shownFields(task, item.fields),
    suggestion: item.suggestion === null ? null : (JSON.parse(item.suggestion) as LabelItem["suggestion"]),
    leaseUntil: new Date(untilMs).toISOString(),
  };
}

/** The visible fields of a row, without those that reveal an answer. */
export function shownFields({ spec }: Task, text: string): Record<string, unknown> {
  const fields = JSON.parse(text) as Record<string, unknown>;
  const hidden = new Set([spec.goldField, spec.suggestionField]);
  const names = spec.show ?? Object.keys(fields);
  return Object.fromEntries(
    names.flatMap((name) => (name in fields && !hidden.has(name) ? [[name, fields[name]]] : [])),
  );
}
