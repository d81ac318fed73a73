import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { BiasReport, SwapResult } from "../../../src/domain/bias-report.ts";
import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { viewEvaluation } from "../../../src/programme/evaluate/list-evaluations.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { evaluationFolder, ok } from "./programme-folder.ts";

const rows = Array.from({ length: 8 }, (_, index) => ({
  id: `q${index}`,
  half: index < 4 ? "first" : "second",
  question: index < 6 ? `May he have a loan of ${index}?` : `May they have a loan of ${index}?`,
  answer: "yes",
}));

test("reworded items are frozen, run and compared with the originals", async () => {
  const yaml = `set: reworded\nprompt: "{{question}}"\nreference: answer\ntargets: { file: { answers: answers.jsonl } }\nscorers: [{ kind: exact }]\n`;
  const dir = await evaluationFolder(rows, {
    yaml: yaml.replace("reworded", "set"),
    files: { "swaps.csv": "group,from,to\nfemale,he,she\n", "answers.jsonl": "" },
  });
  const made = (await ok(
    dir,
    "eval swap set.jsonl --swaps swaps.csv --field question --out variants.jsonl",
  )) as SwapResult;
  expect(made).toMatchObject({ items: 8, unchanged: 2, variants: [{ group: "female", items: 6 }] });
  const items = readFileSync(join(dir, "variants.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string>);
  expect(items[1]).toMatchObject({ id: "q0~female", question: "May she have a loan of 0?", variant: "female" });
  // Everyone gets the loan, but four of six women do not.
  const refused = new Set(["q0~female", "q1~female", "q2~female", "q3~female"]);
  writeFileSync(
    join(dir, "answers.jsonl"),
    jsonl(items.map(({ id }) => ({ id, answer: refused.has(id!) ? "no" : "yes" }))),
  );
  await ok(dir, "data freeze variants.jsonl --out frozen/v2 --by QA --reason test");
  await ok(dir, "eval init other --set frozen/v2 --set-name reworded --slice variant");
  writeFileSync(join(dir, "eval/e.yaml"), yaml);
  await ok(dir, "eval run e");
  const report = (await ok(dir, "eval bias file variant --min-items 5")) as BiasReport;
  expect(report.groups.map(({ group, n, mean }) => [group, n, mean])).toEqual([
    ["female", 6, 1 / 3],
    ["original", 8, 1],
  ]);
  expect(report.fourFifths).toMatchObject({ group: "female", isBelow: true });
  expect(report.counterfactual).toMatchObject([{ group: "female", pairs: 6, changed: 4, difference: -4 / 6 }]);
  expect(report.counterfactual[0]!.p).toBeCloseTo(0.0625, 12); // McNemar's mid-p of (4, 0): 2 * 0.5^4 - 0.5^4
  expect(report.note).toContain("They do not show that the article is met");
  const wrong = await runHere(["eval", "bias", "file", "varian"], { cwd: dir });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("varian is not a slice of reworded");
});

test("the page of an evaluation compares the groups of each slice that has enough items", async () => {
  const many = Array.from({ length: 80 }, (_, index) => ({
    id: `q${index}`,
    half: index < 40 ? "first" : "second",
    question: "?",
    answer: "yes",
  }));
  const dir = await evaluationFolder(many, {
    yaml: `set: set\nprompt: "{{question}}"\nreference: answer\ntargets: { file: { answers: a.jsonl } }\nscorers: [{ kind: exact }]\n`,
    files: {
      "a.jsonl": jsonl(many.map(({ id }, index) => ({ id, answer: index % 40 < 20 || index < 40 ? "yes" : "no" }))),
    },
  });
  const { reports, results } = (await ok(dir, "eval run e")) as EvaluationRun;
  const page = readFileSync(join(dir, reports[0]!), "utf8");
  expect(page).toContain("Groups compared");
  expect(page).toContain("Four-fifths rule: second has 0.500 of the highest group, below 0.8.");
  const { bias } = await viewEvaluation(dir, results[0]!.id);
  expect(bias.map(({ field, worstGap }) => [field, worstGap?.gap])).toEqual([["half", 0.5]]);
});
