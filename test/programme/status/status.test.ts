import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { Budget } from "../../../src/domain/budget.ts";
import { approveBudget } from "../../../src/plan/budget/budget.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import type { ProgrammeStatus } from "../../../src/domain/programme-status.ts";
import { programmeStatus } from "../../../src/programme/status/status.ts";
import { statusText } from "../../../src/programme/status/status-text.ts";
import { writeStudy } from "../../../src/programme/study/write-study.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { DAY, FIXTURE, studyOfFixture } from "../study/study-of-fixture.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-status-"));
  await cp(FIXTURE, dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

const status = (): Promise<ProgrammeStatus> =>
  programmeStatus(dir, { shown: "mine", report: join(dir, "report"), on: DAY });

const states = async (): Promise<string[]> => (await status()).steps.map(({ step, state }) => `${step} ${state}`);

async function approve(): Promise<void> {
  const { programme, sha256 } = await readProgramme(dir, DAY);
  const { cost } = await studyOfFixture();
  const budget = approveBudget({
    programme,
    cost,
    approver: "CFO",
    approvedOn: DAY,
    note: "",
    programmeSha256: sha256,
  });
  await writeFile(join(dir, "budget.json"), JSON.stringify(budget));
}

test("a fresh programme is valid, not scanned, without study and budget", async () => {
  expect(await states()).toEqual(["programme done", "datasets missing", "study missing", "budget missing"]);
  expect((await status()).next).toBe("tunewright feasibility mine");
});

test("a saved plan of maintenance that was changed by hand is a broken step, not a failure", async () => {
  await mkdir(join(dir, "watch"));
  await writeFile(join(dir, "watch/plan.json"), "{}");
  const { steps, maintenance } = await status();
  expect(maintenance).toEqual([]);
  expect(steps.at(-1)).toEqual({
    step: "maintenance",
    state: "broken",
    text: "watch/plan.json is not a plan; save it again: tunewright watch plan --save",
  });
});

test.each([
  ["go", "tunewright plan budget mine"],
  ["no-go", "tunewright plan method mine"],
] as const)("after a study that says %s, what fits it is next", async (verdict, next) => {
  await writeStudy({ ...(await studyOfFixture()), verdict }, join(dir, "report"));
  expect((await status()).next).toBe(next);
});

test("after a conditional study its first condition is next, after the budget all is done", async () => {
  await writeStudy(await studyOfFixture(), join(dir, "report"));
  expect(await states()).toEqual(["programme done", "datasets done", "study done", "budget missing"]);
  expect((await status()).next).toMatch(/^\S.*, then: tunewright feasibility mine$/);
  await approve();
  expect(await states()).toEqual(["programme done", "datasets done", "study done", "budget done"]);
  await expect(`${statusText(await status())}\n`).toMatchFileSnapshot("../../golden/status.txt");
});

test("dates of the AI Act in the year ahead are shown with the days that are left, past ones are not", async () => {
  await writeStudy(await studyOfFixture(), join(dir, "report"));
  const on = async (day: string) =>
    (await programmeStatus(dir, { shown: "mine", report: join(dir, "report"), on: day })).dutyDates;
  expect((await on("2026-08-02")).map(({ date, days }) => [date, days])).toEqual([
    ["2026-08-02", 0],
    ["2026-12-02", 122],
    ["2027-08-02", 365],
  ]);
  expect((await on("2026-08-03")).map(({ date }) => date)).toEqual(["2026-12-02", "2027-08-02"]);
});

test("a budget that was approved against a no-go study says so", async () => {
  await writeStudy({ ...(await studyOfFixture()), verdict: "no-go" }, join(dir, "report"));
  await approve();
  expect((await status()).steps.at(-1)!.text).toBe("124,000 USD approved against a no-go study by CFO on 2026-06-15");
});

test("a changed programme makes study and budget stale", async () => {
  await writeStudy(await studyOfFixture(), join(dir, "report"));
  await approve();
  await appendFile(join(dir, "programme.yaml"), "owner: Somebody\n");
  expect(await states()).toEqual(["programme done", "datasets done", "study stale", "budget stale"]);
  expect((await status()).next).toBe("tunewright feasibility mine");
});

test("a budget that was changed after its approval is broken, and next is a new approval", async () => {
  await writeStudy(await studyOfFixture(), join(dir, "report"));
  await approve();
  const path = join(dir, "budget.json");
  const budget = Budget.parse(JSON.parse(await readFile(path, "utf8")));
  await writeFile(path, JSON.stringify({ ...budget, totalUsd: "1.00" }));
  const { steps, next } = await status();
  expect(steps.at(-1)).toEqual({
    step: "budget",
    state: "broken",
    text: "budget.json was changed after CFO approved it: hash mismatch",
  });
  expect(next).toBe("move budget.json away, then: tunewright plan budget mine");
});

test.each([
  ["{", "truncated"],
  ["{}", "budget.json, "],
])("a budget.json that holds %s is broken: %s", async (content, words) => {
  await writeFile(join(dir, "budget.json"), content);
  const budget = (await status()).steps.at(-1)!;
  expect(budget).toMatchObject({ step: "budget", state: "broken" });
  expect(budget.text).toContain(words);
});

test("a folder with a space is quoted in what to type next", async () => {
  const { next } = await programmeStatus(dir, { shown: "my programme", report: join(dir, "report"), on: DAY });
  expect(next).toBe("tunewright feasibility 'my programme'");
});

test("a changed dataset makes the scan stale, also where its size is the same", async () => {
  await writeStudy(await studyOfFixture(), join(dir, "report"));
  const path = join(dir, "data/eval.csv");
  await writeFile(path, `prompt,completion\n${"x".repeat(20)},y\n`);
  expect(await states()).toContain("datasets stale");
  await cp(join(FIXTURE, "data/eval.csv"), path);
  expect(await states()).toContain("datasets done");
});

test("a study that cannot be read is named, and is not a failure", async () => {
  await writeStudy(await studyOfFixture(), join(dir, "report"));
  await writeFile(join(dir, "report/study.json"), '{"version": 1, ');
  const { steps } = await status();
  expect(steps.find(({ step }) => step === "study")).toMatchObject({ state: "broken" });
});

test("a programme that is not valid is an answer that says what to correct", async () => {
  await appendFile(join(dir, "programme.yaml"), "foo: 1\n");
  const { steps, next, name } = await status();
  expect(name).toBeNull();
  expect(steps).toMatchObject([{ step: "programme", state: "broken" }]);
  expect(steps[0]!.text).toContain('"foo" is not a field here');
  expect(next).toContain("correct programme.yaml");
});

test("a folder with data only says what exists, and how to write its programme", async () => {
  await rm(join(dir, "programme.yaml"));
  const { steps, next, name } = await status();
  expect([name, next]).toEqual([null, "tunewright init mine"]);
  expect(steps).toMatchObject([
    { step: "programme", state: "missing", text: "no programme.yaml yet" },
    { step: "datasets", state: "missing" },
  ]);
  expect(steps[1]!.text).toMatch(/^\d+ dataset files? in no programme yet: data\//);
});

test("a programme that plans no rows yet says that its data commands work, and what a study lacks", async () => {
  const path = join(dir, "programme.yaml");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace(/^ {2}(?:plannedRows|syntheticRows|corpusTokens): .*\n/gm, ""));
  const { steps, next, name } = await status();
  expect(name).not.toBeNull();
  expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual(["programme missing", "datasets missing"]);
  expect(steps[0]!.text).toContain("no rows and no corpus are planned");
  expect(next).toBe("set data.plannedRows in programme.yaml, then: tunewright feasibility mine");
});

test("a folder without a programme is a failure that says how to make one", async () => {
  await rm(join(dir, "programme.yaml"));
  await rm(join(dir, "data"), { recursive: true });
  expect((await catchFailureAsync(status)).hint).toContain("tunewright init");
});

/** Changes a text of the programme file that is there. */
async function restate(before: string, after: string): Promise<void> {
  const path = join(dir, "programme.yaml");
  const text = await readFile(path, "utf8");
  expect(text).toContain(before);
  await writeFile(path, text.replace(before, after));
}

test.each([
  [
    "compliance.yaml puts it outside",
    "scope.researchOnly: { value: true, by: counsel, on: 2026-05-26, note: a study }",
    0,
  ],
  ["compliance.yaml puts it inside", "scope.euUsers: { value: true, by: counsel, on: 2026-05-26 }", 3],
  ["compliance.yaml is invalid", "scope.nosuch: { value: true, by: counsel, on: 2026-05-26 }", 3],
])("dates of the AI Act depend on its scope: %s", async (_what, answer, count) => {
  await writeStudy(await studyOfFixture(), join(dir, "report"));
  await writeFile(join(dir, "compliance.yaml"), `answers:\n  ${answer}\n`);
  await restate(" researchOnly: false,", "");
  expect((await status()).dutyDates).toHaveLength(count);
});

test("a programme that states that it is not on the Union market has no dates of the AI Act", async () => {
  await writeStudy(await studyOfFixture(), join(dir, "report"));
  expect((await status()).dutyDates).toHaveLength(3);
  await restate("euMarket: true", "euMarket: false");
  const { dutyDates, steps } = await status();
  expect(dutyDates).toEqual([]);
  expect(steps.find(({ step }) => step === "programme")?.state).not.toBe("broken");
});
