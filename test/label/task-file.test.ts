import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import type { CreatedTask } from "../../src/domain/label-report.ts";
import { AnswerSchema } from "../../src/domain/label-task.ts";
import { answerProblem, areEqual, commonAnswer } from "../../src/label/answer-value.ts";
import { drawDoubles } from "../../src/label/draw-doubles.ts";
import { runHere } from "../cli/run-here.ts";
import { labelProgramme } from "./label-programme.ts";

let dir: string | undefined;
afterEach(async () => {
  if (dir !== undefined) await rm(dir, { recursive: true });
  dir = undefined;
});

async function create(): Promise<{ code: number | null; stderr: string; created: CreatedTask }> {
  const { code, stdout, stderr } = await runHere(["-C", dir!, "data", "label", "create", "tone.yaml", "--json"]);
  return { code, stderr, created: JSON.parse(stdout) as CreatedTask };
}

describe("a task file that is wrong", () => {
  test.each([
    ["labels: [calm, calm]", "two labels have the same name"],
    ["labels: [calm]", "answer.labels"],
    ["labels: [calm, upset]\n  max: 3", 'answer.max: "max" is not a field here'],
    ["labels: [calm, upset]\ndoubleShare: 2", "doubleShare: 2 is too large"],
    ["labels: [calm, upset]\nusdPerItem: 1\nannotatorUsdPerHour: 2", "exclude each other"],
    ["labels: [calm, upset]\nexamples: [{ text: a, answer: happy }]", '"happy" is not one of calm, upset'],
  ])("%s", async (lines, says) => {
    dir = await labelProgramme({ rows: 3 });
    const text = await readFile(join(dir, "tone.yaml"), "utf8");
    await writeFile(join(dir, "tone.yaml"), text.replace("labels: [calm, upset, angry]", lines));
    const { code, stderr, stdout } = await runHere(["-C", dir, "data", "label", "create", "tone.yaml"]);
    expect(code, stdout).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).toContain("tone.yaml, line");
  });
});

test("a folder without a database asks for a task, not for a trainer", async () => {
  dir = await labelProgramme({ rows: 3 });
  for (const words of [
    ["data", "label", "show", "tone"],
    ["data", "adjudicate", "tone"],
    ["data", "agree", "--task", "tone"],
  ]) {
    const { code, stderr } = await runHere(["-C", dir, ...words]);
    expect(code).toBe(3);
    expect(stderr).toContain("has no database yet");
    expect(stderr).toContain("data label create TASK.yaml");
    expect(stderr).not.toContain("trainer");
  }
});

test("rows that a task cannot be made of are told with the file of the task", async () => {
  dir = await labelProgramme({ rows: 3 });
  const text = await readFile(join(dir, "tone.yaml"), "utf8");
  for (const [rows, says] of [
    ["file: other.jsonl", "tone.yaml: rows.file: other.jsonl is not among"],
    ["stage: redact", "tone.yaml: "],
  ] as const) {
    await writeFile(join(dir, "tone.yaml"), text.replace("file: rows.jsonl", rows));
    const { code, stderr } = await runHere(["-C", dir, "data", "label", "create", "tone.yaml"]);
    expect([code === 2 || code === 3, stderr]).toEqual([true, expect.stringContaining(says)]);
  }
});

test.each([
  ["type: classes\n  labels: [calm, upset]\n  min: 2\n  max: 1", "min must not be above max"],
  ["type: classes\n  labels: [calm, upset]\n  max: 3", "max above the number of labels"],
  ["type: rating\n  min: 5\n  max: 5", "max must be above min"],
  ["type: span\n  labels: [a, b]", "answer.type"],
])("a schema that no answer can fit is refused with its line: %s", async (answer, says) => {
  dir = await labelProgramme({ rows: 1 });
  const text = await readFile(join(dir, "tone.yaml"), "utf8");
  await writeFile(join(dir, "tone.yaml"), text.replace("type: class\n  labels: [calm, upset, angry]", answer));
  const { code, stderr } = await runHere(["-C", dir, "data", "label", "create", "tone.yaml"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("tone.yaml, line")]);
  expect(stderr).toContain(says);
});

describe("rows that a task does not take", () => {
  test("personal data, rows that are too large, and missing fields leave with a reason and a count", async () => {
    dir = await labelProgramme({ rows: 3 });
    const odd = [{ text: "write to jane.roe@example.com" }, { text: "x".repeat(10 * 2 ** 20) }, { other: "no text" }];
    await appendFile(join(dir, "rows.jsonl"), odd.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const { created } = await create();
    expect(created).toMatchObject({ rows: 3, added: 3 });
    expect(created.refused).toEqual([
      { reason: "personal-data", rows: 1, example: "rows.jsonl:4" },
      { reason: "too-large", rows: 1, example: "rows.jsonl:5" },
      { reason: "missing-field", rows: 1, example: "rows.jsonl:6" },
    ]);
    await appendFile(join(dir, "tone.yaml"), "allowPersonalData: true\n");
    expect((await create()).created).toMatchObject({ version: 2, rows: 4, added: 1 });
  });
});

describe("answers", () => {
  const schema = (text: object): AnswerSchema => AnswerSchema.parse(text);

  test("fit what is asked, or say why not", () => {
    const labels = ["a", "b", "c"];
    expect(answerProblem(schema({ type: "class", labels }), "a")).toBeUndefined();
    expect(answerProblem(schema({ type: "class", labels }), "d")).toContain("not one of a, b, c");
    expect(answerProblem(schema({ type: "classes", labels, min: 1 }), [])).toContain("expected 1 to 3");
    expect(answerProblem(schema({ type: "classes", labels }), ["a", "a"])).toContain("more than once");
    expect(answerProblem(schema({ type: "rating" }), 6)).toContain("from 1 to 5");
    expect(answerProblem(schema({ type: "rating" }), 2.5)).toContain("whole number");
    const pair = schema({ type: "pairwise", first: "x", second: "y", allowTie: false });
    expect(answerProblem(pair, "tie")).toContain("not one of first, second");
    expect(answerProblem(schema({ type: "text" }), " ")).toContain("no text");
  });

  test("are equal in any order of labels, within the tolerance of ratings, and without the space around a text", () => {
    const labels = ["a", "b", "c"];
    expect(
      areEqual(schema({ type: "classes", labels }), [
        ["a", "b"],
        ["b", "a"],
      ]),
    ).toBe(true);
    const rating = schema({ type: "rating", agreeWithin: 1 });
    expect(areEqual(rating, [3, 4])).toBe(true);
    expect(areEqual(rating, [2, 4])).toBe(false);
    expect(commonAnswer(rating, [4, 3])).toBe(3);
    expect(areEqual(schema({ type: "text" }), ["yes ", "yes"])).toBe(true);
  });
});

test("double-labelled rows are drawn by stratum, from the seed and the ids alone", () => {
  const rows = Array.from({ length: 200 }, (_, index) => ({
    row: `r${index}`,
    stratum: index < 50 ? "rare" : "common",
  }));
  const drawn = drawDoubles(rows, { share: 0.15, seed: 3 });
  expect(drawn.size).toBe(30);
  const rare = [...drawn].filter((id) => Number(id.slice(1)) < 50).length;
  expect([7, 8]).toContain(rare);
  const turned = drawDoubles(rows.toReversed(), { share: 0.15, seed: 3 });
  expect(new Set(turned)).toEqual(new Set(drawn));
  expect(new Set(drawDoubles(rows, { share: 0.15, seed: 4 }))).not.toEqual(new Set(drawn));
});
