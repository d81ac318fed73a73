import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import type { Study } from "../../../src/domain/study.ts";
import { studyOf } from "./study-of-fixture.ts";
import { longTest } from "../../long-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-stated-lengths-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Four short sample rows, as a first look at a table of queries has them. */
const rows = ["How many orders?", "Who paid last?", "Total by month?", "Late orders?"].map((prompt) =>
  JSON.stringify({ prompt, completion: "SELECT 1;" }),
);

/** Study of a programme of 9,000 text-to-SQL pairs with four sample rows on hand. */
function studyWith(stated: string, generated = false): Promise<Study> {
  writeFileSync(join(folder, "rows.jsonl"), rows.join("\n"));
  writeFileSync(
    join(folder, "programme.yaml"),
    `name: Text to SQL
task: { kind: code, goals: [format, cost], verifiableReward: true }
model: { base: Qwen/Qwen2.5-7B }
data:
  files: [{ path: rows.jsonl, origin: own, generated: ${generated} }]
  plannedRows: 9000
  ${stated}
training: { method: lora, gpu: H100-80GB-SXM, gpuCount: 1, gpuUsdPerHour: "2.50", epochs: 2 }
today: { apiUsdPerMonth: "40000" }
serving: { monthlyUsd: "2600" }
`,
  );
  return studyOf(folder);
}

const conflictOf = (study: Study) => study.risks.find(({ id }) => id === "data.stated-tokens");

describe("the mean tokens of a row that the programme states", () => {
  test("win over the rows on hand, and the conflict is a condition with both numbers", async () => {
    const study = await studyWith("meanTokens: 900");
    const measured = study.datasets[0]!.rowTokens!.mean;
    expect(measured).toBeLessThan(50);
    expect(study.training.tokensPerRun).toBe(9_000 * 900 * 2);
    expect(conflictOf(study)).toMatchObject({
      severity: "high",
      text: `The programme states a mean of 900 tokens per row; the 4 rows on hand have ${Math.round(measured)}. The stated mean is used.`,
    });
    expect(study.conditions.join("\n")).toMatch(/900 tokens per row/);
  });

  longTest("are no conflict where they are near the rows on hand", async () => {
    const measured = (await studyWith("")).datasets[0]!.rowTokens!.mean;
    const study = await studyWith(`meanTokens: ${measured * 1.05}`);
    expect(study.training.tokensPerRun).toBeCloseTo(9_000 * measured * 1.05 * 2, 3);
    expect(conflictOf(study)).toBeUndefined();
  });

  test("are not compared with generated rows", async () => {
    expect(conflictOf(await studyWith("meanTokens: 900", true))).toBeUndefined();
  });

  test("are not asked for: the rows on hand are measured", async () => {
    const study = await studyWith("");
    expect(study.training.tokensPerRun).toBeCloseTo(9_000 * study.datasets[0]!.rowTokens!.mean * 2, 3);
    expect(conflictOf(study)).toBeUndefined();
  });
});
