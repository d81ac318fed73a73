import type { ForgetRecords, ForgottenRecords } from "../../../domain/watch-forget.ts";
import { taskOf } from "../../../label/tasks.ts";
import type { Db } from "../../../store/database.ts";
import type { Store } from "../../../store/open-store.ts";
import { sql } from "../../../store/sql.ts";
import { kindOf } from "../../../store/statement.ts";
import { postCosts } from "../../labels/post-costs.ts";
import { forgetExamples } from "../watch-records.ts";

/**
 * Deletes what the database contains of the given requests, or counts it: examples of alarms, whole traces with their spans,
 * rows of labelling tasks with their answers. Work on those rows is first posted to the ledger, so that its cost is
 * kept.
 */
export async function forgetRecords(store: Store, request: ForgetRecords, nowMs: number): Promise<ForgottenRecords> {
  const { examples } = await forgetExamples(store, request);
  return store.write(async (db) => ({
    examples,
    ...(await forgetTraces(db, request)),
    ...(await forgetLabels(db, request, { store, nowMs })),
  }));
}

/** Number of rows per database query. */
const STEP = 500;

/** Attributes that identify the user. */
const USER_KEYS: ReadonlySet<string> = new Set(["user.id", "enduser.id", "session.id", "gen_ai.conversation.id"]);

async function forgetTraces(db: Db, request: ForgetRecords): Promise<{ traces: number; spans: number }> {
  const numbers = [...(await traceNumbers(db, request))];
  let spans = 0;
  for (let from = 0; from < numbers.length; from += STEP) {
    const some = numbers.slice(from, from + STEP);
    const { count } = await db
      .selectFrom("spans")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("trace_no", "in", some)
      .executeTakeFirstOrThrow();
    spans += count;
    if (request.isDryRun) continue;
    for (const table of ["spans", "trace_tags", "trace_metadata", "traces"] as const) {
      await db.deleteFrom(table).where("trace_no", "in", some).execute();
    }
  }
  return { traces: numbers.length, spans };
}

async function traceNumbers(db: Db, { ids, user, before }: ForgetRecords): Promise<Set<number>> {
  const numbers = new Set<number>();
  const traced = [...new Set(ids.filter((id) => id.startsWith("tr-")).map((id) => id.split(":")[0]!))];
  for (let from = 0; from < traced.length; from += STEP) {
    const rows = await db
      .selectFrom("traces")
      .select("trace_no")
      .where("trace_id", "in", traced.slice(from, from + STEP))
      .orderBy("trace_no")
      .execute();
    for (const { trace_no } of rows) numbers.add(trace_no);
  }
  // All conditions must match: if a user and a day are given, imported ids say which requests those are.
  if (user !== null && before === null) {
    const quoted = JSON.stringify(user).slice(1, -1); // it may be a part of another name: the filter below is exact
    const place = kindOf(db) === "sqlite" ? sql`instr(content, ${quoted})` : sql`strpos(content, ${quoted})`;
    const rows = await db
      .selectFrom("spans")
      .select(["trace_no", "content"])
      .where(place, ">", 0)
      .orderBy("trace_no")
      .orderBy("span_id")
      .execute();
    for (const { trace_no, content } of rows) if (namesUser(content, user)) numbers.add(trace_no);
  } else if (before !== null && user === null) {
    const rows = await db
      .selectFrom("traces")
      .select("trace_no")
      .where("request_ms", "<", Date.parse(before))
      .orderBy("trace_no")
      .execute();
    for (const { trace_no } of rows) numbers.add(trace_no);
  }
  return numbers;
}

function namesUser(content: string, user: string): boolean {
  const { attributes } = JSON.parse(content) as { attributes: { key: string; value: { stringValue?: string } }[] };
  return attributes.some(({ key, value }) => USER_KEYS.has(key) && value.stringValue === user);
}

async function forgetLabels(
  db: Db,
  { programme, ids, isDryRun }: ForgetRecords,
  { store, nowMs }: { store: Store; nowMs: number },
): Promise<Pick<ForgottenRecords, "labelRows" | "labels" | "sealed">> {
  const forgotten = new Set(ids);
  const found = { labelRows: 0, labels: 0, sealed: [] as string[] };
  if (forgotten.size === 0) return found;
  const tasks = await db
    .selectFrom("label_tasks")
    .select(["task_no", "name"])
    .where("programme", "=", programme)
    .orderBy("name")
    .execute();
  for (const { task_no, name } of tasks) {
    const items = await itemsOf(db, task_no, forgotten);
    if (items.length === 0) continue;
    if (!isDryRun) await postCosts(db, await taskOf(db, name), { store, nowMs, withToday: true });
    found.labelRows += items.length;
    for (let from = 0; from < items.length; from += STEP) {
      const some = items.slice(from, from + STEP);
      for (const table of ["label_answers", "label_decisions"] as const) {
        const { count } = await db
          .selectFrom(table)
          .select(({ fn }) => fn.countAll<number>().as("count"))
          .where("item_no", "in", some)
          .executeTakeFirstOrThrow();
        found.labels += count;
        if (!isDryRun) await db.deleteFrom(table).where("item_no", "in", some).execute();
      }
      if (isDryRun) continue;
      await db.deleteFrom("label_leases").where("item_no", "in", some).execute();
      await db.deleteFrom("label_items").where("item_no", "in", some).execute();
    }
    const seal = await db.selectFrom("label_seals").select("seal").where("task_no", "=", task_no).executeTakeFirst();
    if (seal !== undefined) found.sealed.push(name);
  }
  return found;
}

/** Numbers of the rows of a task that come from a queue of the given production requests. */
async function itemsOf(db: Db, taskNo: number, forgotten: ReadonlySet<string>): Promise<number[]> {
  const rows = await db
    .selectFrom("label_items")
    .select(["item_no", "fields"])
    .where("task_no", "=", taskNo)
    .where("fields", "like", '%"watch:%')
    .orderBy("item_no")
    .execute();
  return rows
    .filter(({ fields }) => {
      const { id, source } = JSON.parse(fields) as { id?: unknown; source?: unknown };
      return typeof id === "string" && forgotten.has(id) && typeof source === "string" && source.startsWith("watch:");
    })
    .map(({ item_no }) => item_no);
}
