import { Failure } from "../base/failure.ts";
import { canonicalJson, sha256 } from "../base/hash.ts";
import { didYouMean } from "../base/suggest.ts";
import type { LabelRow, TaskVersion } from "../domain/label-report.ts";
import { LabelTaskSpec } from "../domain/label-task.ts";
import type { LabelRole } from "../domain/label-work.ts";
import type { Db } from "../store/database.ts";
import { sql } from "../store/sql.ts";
import type { Store } from "../store/open-store.ts";

/** A task with its current version. */
export type Task = { taskNo: number; name: string; version: number; spec: LabelTaskSpec };

/** A task by its name, or undefined if there is none. */
async function findTask(db: Db, name: string): Promise<Task | undefined> {
  const row = await db
    .selectFrom("label_tasks")
    .innerJoin("label_versions", "label_versions.task_no", "label_tasks.task_no")
    .select(["label_tasks.task_no", "label_versions.version", "label_versions.spec"])
    .where("label_tasks.name", "=", name)
    .orderBy("label_versions.version", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { taskNo: row.task_no, name, version: row.version, spec: LabelTaskSpec.parse(JSON.parse(row.spec)) };
}

/** A task by its name. @throws Failure not_found */
export async function taskOf(db: Db, name: string): Promise<Task> {
  const task = await findTask(db, name);
  if (task !== undefined) return task;
  const names = await taskNames(db);
  throw new Failure("not_found", `there is no labelling task ${name}`, {
    hint: didYouMean(name, names) ?? "tunewright data label create TASK.yaml creates one",
  });
}

/** Names of all tasks, sorted. */
export async function taskNames(db: Db): Promise<string[]> {
  const rows = await db.selectFrom("label_tasks").select("name").orderBy("name").execute();
  return rows.map(({ name }) => name);
}

/** Creates a task, or gives it a new version if its file has changed. */
export async function createTask(
  db: Db,
  spec: LabelTaskSpec,
  { programme, nowMs }: { programme: string; nowMs: number },
): Promise<TaskVersion> {
  const known = await findTask(db, spec.task);
  const text = canonicalJson(spec);
  const digest = sha256(text);
  let taskNo = known?.taskNo;
  if (taskNo === undefined) {
    const row = { name: spec.task, programme, created_ms: nowMs };
    const made = await db.insertInto("label_tasks").values(row).returning("task_no").executeTakeFirstOrThrow();
    taskNo = made.task_no;
  }
  const version = known?.version ?? 0;
  if (known !== undefined && sha256(canonicalJson(known.spec)) === digest) {
    return { task: spec.task, version, isNew: false };
  }
  await db
    .insertInto("label_versions")
    .values({ task_no: taskNo, version: version + 1, spec: text, sha256: digest, created_ms: nowMs })
    .execute();
  return { task: spec.task, version: version + 1, isNew: true };
}

/** Adds rows to a task; existing rows are unchanged. Returns the number of new rows. */
export async function addRows(db: Db, { taskNo }: Task, rows: readonly LabelRow[]): Promise<number> {
  let added = 0;
  for (const { row, source, line, fields, wanted, stratum, score, gold, suggestion } of rows) {
    const result = await db
      .insertInto("label_items")
      .values({
        task_no: taskNo,
        row_id: row,
        source,
        line,
        fields: JSON.stringify(fields),
        stratum,
        score,
        wanted,
        gold: gold === null ? null : JSON.stringify(gold),
        suggestion: suggestion === null ? null : JSON.stringify(suggestion),
        answers: 0,
        skips: 0,
        state: gold === null ? "open" : "gold",
      })
      .onConflict((conflict) => conflict.columns(["task_no", "row_id"]).doNothing())
      .executeTakeFirst();
    added += Number(result.numInsertedOrUpdatedRows ?? 0n);
  }
  return added;
}

/** Adds an account to a task with a role; a removed member is restored. */
export async function addMember(
  db: Db,
  { taskNo }: Task,
  { accountNo, role, nowMs }: { accountNo: number; role: LabelRole; nowMs: number },
): Promise<void> {
  await db
    .insertInto("label_members")
    .values({ task_no: taskNo, account_no: accountNo, role, added_ms: nowMs, removed_ms: null })
    .onConflict((conflict) => conflict.columns(["task_no", "account_no"]).doUpdateSet({ role, removed_ms: null }))
    .execute();
}

/** Removes a member from a task: their leased rows are released at once, their answers are kept. */
export async function removeMember(
  db: Db,
  task: Task,
  { name, nowMs }: { name: string; nowMs: number },
): Promise<number> {
  const member = await db
    .selectFrom("label_members")
    .innerJoin("accounts", "accounts.account_no", "label_members.account_no")
    .select("accounts.account_no")
    .where("label_members.task_no", "=", task.taskNo)
    .where("accounts.name", "=", name)
    .executeTakeFirst();
  if (member === undefined)
    throw new Failure("not_found", `${name} is not a member of the task ${task.name}`, {
      hint: "check the name, and the members of the task",
    });
  const { account_no: accountNo } = member;
  await db
    .updateTable("label_members")
    .set({ removed_ms: nowMs })
    .where("task_no", "=", task.taskNo)
    .where("account_no", "=", accountNo)
    .execute();
  await db
    .deleteFrom("label_leases")
    .where("account_no", "=", accountNo)
    .where("item_no", "in", (items) =>
      items.selectFrom("label_items").select("item_no").where("task_no", "=", task.taskNo),
    )
    .execute();
  return accountNo;
}

/** The role of an account in a task; undefined if it is not a member, or was removed. */
export async function roleIn(db: Db, { taskNo }: Task, accountNo: number): Promise<LabelRole | undefined> {
  const row = await db
    .selectFrom("label_members")
    .select("role")
    .where("task_no", "=", taskNo)
    .where("account_no", "=", accountNo)
    .where("removed_ms", "is", null)
    .executeTakeFirst();
  return row?.role as LabelRole | undefined;
}

/** The tasks of an account with its role in each, by name. */
export async function tasksOf(db: Db, accountNo: number): Promise<{ name: string; role: LabelRole }[]> {
  const rows = await db
    .selectFrom("label_members")
    .innerJoin("label_tasks", "label_tasks.task_no", "label_members.task_no")
    .select(["label_tasks.name", "label_members.role"])
    .where("label_members.account_no", "=", accountNo)
    .where("label_members.removed_ms", "is", null)
    .orderBy("label_tasks.name")
    .execute();
  return rows.map(({ name, role }) => ({ name, role: role as LabelRole }));
}

/** Blocks other writers of a task until this transaction ends. SQLite has one writer; PostgreSQL takes a lock. */
export async function lockTask(db: Db, { taskNo }: Task, { kind }: Pick<Store, "kind">): Promise<void> {
  if (kind === "postgres") await sql`select pg_advisory_xact_lock(7411303, ${taskNo}::int)`.execute(db);
}
