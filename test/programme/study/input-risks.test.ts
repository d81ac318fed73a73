import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { studyOf } from "./study-of.ts";
import { FIXTURE, studyOf as studyOfFolder } from "./study-of-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-input-risks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const training = { method: "lora", gpu: "H100-80GB-SXM", gpuCount: 1, gpuUsdPerHour: "2.50", runs: 8 } as const;

describe("stated wall hours of a run", () => {
  test.each([
    [0.5, undefined],
    [5, "medium"],
    [400, "high"],
    [0.001, "high"],
  ])("of %d h next to our range are a risk that is %s", async (hoursPerRun, severity) => {
    const { risks } = await studyOf({ training: { ...training, hoursPerRun } });
    expect(risks.find(({ id }) => id === "training.stated-hours")?.severity).toBe(severity);
  });

  test("that cannot be of this run are a condition", async () => {
    const { verdict, conditions } = await studyOf({ training: { ...training, hoursPerRun: 0.001 } });
    expect([verdict, conditions.join("\n")]).toEqual(["go-if", expect.stringContaining("Time a hundred steps")]);
  });
});

test("the same bytes to train and to prove, under two names, are a high risk", async () => {
  cpSync(FIXTURE, folder, { recursive: true });
  const rows = Array.from({ length: 20 }, (_, row) => JSON.stringify({ prompt: `question ${row}`, completion: "yes" }));
  for (const name of ["train", "test"]) writeFileSync(join(folder, `data/${name}.jsonl`), rows.join("\n"));
  writeFileSync(
    join(folder, "programme.yaml"),
    `name: Twice
task: { kind: qa, goals: [format] }
model: { base: Qwen/Qwen2.5-7B }
training: { gpu: L40S }
data:
  files: [{ path: data/train.jsonl, origin: own }, { path: data/test.jsonl, role: eval, origin: own }]
  plannedRows: 9000
`,
  );
  const { risks } = await studyOfFolder(folder);
  expect(risks.find(({ id }) => id === "data.same-file")).toMatchObject({
    severity: "high",
    text: "data/train.jsonl and data/test.jsonl are the same file under two names and have different roles: rows that are trained on cannot prove quality.",
  });
});
