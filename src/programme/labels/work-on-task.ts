import { Failure } from "../../base/failure.ts";
import type { LabelItem, LabelItems, LabelRole, LabelSession, LabelTaskView } from "../../domain/label-work.ts";
import type { AnswerRequest, AnswerResult, DecisionRequest, DisputeList } from "../../domain/label-work.ts";
import { accountOf, takeUp } from "../../accounts/accounts.ts";
import type { AccountRef } from "../../accounts/tokens.ts";
import { doneBy, keepAnswer, undoAnswer } from "../../label/answers.ts";
import { nextItems } from "../../label/assignment.ts";
import { decide, decidedCount, disputes } from "../../label/disputes.ts";
import { lockTask, roleIn, type Task, taskOf, tasksOf } from "../../label/tasks.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { hasDueCosts, postCosts } from "./post-costs.ts";

/** Maximum number of rows of the queue that are returned at once. */
const DISPUTES = 10;

/** Accepts an invitation. @returns the token of the session, and the tasks */
export async function signIn(
  store: Store,
  token: string,
  nowMs: number,
): Promise<{ token: string; session: LabelSession }> {
  const taken = await store.write((db) => takeUp(db, token, nowMs));
  return { token: taken.token, session: await sessionOf(store, taken.account) };
}

/** The tasks of an account. */
export async function sessionOf({ db }: Store, { accountNo, name }: AccountRef): Promise<LabelSession> {
  const tasks: LabelTaskView[] = [];
  for (const { name: taskName, role } of await tasksOf(db, accountNo)) {
    const task = await taskOf(db, taskName);
    const { guideline, answer, examples, idleSeconds } = task.spec;
    const done = role === "annotator" ? await doneBy(db, task, accountNo) : await decidedCount(db, task, accountNo);
    tasks.push({ task: taskName, role, version: task.version, guideline, answer, examples, idleSeconds, done });
  }
  return { name, tasks };
}

/**
 * The next rows for an annotator, leased to them. Also posts the work of completed days to the ledger.
 *
 * @throws Failure not_found, bad_input if the account is not an annotator of the task
 */
export function takeItems(
  store: Store,
  request: { task: string; limit: number },
  by: { account: AccountRef; nowMs: number },
): Promise<LabelItems> {
  const { account, nowMs } = by;
  return inTask(store, { task: request.task, account, role: "annotator" }, async (db, task) => {
    if (await hasDueCosts(db, task, { accountNo: account.accountNo, nowMs })) {
      await postCosts(db, task, { store, nowMs, withToday: false });
    }
    const items = await nextItems(db, task, { accountNo: account.accountNo, limit: request.limit, nowMs });
    return { items, version: task.version };
  });
}

/** Stores an answer of an annotator, even if they have been removed from the task. */
export function answerItem(
  store: Store,
  { task, ...request }: AnswerRequest & { task: string },
  { account, nowMs }: { account: AccountRef; nowMs: number },
): Promise<AnswerResult> {
  return inTask(store, { task, account, role: "annotator" }, (db, found) =>
    keepAnswer(db, request, { task: found, accountNo: account.accountNo, nowMs }),
  );
}

/** Withdraws an answer. @throws Failure not_found, bad_input if an adjudicator has decided */
export function takeBack(
  store: Store,
  { task, key }: { task: string; key: string },
  { account, nowMs }: { account: AccountRef; nowMs: number },
): Promise<LabelItem> {
  return inTask(store, { task, account, role: "annotator" }, (db, found) =>
    undoAnswer(db, key, { task: found, accountNo: account.accountNo, nowMs }),
  );
}

/** The next rows for an adjudicator. @throws Failure bad_input if the account is not one */
export async function openDisputes(store: Store, name: string, account: AccountRef): Promise<DisputeList> {
  const task = await taskOf(store.db, name);
  await mustBe(store.db, task, { account, role: "adjudicator" });
  return disputes(store.db, task, { accountNo: account.accountNo, limit: DISPUTES });
}

/** Stores a decision of an adjudicator. */
export function decideItem(
  store: Store,
  { task, ...request }: DecisionRequest & { task: string },
  { account, nowMs }: { account: AccountRef; nowMs: number },
): Promise<AnswerResult> {
  return inTask(store, { task, account, role: "adjudicator" }, (db, found) =>
    decide(db, request, { task: found, accountNo: account.accountNo, nowMs }),
  );
}

/** The queue for the owner of the programme, on the command line. @throws Failure not_found */
export async function listDisputes({ db }: Store, name: string): Promise<DisputeList> {
  return disputes(db, await taskOf(db, name), { limit: 100 });
}

/** Stores a decision entered on the command line, under the name of the person who made it. */
export function decideByName(
  store: Store,
  { task: name, by, ...request }: DecisionRequest & { task: string; by: string },
  nowMs: number,
): Promise<DisputeList> {
  return store.write(async (db) => {
    const task = await taskOf(db, name);
    await lockTask(db, task, store);
    const { accountNo } = await accountOf(db, by, nowMs);
    await decide(db, request, { task, accountNo, nowMs });
    return disputes(db, task, { limit: 100 });
  });
}

type Member = { account: AccountRef; role: LabelRole };

function inTask<Result>(
  store: Store,
  { task: name, ...member }: Member & { task: string },
  work: (db: Db, task: Task) => Promise<Result>,
): Promise<Result> {
  return store.write(async (db) => {
    const task = await taskOf(db, name);
    await lockTask(db, task, store);
    await mustBe(db, task, member);
    return work(db, task);
  });
}

async function mustBe(db: Db, task: Task, { account, role }: Member): Promise<void> {
  const own = await roleIn(db, task, account.accountNo);
  if (own === role) return;
  throw new Failure(
    "bad_input",
    own === undefined
      ? `${account.name} is not, or no longer, a member of the task ${task.name}`
      : `${account.name} is ${own} of the task ${task.name}, not ${role}`,
    { hint: "the person who invited you can change that" },
  );
}
