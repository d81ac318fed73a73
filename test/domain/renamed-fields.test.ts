import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { presentFigureId, withPresentNames } from "../../src/domain/renamed-fields.ts";
import { readLoadTest } from "../../src/plan/serve-check/read-load-test.ts";
import { readStudy } from "../../src/programme/study/read-study.ts";
import { writeStudy } from "../../src/programme/study/write-study.ts";
import { runHere } from "../cli/run-here.ts";
import { loadTestResult } from "../plan/serve-plan/load-test-result.ts";
import { studyOfFixture } from "../programme/study/study-of-fixture.ts";
import { longTest } from "../long-suite.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-renamed-"));
});
afterEach(() => rm(dir, { recursive: true }));

test("fields get their present name at any depth, and nothing else changes", () => {
  const earlier = { payback: [{ monthlyUpkeep: 1, other: [null, { upkeepUsdPerMonth: "2" }] }] };
  expect(withPresentNames(earlier)).toEqual({
    value: { payback: [{ monthlyMaintenance: 1, other: [null, { maintenanceUsdPerMonth: "2" }] }] },
    renamed: ["monthlyUpkeep", "upkeepUsdPerMonth"],
  });
  expect(withPresentNames({ constructor: 1, total: "3" })).toEqual({
    value: { constructor: 1, total: "3" },
    renamed: [],
  });
});

test.each([
  ["payback.monthlyUpkeep", "payback.monthlyMaintenance"],
  ["total.endToEnd", "total.endToEnd"],
])("the figure %s is found as %s", (earlier, present) => {
  expect(presentFigureId(earlier)).toBe(present);
});

test("a study with the earlier names is read, with a warning that names the present ones", async () => {
  const study = await studyOfFixture();
  await writeStudy(study, dir);
  expect(await readStudy(dir)).toEqual({ study: expect.objectContaining({ verdict: study.verdict }) });
  const path = join(dir, "study.json");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replaceAll('"monthlyMaintenance"', '"monthlyUpkeep"'));
  expect(await readStudy(dir)).toEqual({
    study: expect.objectContaining({ verdict: study.verdict, payback: study.payback }),
    warning: "written by an earlier version: monthlyUpkeep has been renamed to monthlyMaintenance",
  });
});

test("a load test with the earlier names is read, with a finding that names the present ones", () => {
  const result = loadTestResult();
  const text = JSON.stringify(result);
  expect(readLoadTest(text, "l.json")).toEqual(result);
  expect(text).toContain('"failedRequests"');
  expect(readLoadTest(text.replaceAll('"failedRequests"', '"misses"'), "l.json")).toEqual({
    ...result,
    findings: ["written by an earlier version: misses has been renamed to failedRequests", ...result.findings],
  });
});

const COMPARE = "plan compare --model Qwen/Qwen2.5-7B --input-tokens-per-month 3e9 --output-tokens-per-month 6e8";

longTest("the earlier flag is read, with a warning, and answers as the present one does", async () => {
  const line = [...COMPARE.split(" "), "--draws", "100", "--investment-usd", "50000", "--json"];
  const [earlier, present] = [
    await runHere([...line, "--upkeep-usd-per-month", "2000"]),
    await runHere([...line, "--maintenance-usd-per-month", "2000"]),
  ];
  expect(earlier.stderr).toContain(
    "warning: --upkeep-usd-per-month has been renamed to --maintenance-usd-per-month; the earlier name will be removed",
  );
  expect(present.stderr).not.toContain("upkeep");
  expect(earlier.code).toBe(0);
  expect(earlier.stdout).toBe(present.stdout);
  expect(JSON.parse(present.stdout).terms.maintenanceUsdPerMonth).toMatchObject({ p50: 2000 });
});

test("an earlier flag is read by no command that lacks the present one", async () => {
  const ran = await runHere(["gpus", "list", "--upkeep-usd-per-month", "2000"]);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('"--upkeep-usd-per-month"');
});
