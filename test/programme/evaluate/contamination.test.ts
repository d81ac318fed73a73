import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { EvaluationComparison, GateReport } from "../../../src/domain/evaluation-comparison.ts";
import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { evaluationFolder, ok } from "./programme-folder.ts";

const WORDS =
  "amber basil cedar daisy elder fennel garlic hazel iris juniper kale lilac maple nutmeg olive poppy".split(" ");

/** A question of twelve rare words that no other item has in this order. */
const question = (index: number): string =>
  Array.from({ length: 12 }, (_, place) => `${WORDS[(index * 5 + place * (index + 1)) % 16]}${index}`).join(" ");

const ITEMS = Array.from({ length: 20 }, (_, index) => ({
  id: `q${index}`,
  question: `Which shop sells ${question(index)}?`,
  answer: `shop ${index}`,
  half: index < 10 ? "first" : "second",
}));

/** The target is right on the first five items, which it was trained on, and on every other one of the rest. */
const TUNED = jsonl(
  ITEMS.map(({ id, answer }, index) => ({ id, answer: index < 5 || index % 2 === 0 ? answer : "none" })),
);

const yamlOf = (trainedOn: string, share = 0.1): string => `set: set
prompt: "Answer shortly. {{question}}"
reference: answer
targets:
  base: { answers: base.jsonl }
  tuned: { answers: tuned.jsonl, trainedOn: [${trainedOn}] }
scorers: [{ kind: exact }]
gates:
  - { name: g, target: tuned, baseline: base, scorer: exact, margin: 0.9, minItems: 5, maxContaminatedShare: ${share} }
`;

const FILES = {
  "base.jsonl": jsonl(ITEMS.map(({ id, answer }) => ({ id, answer }))),
  "tuned.jsonl": TUNED,
  "train.jsonl": jsonl([
    ...ITEMS.slice(0, 5).map((item) => ({
      messages: [
        { role: "user", content: `Hello!  ${item.question.toUpperCase()}` },
        { role: "assistant", content: item.answer },
      ],
    })),
    { messages: [{ role: "user", content: "Something else altogether, which no item of the set asks about at all" }] },
  ]),
};

test("items that training rows hold are named, and scores are given with and without them", async () => {
  const dir = await evaluationFolder(ITEMS, { yaml: yamlOf("train.jsonl"), files: FILES });
  const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
  const [base, tuned] = results;
  expect(base!.contamination).toBeNull();
  expect(tuned!.contamination).toMatchObject({
    against: "train.jsonl",
    trainingRows: 6,
    hitItems: ["q0", "q1", "q2", "q3", "q4"],
    clean: [{ scorer: "exact", n: 15 }],
  });
  expect(tuned!.scores[0]!.mean).toBe(12 / 20);
  expect(tuned!.contamination!.clean[0]!.mean).toBe(7 / 15);
  const { clean } = (await ok(dir, "eval compare base tuned")) as EvaluationComparison;
  expect(clean).toMatchObject({ hits: 5, difference: { n: 15, baseline: 1, target: 7 / 15, onlyBaseline: 8 } });
  const compared = await runHere(["eval", "compare", "base", "tuned"], { cwd: dir });
  expect(compared.stdout).toContain("5 of 20 items were found in training rows. exact without them: -0.5333");
  const { code, stdout } = await runHere(["eval", "gate", "e", "--json"], { cwd: dir });
  const [gate] = (JSON.parse(stdout) as GateReport).gates;
  expect(code).toBe(5);
  expect(gate!.checks.filter(({ passed }) => !passed)).toMatchObject([
    { check: "contamination", detail: "5 of 20 items were found in train.jsonl; the limit is 10 %" },
  ]);
});

test("a gate fails on training rows that were changed after the run, and not where they are missing", async () => {
  const dir = await evaluationFolder(ITEMS, { yaml: yamlOf("train.jsonl", 0.5), files: FILES });
  const gated = () => runHere(["eval", "gate", "e"], { cwd: dir });
  await ok(dir, "eval run e");
  expect((await gated()).code).toBe(0);
  writeFileSync(join(dir, "train.jsonl"), jsonl(ITEMS));
  const { code, stderr } = await gated();
  expect([code, stderr]).toEqual([5, expect.stringContaining("train.jsonl was changed after an evaluation ran")]);
  rmSync(join(dir, "train.jsonl"));
  expect((await gated()).code).toBe(0);
});

test("a frozen version is searched, what a target was trained on does not change its id, and few hits pass", async () => {
  const dir = await evaluationFolder(ITEMS, { yaml: yamlOf("train.jsonl"), files: FILES });
  const before = (await ok(dir, "eval run e")) as EvaluationRun;
  await ok(dir, "data freeze train.jsonl --out train/v1 --by QA --reason training");
  writeFileSync(join(dir, "eval/e.yaml"), yamlOf("train/v1", 0.25));
  await runHere(["eval", "gate", "e"], { cwd: dir });
  const { results } = (await ok(dir, "eval run e --target tuned")) as EvaluationRun;
  expect(results[0]!.contamination!.hitItems).toHaveLength(5);
  expect(before.results[1]!.contamination!.hitItems).toEqual(results[0]!.contamination!.hitItems);
});

test.each([
  ["a file that does not exist", "missing.jsonl", 3, "missing.jsonl"],
  ["a folder that is no frozen version", "eval", 3, "eval"],
  ["a path that leaves the programme", "../train.jsonl", 2, "leaves the programme folder"],
])("%s as training rows is refused by its name", async (...[, path, exit, message]) => {
  const dir = await evaluationFolder(ITEMS, { yaml: yamlOf(path), files: FILES });
  const { code, stderr } = await runHere(["eval", "run", "e"], { cwd: dir });
  expect(stderr).toContain(message);
  expect(code).toBe(exit);
});
