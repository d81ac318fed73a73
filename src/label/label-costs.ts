import { formatMoney, parseMoney, roundMoney } from "../base/money.ts";
import type { Db } from "../store/database.ts";
import { IMPORTED_DAY } from "./answers.ts";
import type { Task } from "./tasks.ts";

/** Work of one person on one day. */
export type WorkDay = {
  accountNo: number;
  name: string;
  day: string;
  activeMs: number;
  /** Valid answers, skips and decisions. */
  items: number;
  /** Cost, a decimal; null if the task states no price. */
  usd: string | null;
  /** True if it has been posted to the ledger. */
  isPosted: boolean;
};

/** Number of milliseconds in an hour. */
const HOUR_MS = 3_600_000n;

/**
 * Cost of work: active time at the price per hour, or items at the price per item, in whole cents. Null if neither is
 * stated.
 */
function workUsd(
  { annotatorUsdPerHour, usdPerItem }: { annotatorUsdPerHour?: string | undefined; usdPerItem?: string | undefined },
  { activeMs, items }: { activeMs: number; items: number },
): string | null {
  if (usdPerItem !== undefined) return formatMoney(roundMoney(parseMoney(usdPerItem) * BigInt(items)));
  if (annotatorUsdPerHour === undefined) return null;
  return formatMoney(roundMoney((parseMoney(annotatorUsdPerHour) * BigInt(activeMs)) / HOUR_MS));
}

/**
 * All work of a task by person and day: answers, gold rows, skips and decisions. The time of a withdrawn answer counts,
 * because it was worked; a price per item does not apply to it.
 */
export async function workDays(db: Db, task: Task): Promise<WorkDay[]> {
  const answers = await db
    .selectFrom("label_answers")
    .innerJoin("label_items", "label_items.item_no", "label_answers.item_no")
    .select(["label_answers.account_no", "cost_day", "active_ms", "undone_ms"])
    .where("label_items.task_no", "=", task.taskNo)
    .where("cost_day", "<>", IMPORTED_DAY)
    .execute();
  const decisions = await db
    .selectFrom("label_decisions")
    .innerJoin("label_items", "label_items.item_no", "label_decisions.item_no")
    .select(["label_decisions.account_no", "cost_day", "active_ms"])
    .where("label_items.task_no", "=", task.taskNo)
    .execute();
  const names = await db.selectFrom("accounts").select(["account_no", "name"]).execute();
  const nameOf = new Map(names.map(({ account_no: no, name }) => [no, name]));
  const posted = await db
    .selectFrom("label_costs")
    .select(["account_no", "day", "usd"])
    .where("task_no", "=", task.taskNo)
    .execute();
  const postedUsd = new Map(posted.map(({ account_no: no, day, usd }) => [`${no} ${day}`, usd]));
  const days = new Map<string, WorkDay>();
  for (const work of [...answers, ...decisions.map((decision) => ({ ...decision, undone_ms: null }))]) {
    const key = `${work.account_no} ${work.cost_day}`;
    const name = nameOf.get(work.account_no)!;
    const day = days.get(key) ?? {
      accountNo: work.account_no,
      name,
      day: work.cost_day,
      activeMs: 0,
      items: 0,
      usd: null,
      isPosted: postedUsd.has(key),
    };
    day.activeMs += work.active_ms;
    if (work.undone_ms === null) day.items += 1;
    days.set(key, day);
  }
  return [...days]
    .map(([key, day]) => ({ ...day, usd: postedUsd.get(key) ?? workUsd(task.spec, day) }))
    .toSorted((a, b) => (a.day + a.name < b.day + b.name ? -1 : 1));
}

/** Work of a day that a labelling task already counts. `isNamed`: a description names the task itself. */
export type CountedWork = { task: string; activeMs: number; isNamed: boolean };

/**
 * The labelling task that already counts the work of somebody on a day, or that a description names together with the
 * word "label"; undefined if there is none.
 */
export async function workOn(
  db: Db,
  { name, day, memo }: { name: string; day: string; memo: string },
): Promise<CountedWork | undefined> {
  const tasks = await db.selectFrom("label_tasks").select("name").orderBy("name").execute();
  const words = new Set(memo.toLowerCase().split(/[^\p{L}\p{N}-]+/u));
  const isLabelling = [...words].some((word) => word.startsWith("label") || word.startsWith("annotat"));
  const named = isLabelling ? tasks.find((task) => words.has(task.name)) : undefined;
  if (named !== undefined) return { task: named.name, activeMs: 0, isNamed: true };
  const rows = await db
    .selectFrom("label_answers")
    .innerJoin("label_items", "label_items.item_no", "label_answers.item_no")
    .innerJoin("label_tasks", "label_tasks.task_no", "label_items.task_no")
    .innerJoin("accounts", "accounts.account_no", "label_answers.account_no")
    .select(["label_tasks.name", "label_answers.active_ms"])
    .where("accounts.name", "=", name)
    .where("cost_day", "=", day)
    .orderBy("label_answers.answer_no")
    .execute();
  const [first] = rows;
  if (first === undefined) return undefined;
  const activeMs = rows.filter((row) => row.name === first.name).reduce((sum, row) => sum + row.active_ms, 0);
  return { task: first.name, activeMs, isNamed: false };
}

/** Sum of the costs of days; null if any is unknown. */
export function sumUsd(days: readonly Pick<WorkDay, "usd">[]): string | null {
  if (days.some(({ usd }) => usd === null)) return null;
  return formatMoney(days.reduce((sum, { usd }) => sum + parseMoney(usd!), 0n));
}

/**
 * A sum divided by a number of labels, to a hundredth of a cent; null if there are no labels, or the sum is unknown.
 */
export function perLabelUsd(totalUsd: string | null, labels: number): string | null {
  return totalUsd === null || labels === 0 ? null : formatMoney(roundMoney(parseMoney(totalUsd) / BigInt(labels), 4));
}
