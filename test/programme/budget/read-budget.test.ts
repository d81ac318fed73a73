import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readBudget } from "../../../src/programme/budget/read-budget.ts";
import { catchFailureAsync } from "../../catch-failure.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-budget-"));
});
afterEach(() => rm(dir, { recursive: true }));

const whole = {
  version: 1,
  programme: "p",
  approver: "CFO",
  approvedOn: "2026-11-25",
  note: "",
  currency: "USD",
  lines: [{ id: "a", category: "data", label: "a", budgetUsd: "1", capUsd: "2" }],
  notBudgeted: [{ id: "b", reason: "unknown" }],
  totalUsd: "1",
  capUsd: "2",
  programmeSha256: "x",
  sha256: "x",
};

test.each<[string, object, string]>([
  ["a number for text", { ...whole, approver: 7 }, "approver: 7 is not text"],
  ["a missing field", { ...whole, lines: [{ id: "a" }] }, "lines.0.category: is required"],
  [
    "a mistyped field",
    { ...whole, totalUSD: "1" },
    'totalUSD: "totalUSD" is not a field here (did you mean "totalUsd"?)',
  ],
  [
    "a mistyped field of a line",
    { ...whole, lines: [{ ...whole.lines[0], capusd: "2" }] },
    'lines.0.capusd: "capusd" is not a field here (did you mean "capUsd"?)',
  ],
  [
    "a mistyped field of what is not budgeted",
    { ...whole, notBudgeted: [{ ...whole.notBudgeted[0], reasons: "" }] },
    'notBudgeted.0.reasons: "reasons" is not a field here (did you mean "reason"?)',
  ],
  ["another currency", { ...whole, currency: "EUR" }, 'currency: "EUR" is not USD'],
])("a budget with %s is refused with the field, what came and what is expected", async (_what, value, problem) => {
  await writeFile(join(dir, "budget.json"), JSON.stringify(value));
  expect((await catchFailureAsync(() => readBudget(dir))).message).toBe(`budget.json, ${problem}`);
});

test("a budget that is a pipe is refused at once", async () => {
  execFileSync("mkfifo", [join(dir, "budget.json")]);
  expect((await catchFailureAsync(() => readBudget(dir))).message).toBe("budget.json is not a regular file");
});
