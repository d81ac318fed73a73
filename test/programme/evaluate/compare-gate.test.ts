import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { EvaluationComparison, GateReport } from "../../../src/domain/evaluation-comparison.ts";
import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { evaluationFolder, ok, questions, yamlOf } from "./programme-folder.ts";
import { longTest } from "../../long-suite.ts";

const answersFile = (count: number, wrong: readonly number[] = []): string =>
  jsonl(questions(count).map(({ id, answer }, index) => ({ id, answer: wrong.includes(index) ? "none" : answer })));

describe("eval compare and eval gate", () => {
  const gate = (fields: string): string =>
    `gates:\n  - { name: g, target: tuned, baseline: base, scorer: accuracy, minItems: 20, ${fields} }\n`;
  const files = (wrong: { base: readonly number[]; tuned: readonly number[] }) => ({
    "base.jsonl": answersFile(200, wrong.base),
    "tuned.jsonl": answersFile(200, wrong.tuned),
  });
  const targets = { base: "answers: base.jsonl", tuned: "answers: tuned.jsonl" };

  test("pair the items, and show the flips with both answers", async () => {
    const dir = await evaluationFolder(questions(200), {
      yaml: yamlOf(targets),
      files: files({ base: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], tuned: [1] }),
    });
    await ok(dir, "eval run e");
    const comparison = (await ok(dir, "eval compare base tuned")) as EvaluationComparison;
    expect(comparison.differences[0]).toMatchObject({ n: 200, difference: 0.05, onlyTarget: 10, onlyBaseline: 0 });
    expect(comparison.differences[0]!.p).toBeCloseTo(2 ** -10, 9); // mid-p of 10 to 0: 2 (1/1024 / 2)
    expect(comparison.slices).toMatchObject([
      { value: "first", n: 100, difference: 0.1 },
      { value: "second", n: 100, difference: 0 },
    ]);
    expect(comparison.flipCount).toBe(10);
    expect(comparison.flips[0]).toMatchObject({
      id: "q10",
      better: "target",
      baselineAnswer: "none",
      targetAnswer: "10",
    });

    const { baseline, target } = comparison;
    const page = readFileSync(join(dir, `evaluations/compare-${baseline.id}-${target.id}.html`), "utf8");
    const cells = [...page.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) =>
      [...row!.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) => cell!.replaceAll(/<[^>]*>/g, "")),
    );
    expect(cells.map((row) => row.slice(0, 3))).toEqual(
      expect.arrayContaining([
        ["0", "11", "1"], // the distribution: wrong answers of both
        ["1", "189", "199"],
        ["Answered", "200", "200"],
        ["Baseline", "Answers", "0"], // the cost: nothing was asked of an endpoint
        ["model", "base.jsonl", "tuned.jsonl"],
      ]),
    );

    // A file with other answers is another evaluation: the first one is kept.
    writeFileSync(join(dir, "tuned.jsonl"), answersFile(200, [1, 2]));
    const [changed] = ((await ok(dir, "eval run e --target tuned")) as EvaluationRun).results;
    expect(changed!.id).not.toBe(comparison.target.id);
    expect(((await ok(dir, "eval compare base tuned")) as EvaluationComparison).target.id).toBe(changed!.id);
  });

  longTest("mean results of one evaluation file by two names, and say of which", async () => {
    const dir = await evaluationFolder(questions(200), {
      yaml: yamlOf(targets),
      files: {
        ...files({ base: [], tuned: [1, 2] }),
        "eval/other.yaml": yamlOf({ base: "answers: tuned.jsonl", tuned: "answers: base.jsonl" }),
        "eval/solo.yaml": yamlOf({ tuned: "answers: base.jsonl" }),
      },
    });
    for (const name of ["other", "e"]) await ok(dir, `eval run ${name}`);
    await ok(dir, "eval run other --target base");
    await ok(dir, "eval run solo");
    const of = async (...words: string[]) => {
      const { baseline, target, alsoIn } = (await ok(dir, `eval compare ${words.join(" ")}`)) as EvaluationComparison;
      return [baseline.evaluation, target.evaluation, ...alsoIn];
    };
    expect(await of("base", "tuned")).toEqual(["e", "e", "other"]);
    expect(await of("tuned", "base")).toEqual(["other", "other", "e"]); // base was evaluated last in other
    expect(await of("other-base", "tuned")).toEqual(["other", "other"]);
    expect(await of("base", "solo-tuned")).toEqual(["other", "solo"]); // in no common file: the last of each
    const { stdout } = await runHere(["eval", "compare", "base", "tuned"], { cwd: dir });
    expect(stdout).toContain("tuned compared with base: evaluation e, set set, 200 items, paired by item\n");
    expect(stdout).toContain("other has results of both, too: tunewright eval compare other-base other-tuned");
  });

  const cases: [name: string, fields: string, wrong: { base: number[]; tuned: number[] }, passes: boolean][] = [
    ["no worse than the margin", "margin: 0.1", { base: [], tuned: [1, 2] }, true],
    ["worse than the margin", "margin: 0.1", { base: [], tuned: Array.from({ length: 30 }, (_, i) => i) }, false],
    ["not shown to be within it", "margin: 0.01", { base: [1], tuned: [2, 3] }, false],
    ["better, as asked", "margin: 0, kind: superiority", { base: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], tuned: [] }, true],
    ["equal where better is asked", "margin: 0, kind: superiority", { base: [1], tuned: [1] }, false],
    [
      "with a slice that falls",
      "margin: 0.1, slices: { maxFall: 0.02 }",
      { base: [], tuned: [1, 2, 3, 4, 5, 6] },
      false,
    ],
    ["of too few items", "margin: 0.1, minItems: 201", { base: [], tuned: [] }, false],
    [
      "asked for contamination that nobody looked for",
      "margin: 0.1, maxContaminatedShare: 0",
      { base: [], tuned: [] },
      false,
    ],
  ];
  test.each(cases.map(([name, fields, wrong, passes]) => ({ name, fields, wrong, passes })))(
    "a target that is $name",
    async ({ fields, wrong, passes }) => {
      const text = gate(fields).replace(/minItems: 20, (?=.*minItems)/, "");
      const dir = await evaluationFolder(questions(200), { yaml: yamlOf(targets, text), files: files(wrong) });
      await ok(dir, "eval run e");
      const { code, stdout } = await runHere(["eval", "gate", "e", "--junit", "j.xml", "--summary", "s.md", "--json"], {
        cwd: dir,
      });
      expect([code, (JSON.parse(stdout) as GateReport).passed]).toEqual([passes ? 0 : 5, passes]);
      expect(readFileSync(join(dir, "j.xml"), "utf8").includes("<failure")).toBe(!passes);
      expect(readFileSync(join(dir, "s.md"), "utf8").includes("**failed**")).toBe(!passes);
    },
  );

  test.each([
    ["margin: 0.1", "margin: 0.2", "the gates were changed after an evaluation ran"],
    ['"{{question}}"', '"Q: {{question}}"', "the prompt was changed after an evaluation ran"],
    ["name: accuracy }", "name: accuracy, tolerance: 5 }", "the scorers were changed after an evaluation ran"],
    [
      "reference: answer",
      "reference: answer\nsampling: { seed: 7 }",
      "the sampling was changed after an evaluation ran",
    ],
    ["answers: tuned.jsonl", "answers: base.jsonl", "tuned was changed after its evaluation ran"],
    ["reference: answer", "reference: answer # a comment", ""],
  ])("a file in which %s became %s after the run: %s", async (before, after, message) => {
    const yaml = yamlOf(targets, gate("margin: 0.1"));
    const dir = await evaluationFolder(questions(200), { yaml, files: files({ base: [], tuned: [1, 2] }) });
    await ok(dir, "eval run e");
    writeFileSync(join(dir, "eval/e.yaml"), yaml.replace(before, after));
    const { code, stderr } = await runHere(["eval", "gate", "e"], { cwd: dir });
    expect(code).toBe(message === "" ? 0 : 5);
    expect(stderr).toContain(message);
  });

  test("and a run measure the same detectable difference of two targets, of one it is assumed", async () => {
    const dir = await evaluationFolder(questions(200), {
      yaml: yamlOf(targets),
      files: files({ base: [1, 2, 3, 4, 5, 6, 7, 8, 9], tuned: [1, 2] }),
    });
    const both = (await ok(dir, "eval run e")) as EvaluationRun;
    const { differences } = (await ok(dir, "eval compare base tuned")) as EvaluationComparison;
    expect(both.detectable).toBe(differences[0]!.detectable);
    expect(both.detectableBetween).toEqual(["base", "tuned"]);
    const { stdout } = await runHere(["eval", "run", "e", "--target", "base"], { cwd: dir });
    expect(stdout).toContain("between two targets (power 80 %, correlation 0.5 assumed)");
    writeFileSync(join(dir, "base.jsonl"), "");
    const none = (await ok(dir, "eval run e --target base")) as EvaluationRun;
    expect([none.results[0]!.counts.answered, none.detectable]).toEqual([0, null]);
  });

  test("a file of answers that was replaced after the run", async () => {
    const yaml = yamlOf(targets, gate("margin: 0.1"));
    const dir = await evaluationFolder(questions(200), { yaml, files: files({ base: [], tuned: [1, 2] }) });
    await ok(dir, "eval run e");
    writeFileSync(join(dir, "base.jsonl"), answersFile(200, [1, 2, 3]));
    const { code, stderr } = await runHere(["eval", "gate", "e"], { cwd: dir });
    expect([code, stderr]).toEqual([5, expect.stringContaining("base was changed after its evaluation ran")]);
    await ok(dir, "eval run e");
    expect((await runHere(["eval", "gate", "e"], { cwd: dir })).code).toBe(0);
  });

  test("refuse items that were lost or changed after the run, also of a result of an earlier version", async () => {
    const dir = await evaluationFolder(questions(200), {
      yaml: yamlOf(targets, gate("margin: 0.05")),
      files: files({ base: [], tuned: Array.from({ length: 30 }, (_, index) => index) }),
    });
    const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
    const folder = join(dir, "evaluations", results.find(({ target }) => target === "tuned")!.id);
    const [items, result] = ["items.jsonl", "result.json"].map((name) => readFileSync(join(folder, name), "utf8"));
    const isRefused = async (text: string): Promise<void> => {
      writeFileSync(join(folder, "items.jsonl"), text);
      for (const line of ["eval gate e", "eval compare base tuned"]) {
        const { code, stderr } = await runHere(line.split(" "), { cwd: dir });
        expect(code).toBe(2);
        expect(stderr).toContain("items.jsonl is corrupt");
      }
    };
    const lost = items!.split("\n").slice(30).join("\n"); // the wrong answers
    await isRefused(lost);
    await isRefused(items!.replaceAll('"accuracy":0', '"accuracy":1'));
    writeFileSync(join(folder, "result.json"), result!.replace(/"itemsSha256": "\w+",\n/, ""));
    await isRefused(lost);
  });

  test("say that what the set detects is unknown where every item differs alike", async () => {
    const all = Array.from({ length: 200 }, (_, index) => index);
    const dir = await evaluationFolder(questions(200), {
      yaml: yamlOf(targets),
      files: files({ base: all, tuned: [] }),
    });
    await ok(dir, "eval run e");
    const { stdout } = await runHere(["eval", "compare", "base", "tuned"], { cwd: dir });
    expect(stdout).toContain("differ by the same amount on all 200 items");
    writeFileSync(join(dir, "tuned.jsonl"), answersFile(190));
    await ok(dir, "eval run e");
    const missing = await runHere(["eval", "compare", "base", "tuned"], { cwd: dir });
    expect(missing.stdout).toContain("tuned: 10 of 200 answers are missing.");
    const { bins } = (await ok(dir, "eval compare base tuned")) as EvaluationComparison;
    expect(bins).toEqual([
      { label: "0", baseline: 200, target: 10 }, // as in the mean, without an answer is wrong
      { label: "1", baseline: 0, target: 190 },
    ]);
  });

  test("take a name for that of a target, also where ids of other evaluations start with it", async () => {
    const dir = await evaluationFolder(questions(40), {
      yaml: yamlOf({ base: "answers: base.jsonl" }),
      files: { "eval/base.yaml": yamlOf(targets), "base.jsonl": answersFile(40), "tuned.jsonl": answersFile(40, [1]) },
    });
    await ok(dir, "eval run base");
    await ok(dir, "eval run base --target tuned --repeat 2");
    expect(await ok(dir, "eval report base")).toMatchObject({ result: { target: "base" } });
    expect(await ok(dir, "eval compare base tuned")).toMatchObject({
      baseline: { target: "base" },
      target: { target: "tuned", repeat: 2 },
    });
  });

  test("refuses to compare where the prompt differs too", async () => {
    const yaml = yamlOf(targets);
    const dir = await evaluationFolder(questions(200), { yaml, files: files({ base: [], tuned: [] }) });
    await ok(dir, "eval run e --target base");
    writeFileSync(join(dir, "eval/e.yaml"), yaml.replace('"{{question}}"', '"Q: {{question}}"'));
    await ok(dir, "eval run e --target tuned");
    const { code, stderr } = await runHere(["eval", "compare", "base", "tuned"], { cwd: dir });
    expect(code).toBe(2);
    expect(stderr).toContain("cannot be compared, because not only the target differs: the prompt");
    expect(stderr).toContain("hint: run both again");
    const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
    writeFileSync(join(dir, "eval/e.yaml"), yaml);
    await ok(dir, "eval run e --target base"); // the last one of base has the first prompt again
    const again = await runHere(["eval", "compare", "base", "tuned"], { cwd: dir });
    expect(again.stderr).toContain(`hint: tunewright eval compare ${results.map(({ id }) => id).join(" ")}`);
  });
});
