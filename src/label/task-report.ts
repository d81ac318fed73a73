import { seededRandom } from "../base/random.ts";
import type { AgreementReport } from "../domain/agreement.ts";
import type { LabelCounts, LabelMember, LabelReport } from "../domain/label-report.ts";
import { LabelSeal } from "../domain/label-report.ts";
import type { LabelAnswer } from "../domain/label-task.ts";
import type { LabelRole } from "../domain/label-work.ts";
import type { Db } from "../store/database.ts";
import { agreementReport } from "./agreement-report.ts";
import { areEqual } from "./answer-value.ts";
import { perLabelUsd, sumUsd, type WorkDay, workDays } from "./label-costs.ts";
import { givenAnswers, type GivenAnswer, ratedLabels } from "./task-labels.ts";
import type { Task } from "./tasks.ts";

/**
 * Agreement of the annotators of a task. Texts that they wrote are compared, but not listed: whoever may not read rows
 * may read this.
 */
export function taskAgreement({ spec }: Task, answers: readonly GivenAnswer[]): AgreementReport {
  const isText = spec.answer.type === "text" || spec.answer.type === "correction";
  return agreementReport(ratedLabels(answers), seededRandom(spec.seed), isText);
}

/** Progress of a task: its rows, people, agreement, cost and seals. */
export async function taskReport(db: Db, task: Task): Promise<LabelReport> {
  const counts = await countsOf(db, task);
  const answers = await givenAnswers(db, task);
  const agreement = taskAgreement(task, answers);
  const days = await workDays(db, task);
  const totalUsd = sumUsd(days);
  const labelled = counts.agreed + counts.decided;
  const seals = await db
    .selectFrom("label_seals")
    .select("manifest")
    .where("task_no", "=", task.taskNo)
    .orderBy("seal")
    .execute();
  return {
    task: task.name,
    version: task.version,
    counts,
    members: await membersOf(db, task, { answers, days }),
    agreement: agreement.pairable === 0 ? null : agreement,
    cost: {
      totalUsd,
      perLabelUsd: perLabelUsd(totalUsd, labelled),
      postedUsd: sumUsd(days.filter(({ isPosted }) => isPosted)) ?? "0.00",
      reason:
        totalUsd === null
          ? "no price is stated: annotatorUsdPerHour or usdPerItem in the task file, or annotatorUsdPerHour in programme.yaml"
          : null,
    },
    seals: seals.map(({ manifest }) => {
      const { seal, sha256, rows, sealedBy } = LabelSeal.parse(JSON.parse(manifest));
      return { seal, sha256, rows, sealedBy };
    }),
  };
}

/** Rows of a task by state. */
export async function countsOf(db: Db, { taskNo }: Task): Promise<LabelCounts> {
  const rows = await db
    .selectFrom("label_items")
    .select(["state", ({ fn }) => fn.countAll<number>().as("count")])
    .where("task_no", "=", taskNo)
    .groupBy("state")
    .execute();
  const countOf = (state: string): number => rows.find((row) => row.state === state)?.count ?? 0;
  const doubled = await db
    .selectFrom("label_items")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("task_no", "=", taskNo)
    .where("wanted", ">", 1)
    .executeTakeFirstOrThrow();
  const extra = await db
    .selectFrom("label_answers")
    .innerJoin("label_items", "label_items.item_no", "label_answers.item_no")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("label_items.task_no", "=", taskNo)
    .where("is_extra", "=", 1)
    .where("undone_ms", "is", null)
    .executeTakeFirstOrThrow();
  return {
    rows: rows.reduce((sum, { count }) => sum + count, 0),
    doubled: doubled.count,
    gold: countOf("gold"),
    open: countOf("open"),
    agreed: countOf("agreed"),
    disputed: countOf("disputed"),
    decided: countOf("decided"),
    unresolved: countOf("unresolved"),
    extra: extra.count,
  };
}

async function membersOf(
  db: Db,
  task: Task,
  { answers, days }: { answers: readonly GivenAnswer[]; days: readonly WorkDay[] },
): Promise<LabelMember[]> {
  const members = await db
    .selectFrom("label_members")
    .innerJoin("accounts", "accounts.account_no", "label_members.account_no")
    .select(["accounts.account_no", "accounts.name", "label_members.role", "label_members.removed_ms"])
    .where("label_members.task_no", "=", task.taskNo)
    .orderBy("accounts.name")
    .execute();
  const decisions = await db
    .selectFrom("label_decisions")
    .innerJoin("label_items", "label_items.item_no", "label_decisions.item_no")
    .select(["label_decisions.account_no", "label_decisions.answer"])
    .where("label_items.task_no", "=", task.taskNo)
    .execute();
  const suggestions = await suggestionsOf(db, task);
  return members.map(({ account_no: accountNo, name, role, removed_ms: removedMs }) => {
    const own = answers.filter((answer) => answer.account_no === accountNo);
    const decided = decisions.filter((decision) => decision.account_no === accountNo);
    const worked = days.filter((day) => day.accountNo === accountNo);
    const isEqual = (answer: GivenAnswer, known: string): boolean =>
      areEqual(task.spec.answer, [JSON.parse(answer.answer!) as LabelAnswer, JSON.parse(known) as LabelAnswer]);
    const given = own.filter(({ answer }) => answer !== null);
    const gold = given.filter((answer) => answer.gold !== null);
    const next = given.filter((answer) => answer.is_suggested === 1 && suggestions.has(answer.item_no));
    return {
      name,
      role: role as LabelRole,
      isRemoved: removedMs !== null,
      answers: given.length + decided.filter(({ answer }) => answer !== null).length,
      skips: own.length - given.length + decided.filter(({ answer }) => answer === null).length,
      activeSec: worked.reduce((sum, { activeMs }) => sum + activeMs, 0) / 1000,
      costUsd: sumUsd(worked),
      gold: { answered: gold.length, right: gold.filter((answer) => isEqual(answer, answer.gold!)).length },
      suggestions: {
        shown: next.length,
        equal: next.filter((answer) => isEqual(answer, suggestions.get(answer.item_no)!)).length,
      },
    };
  });
}

async function suggestionsOf(db: Db, { taskNo, spec }: Task): Promise<Map<number, string>> {
  if (spec.suggestionField === undefined) return new Map();
  const rows = await db
    .selectFrom("label_items")
    .select(["item_no", "suggestion"])
    .where("task_no", "=", taskNo)
    .where("suggestion", "is not", null)
    .execute();
  return new Map(rows.map(({ item_no: item, suggestion }) => [item, suggestion!]));
}
