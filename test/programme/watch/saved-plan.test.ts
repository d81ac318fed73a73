import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { freezeFiles } from "../../../src/curate/freeze/freeze-files.ts";
import type { WatchPlan } from "../../../src/domain/watch-plan.ts";
import { dueSteps, noteCheck, savePlan } from "../../../src/programme/watch/saved-plan.ts";
import { catchFailureAsync } from "../../catch-failure.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-plan-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const PLAN = {
  on: "2026-10-01",
  from: "2026-10-01",
  to: "2026-12-30",
  steps: [
    { kind: "drift", day: "2026-10-05", what: "check", command: "tunewright watch check support" },
    { kind: "drift", day: "2026-10-12", what: "check", command: "tunewright watch check support" },
    { kind: "replay", day: "2026-10-01", what: "replay", command: "tunewright eval replay requests.jsonl" },
    { kind: "data", day: "2026-10-09", what: "queue", command: "tunewright watch queue support" },
    { kind: "re-evaluation", day: "2026-11-15", what: "evaluate", command: null },
  ],
} as unknown as WatchPlan;

const shown = async (on: string): Promise<string[]> =>
  (await dueSteps(dir, on)).map(({ kind, day, state, days }) => `${kind} ${day} ${state} ${days}`);

test("without a saved plan nothing is due", async () => {
  expect(await dueSteps(dir, "2026-10-06")).toEqual([]);
});

test("steps before today are overdue, those of a week ahead are due, later ones are not shown", async () => {
  await savePlan(dir, PLAN);
  expect(await shown("2026-10-06")).toEqual([
    "drift 2026-10-05 overdue -1",
    "drift 2026-10-12 due 6",
    "replay 2026-10-01 overdue -5",
    "data 2026-10-09 due 3",
  ]);
});

test("a step that was done is not shown: a check since its day, a replay set of its month, a queue of that week", async () => {
  await noteCheck(dir, "support", "2026-10-06T06:00:00.000Z");
  expect(await shown("2026-10-06")).not.toContain("drift 2026-10-05 overdue -1");
  expect(await shown("2026-10-06")).toContain("drift 2026-10-12 due 6");
  await writeFile(join(dir, "rows.jsonl"), '{"id":1}\n');
  const now = new Date("2026-10-03T00:00:00Z");
  await mkdir(join(dir, "replay"));
  const run = { out: join(dir, "replay/2026-10"), month: "2026-10", by: "Ada", reason: "test", now };
  await freezeFiles([join(dir, "rows.jsonl")], run);
  await mkdir(join(dir, "watch/queues"));
  await writeFile(join(dir, "watch/queues/support-2026-10-03.jsonl"), "");
  expect(await shown("2026-10-06")).toEqual(["drift 2026-10-12 due 6"]);
  // The next month's replay is another step.
  await savePlan(dir, { ...PLAN, steps: [{ ...PLAN.steps[2]!, day: "2026-11-01" }] });
  expect(await shown("2026-11-03")).toEqual(["replay 2026-11-01 overdue -2"]);
});

test("a plan that is none is named", async () => {
  await writeFile(join(dir, "watch/plan.json"), "{}");
  expect(await catchFailureAsync(() => dueSteps(dir, "2026-10-06"))).toMatchObject({
    kind: "bad_input",
    message: "watch/plan.json is not a plan",
  });
});
