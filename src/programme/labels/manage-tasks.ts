import { Failure } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import type { AgreementReport } from "../../domain/agreement.ts";
import type { ImportAnswersRequest, ImportedAnswers, TaskAnswers } from "../../domain/label-exchange.ts";
import type {
  LabelReport,
  LabelRow,
  LabelSeal,
  LabelTaskList,
  SealedLabel,
  SealedTask,
  TaskVersion,
} from "../../domain/label-report.ts";
import { LabelSeal as LabelSealSchema } from "../../domain/label-report.ts";
import type { LabelTaskSpec } from "../../domain/label-task.ts";
import type { Invitation, LabelRole } from "../../domain/label-work.ts";
import { accountOf, invite } from "../../accounts/accounts.ts";
import { importAnswers, taskAnswers } from "../../label/exchange.ts";
import { countsOf, taskAgreement, taskReport } from "../../label/task-report.ts";
import { givenAnswers, sealedLabels } from "../../label/task-labels.ts";
import {
  addMember,
  addRows,
  createTask,
  lockTask,
  removeMember,
  type Task,
  taskNames,
  taskOf,
} from "../../label/tasks.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { postCosts } from "./post-costs.ts";

/** Creates a task in the store, or a new version of it. */
export function createTaskVersion(
  store: Store,
  spec: LabelTaskSpec,
  about: { programme: string; nowMs: number },
): Promise<TaskVersion> {
  return store.write((db) => createTask(db, spec, about));
}

/** Adds rows to a task; existing rows are unchanged. @throws Failure not_found */
export function addTaskRows(store: Store, name: string, rows: readonly LabelRow[]): Promise<{ added: number }> {
  return store.write(async (db) => ({ added: await addRows(db, await taskOf(db, name), rows) }));
}

/** Tasks with their progress, by name. */
export async function listTasks({ db }: Store): Promise<LabelTaskList> {
  const tasks: LabelTaskList["tasks"] = [];
  for (const name of await taskNames(db)) {
    const task = await taskOf(db, name);
    tasks.push({ task: name, version: task.version, counts: await countsOf(db, task) });
  }
  return { tasks };
}

/** Progress of a task. @throws Failure not_found */
export async function showTask({ db }: Store, name: string): Promise<LabelReport> {
  return taskReport(db, await taskOf(db, name));
}

/** All rows of a task with their answers, for an export. @throws Failure not_found */
export async function answersOf({ db }: Store, name: string): Promise<TaskAnswers> {
  return taskAnswers(db, await taskOf(db, name));
}

/** Adds answers from another tool. @throws Failure not_found */
export function takeInAnswers(
  store: Store,
  { task: name, rows }: ImportAnswersRequest & { task: string },
  nowMs: number,
): Promise<ImportedAnswers> {
  return store.write(async (db) => {
    const task = await taskOf(db, name);
    await lockTask(db, task, store);
    return importAnswers(db, task, { rows, nowMs });
  });
}

/** Agreement of the annotators of a task, on rows with two answers. @throws Failure not_found */
export async function agreeTask({ db }: Store, name: string): Promise<AgreementReport> {
  const task = await taskOf(db, name);
  return taskAgreement(task, await givenAnswers(db, task));
}

/**
 * Adds a member to a task and returns a single-use link to sign in; earlier links stop working.
 *
 * @throws Failure not_found
 */
export function inviteMember(
  store: Store,
  request: { task: string; name: string; role: LabelRole },
  nowMs: number,
): Promise<Invitation> {
  return store.write(async (db) => {
    const task = await taskOf(db, request.task);
    const account = await accountOf(db, request.name, nowMs);
    await addMember(db, task, { accountNo: account.accountNo, role: request.role, nowMs });
    const { token, expiresMs } = await invite(db, account, nowMs);
    return { ...request, path: `/label#${token}`, expiresAt: new Date(expiresMs).toISOString() };
  });
}

/** Removes a member from a task: their leased rows are released, their answers are kept. */
export async function removeFromTask(
  store: Store,
  request: { task: string; name: string },
  nowMs: number,
): Promise<LabelReport> {
  await store.write(async (db) => removeMember(db, await taskOf(db, request.task), { name: request.name, nowMs }));
  return showTask(store, request.task);
}

/** The file of a seal: one label per line with sorted keys, so that equal labels give equal bytes. */
export function sealText(labels: readonly SealedLabel[]): string {
  return labels.map((label) => `${canonicalJson(label)}\n`).join("");
}

/**
 * Seals the current labels of a task by the hash of their file, and posts its work to the ledger. If nothing has
 * changed since the last seal, that seal is returned.
 *
 * @throws Failure not_found; bad_input if no row has a label
 */
export function sealTask(store: Store, request: { task: string; by: string }, nowMs: number): Promise<SealedTask> {
  return store.write(async (db) => {
    const task = await taskOf(db, request.task);
    await lockTask(db, task, store);
    const labels = await sealedLabels(db, task);
    if (labels.every(({ answer }) => answer === null)) {
      throw new Failure("bad_input", `no row of ${task.name} has a label`, {
        hint: `tunewright data label show ${task.name} shows its progress`,
      });
    }
    const digest = sha256(sealText(labels));
    const last = await lastSeal(db, task);
    if (last !== undefined && last.sha256 === digest && last.version === task.version) return { seal: last, labels };
    await postCosts(db, task, { store, nowMs, withToday: true });
    const { cost, agreement } = await taskReport(db, task);
    const number = (last?.seal ?? 0) + 1;
    const labelled = labels.filter(({ answer }) => answer !== null).length;
    const seal: LabelSeal = {
      format: 1,
      task: task.name,
      seal: number,
      version: task.version,
      file: `${number}.jsonl`,
      sha256: digest,
      rows: labels.length,
      labelled,
      unresolved: labels.length - labelled,
      alpha: agreement?.metrics.find(({ name }) => name === "krippendorff-alpha-nominal")?.value ?? null,
      totalUsd: cost.totalUsd,
      perLabelUsd: cost.perLabelUsd,
      sealedBy: request.by,
      sealedAt: new Date(nowMs).toISOString(),
    };
    await db
      .insertInto("label_seals")
      .values({
        task_no: task.taskNo,
        seal: number,
        sha256: digest,
        manifest: JSON.stringify(seal),
        sealed_ms: nowMs,
      })
      .execute();
    return { seal, labels };
  });
}

async function lastSeal(db: Db, { taskNo }: Task): Promise<LabelSeal | undefined> {
  const row = await db
    .selectFrom("label_seals")
    .select("manifest")
    .where("task_no", "=", taskNo)
    .orderBy("seal", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : LabelSealSchema.parse(JSON.parse(row.manifest));
}
