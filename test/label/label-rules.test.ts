import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { LabelRow } from "../../src/domain/label-report.ts";
import { LabelTaskSpec } from "../../src/domain/label-task.ts";
import type { LabelAnswer } from "../../src/domain/label-task.ts";
import { accountOf } from "../../src/accounts/accounts.ts";
import type { AccountRef } from "../../src/accounts/tokens.ts";
import { keepAnswer, undoAnswer } from "../../src/label/answers.ts";
import { nextItems } from "../../src/label/assignment.ts";
import { decide, disputes } from "../../src/label/disputes.ts";
import { sealedLabels } from "../../src/label/task-labels.ts";
import { taskReport } from "../../src/label/task-report.ts";
import { addMember, addRows, createTask, removeMember, type Task, taskOf } from "../../src/label/tasks.ts";
import { postCosts } from "../../src/programme/labels/post-costs.ts";
import type { Store } from "../../src/store/open-store.ts";
import { openTestStore } from "../store/open-test-store.ts";

const MINUTE = 60_000;
let nowMs = Date.parse("2026-11-02T09:00:00Z");
let store: Store;
let end: () => Promise<void>;
let people: Record<"ada" | "ben" | "eve", AccountRef>;
let keys = 0;

const SPEC = {
  task: "tone",
  guideline: "Choose the tone.",
  rows: { file: "rows.jsonl" },
  answer: { type: "class", labels: ["calm", "upset", "angry"] },
  usdPerItem: "0.10",
};

const ROW = { source: "rows.jsonl", stratum: null, score: null, gold: null, suggestion: null, wanted: 2 };

/** A task over rows with those fields; Ada and Ben are annotators, Eve is the adjudicator. */
async function start(rows: readonly Partial<LabelRow>[], spec: object = {}): Promise<Task> {
  const parsed = LabelTaskSpec.parse({ ...SPEC, ...spec });
  return store.write(async (db) => {
    await createTask(db, parsed, { programme: "first", nowMs });
    const task = await taskOf(db, "tone");
    const all = rows.map((row, index) =>
      LabelRow.parse({ ...ROW, row: `row-${index}`, line: index + 1, fields: { text: `row ${index}` }, ...row }),
    );
    await addRows(db, task, all);
    people = {
      ada: await accountOf(db, "Ada", nowMs),
      ben: await accountOf(db, "Ben", nowMs),
      eve: await accountOf(db, "Eve", nowMs),
    };
    for (const [name, { accountNo }] of Object.entries(people)) {
      await addMember(db, task, { accountNo, role: name === "eve" ? "adjudicator" : "annotator", nowMs });
    }
    return task;
  });
}

async function take(task: Task, { accountNo }: AccountRef, limit = 10): Promise<number[]> {
  const items = await store.write((db) => nextItems(db, task, { accountNo, limit, nowMs }));
  return items.map(({ item }) => item);
}

async function give(
  task: Task,
  { accountNo }: AccountRef,
  {
    item,
    answer,
    reason = null,
    version = 1,
  }: { item: number; answer: LabelAnswer | null; reason?: string | null; version?: number },
): Promise<string> {
  keys += 1;
  const key = `test-key-${keys}`;
  const request = { key, item, version, answer, reason, activeMs: 10_000 };
  await store.write((db) => keepAnswer(db, request, { task, accountNo, nowMs }));
  return key;
}

const again = (): Promise<Task> => taskOf(store.db, "tone");

beforeEach(async () => {
  nowMs = Date.parse("2026-11-02T09:00:00Z");
  ({ store, end } = await openTestStore(() => new Date(nowMs)));
});
afterEach(() => end());

describe("who is given which row", () => {
  test("high scores first; one answer keeps a row from the next, two where two are wanted", async () => {
    const task = await start([{ wanted: 1, score: 1 }, { wanted: 2, score: 9 }, { wanted: 1 }]);
    const [first, second] = await take(task, people.ada, 2);
    expect(await take(task, people.ada, 2)).toEqual([first, second]); // kept, not given anew
    expect(await take(task, people.ben)).toEqual([first, second! + 2]);
  });

  test("a lease that has ended frees its row; the late answer is kept, as an extra label where the row is full", async () => {
    const task = await start([{ wanted: 1 }], { leaseMinutes: 5 });
    const [item] = await take(task, people.ada);
    expect(await take(task, people.ben)).toEqual([]);
    nowMs += 6 * MINUTE;
    expect(await take(task, people.ben)).toEqual([item]);
    await give(task, people.ben, { item: item!, answer: "calm" });
    await give(task, people.ada, { item: item!, answer: "angry" });
    const { counts } = await taskReport(store.db, task);
    expect(counts).toMatchObject({ extra: 1, disputed: 1, open: 0 }); // an extra label that differs is not ignored
  });

  test("a clock that is set back neither loses an answer nor pays for time below zero", async () => {
    const task = await start([{ wanted: 1 }]);
    const [item] = await take(task, people.ada);
    nowMs -= 60 * MINUTE;
    await give(task, people.ada, { item: item!, answer: "calm" });
    const { members } = await taskReport(store.db, task);
    expect(members.find(({ name }) => name === "Ada")).toMatchObject({ answers: 1, activeSec: 0 });
  });

  test("somebody who is removed frees their rows at once, and their answers stay", async () => {
    const task = await start([{ wanted: 1 }, { wanted: 1 }]);
    const [first, second] = await take(task, people.ada);
    await give(task, people.ada, { item: first!, answer: "calm" });
    expect(await take(task, people.ben)).toEqual([]);
    await store.write((db) => removeMember(db, task, { name: "Ada", nowMs }));
    expect(await take(task, people.ben)).toEqual([second]);
    const { members } = await taskReport(store.db, task);
    expect(members.find(({ name }) => name === "Ada")).toMatchObject({ isRemoved: true, answers: 1 });
  });

  test("gold rows go to every annotator, check them, and are sealed with the known answer", async () => {
    const task = await start([{ gold: "angry" }, { wanted: 1 }], { goldField: "known" });
    const [gold] = await take(task, people.ada);
    expect(await take(task, people.ben)).toContain(gold);
    await give(task, people.ada, { item: gold!, answer: "angry" });
    await give(task, people.ben, { item: gold!, answer: "calm" });
    const { members, agreement } = await taskReport(store.db, task);
    expect(members.map(({ name, gold: checked }) => [name, checked.right, checked.answered])).toEqual([
      ["Ada", 1, 1],
      ["Ben", 0, 1],
      ["Eve", 0, 0],
    ]);
    expect(agreement).toBeNull(); // gold rows are no sample of the rows
    expect(await sealedLabels(store.db, task)).toMatchObject([{ answer: "angry", by: "gold", raters: 2 }]);
  });
});

describe("what becomes of a row", () => {
  test("two skips send it to the adjudicator, who did not answer it", async () => {
    const task = await start([{ wanted: 1 }]);
    const [item] = await take(task, people.ada);
    await give(task, people.ada, { item: item!, answer: null, reason: "two languages" });
    expect(await take(task, people.ben)).toEqual([item]);
    await give(task, people.ben, { item: item!, answer: null, reason: "cut off" });
    const queue = await disputes(store.db, task, { accountNo: people.eve.accountNo, limit: 5 });
    expect(queue.disputes[0]!.answers.map(({ reason }) => String(reason)).toSorted()).toEqual([
      "cut off",
      "two languages",
    ]);
    expect((await disputes(store.db, task, { accountNo: people.ada.accountNo, limit: 5 })).open).toBe(0);
    const request = { key: "decision-1", item: item!, answer: "calm", reason: "read it twice", activeMs: 0 };
    const byAda = { task, accountNo: people.ada.accountNo, nowMs };
    await expect(store.write((db) => decide(db, request, byAda))).rejects.toThrow("cannot decide it");
    await store.write((db) => decide(db, request, { ...byAda, accountNo: people.eve.accountNo }));
    expect(await sealedLabels(store.db, task)).toMatchObject([
      { answer: "calm", by: "adjudication", reason: "read it twice" },
    ]);
  });

  test("an answer that is taken back opens the row; one that was decided cannot be", async () => {
    const task = await start([{}]);
    const [item] = await take(task, people.ada);
    const key = await give(task, people.ada, { item: item!, answer: "calm" });
    await take(task, people.ben);
    await give(task, people.ben, { item: item!, answer: "angry" });
    const byAda = { task, accountNo: people.ada.accountNo, nowMs };
    await store.write((db) => undoAnswer(db, key, byAda));
    expect((await taskReport(store.db, task)).counts).toMatchObject({ open: 1, disputed: 0 });
    const second = await give(task, people.ada, { item: item!, answer: "calm" });
    const request = { key: "decision-2", item: item!, answer: null, reason: "unclear", activeMs: 0 };
    await store.write((db) => decide(db, request, { ...byAda, accountNo: people.eve.accountNo }));
    await expect(store.write((db) => undoAnswer(db, second, byAda))).rejects.toThrow("has decided");
    expect(await sealedLabels(store.db, task)).toMatchObject([{ answer: null, by: "unresolved", reason: "unclear" }]);
  });

  test("a changed guideline is a new version; answers keep theirs, and a label that is gone leaves its row unresolved", async () => {
    const task = await start([{ wanted: 1 }, { wanted: 1 }]);
    const [first, second] = await take(task, people.ada);
    await give(task, people.ada, { item: first!, answer: "angry" });
    const changed = LabelTaskSpec.parse({ ...SPEC, answer: { type: "class", labels: ["calm", "upset"] } });
    const made = await store.write((db) => createTask(db, changed, { programme: "first", nowMs }));
    expect(made).toEqual({ task: "tone", version: 2, isNew: true });
    const now = await again();
    await give(now, people.ada, { item: second!, answer: "calm", version: 2 });
    expect(await sealedLabels(store.db, now)).toMatchObject([
      { answer: null, by: "unresolved", versions: [1] },
      { answer: "calm", by: "single", versions: [2] },
    ]);
  });

  test("answers equal to a suggestion are counted next to it", async () => {
    const task = await start([{ suggestion: "calm" }, { suggestion: "calm" }], { suggestionField: "guess" });
    const [first, second] = await take(task, people.ada);
    await give(task, people.ada, { item: first!, answer: "calm" });
    await give(task, people.ada, { item: second!, answer: "upset" });
    const { members } = await taskReport(store.db, task);
    expect(members[0]!.suggestions).toEqual({ shown: 2, equal: 1 });
  });
});

test("an entry for each person and day is written once, and later work of that day counts to the next", async () => {
  const task = await start([{}, {}, {}]);
  const [first, second, third] = await take(task, people.ada);
  await give(task, people.ada, { item: first!, answer: "calm" });
  nowMs += 24 * 60 * MINUTE;
  await give(task, people.ada, { item: second!, answer: "calm" });
  const postNow = (withToday: boolean): Promise<void> =>
    store.write((db) => postCosts(db, task, { store, nowMs, withToday }));
  await postNow(false);
  const entries = async (): Promise<string[]> =>
    (
      await store.db
        .selectFrom("ledger_lines")
        .select(["account", "amount", "seq"])
        .orderBy("seq")
        .orderBy("line_no")
        .execute()
    )
      .filter(({ account }) => account.startsWith("data:"))
      .map(({ amount }) => amount);
  expect(await entries()).toEqual(["0.10"]);
  await postNow(true);
  await postNow(true);
  expect(await entries()).toEqual(["0.10", "0.10"]);
  await give(task, people.ada, { item: third!, answer: "calm" });
  await postNow(true);
  expect(await entries()).toEqual(["0.10", "0.10"]);
  nowMs += 24 * 60 * MINUTE;
  await postNow(true);
  expect(await entries()).toEqual(["0.10", "0.10", "0.10"]);
  expect((await taskReport(store.db, task)).cost).toMatchObject({ totalUsd: "0.30", postedUsd: "0.30" });
});
