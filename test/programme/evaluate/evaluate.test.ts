import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import type { EvaluationComparison, GateReport } from "../../../src/domain/evaluation-comparison.ts";
import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { complete, refuse } from "../../llm/llm-server.ts";
import { type Answering, startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { evaluationFolder, ok, questions } from "./programme-folder.ts";

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});

async function endpointThat(answering: Answering): Promise<TestEndpoint> {
  const endpoint = await startEndpoint(answering);
  open.push(endpoint);
  return endpoint;
}

/** The number in the question that a request holds. */
function asked(body: Record<string, unknown>): number {
  return Number(/What is (\d+)/.exec(JSON.stringify(body["messages"]))![1]);
}

const right: Answering = (response, _nth, body) => complete(response, `It is ${asked(body)}.`);

function yamlOf(targets: Record<string, string>, more = ""): string {
  const lines = Object.entries(targets).map(([name, fields]) => `  ${name}: { ${fields} }`);
  return `set: set
prompt: "{{question}}"
reference: answer
targets:
${lines.join("\n")}
scorers:
  - { kind: numeric, name: accuracy }
${more}`;
}

const endpointFields = (url: string, more = ""): string => `url: "${url}", model: stub, free: true${more}`;

const answersFile = (count: number, wrong: readonly number[] = []): string =>
  jsonl(questions(count).map(({ id, answer }, index) => ({ id, answer: wrong.includes(index) ? "none" : answer })));

describe("eval run", () => {
  test("asks each item once, scores it, writes result and page, and asks nothing again", async () => {
    const endpoint = await endpointThat(right);
    const dir = await evaluationFolder(questions(12), { yaml: yamlOf({ base: endpointFields(endpoint.url) }) });
    const run = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(endpoint.bodies).toHaveLength(12);
    expect(run.results[0]).toMatchObject({
      items: 12,
      isComplete: true,
      counts: { answers: 12, answered: 12, errors: 0 },
      cost: { requests: 12, inputTokens: 1200, outputTokens: 120, usd: null },
    });
    expect(run.results[0]!.scores[0]).toMatchObject({ scorer: "accuracy", mean: 1, n: 12, method: "wilson" });
    expect(run.results[0]!.slices.map(({ value, items }) => [value, items])).toEqual([
      ["first", 6],
      ["second", 6],
    ]);
    expect(readFileSync(join(dir, run.reports[0]!), "utf8")).toContain("base on set");
    const again = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(endpoint.bodies).toHaveLength(12);
    expect(again.plans[0]).toMatchObject({ requests: 12, known: 12 });
    expect(again.results[0]!.id).toBe(run.results[0]!.id);
    const repeated = (await ok(dir, "eval run e --repeat 2")) as EvaluationRun;
    expect(endpoint.bodies).toHaveLength(24);
    expect(repeated.results[0]!.id).not.toBe(run.results[0]!.id);
  });

  test("scores the stored answers anew after a change of a scorer or a gate, and asks again after one of the prompt", async () => {
    const endpoint = await endpointThat(right);
    const first = yamlOf({ base: endpointFields(endpoint.url) });
    const dir = await evaluationFolder(questions(6), { yaml: first });
    const runOf = async (yaml: string): Promise<EvaluationRun> => {
      writeFileSync(join(dir, "eval/e.yaml"), yaml);
      return (await ok(dir, "eval run e")) as EvaluationRun;
    };
    const before = await runOf(first);
    const stricter = await runOf(first.replace("kind: numeric", "kind: exact"));
    expect(endpoint.bodies).toHaveLength(6);
    expect(stricter.plans[0]).toMatchObject({ requests: 6, known: 6 });
    expect(stricter.results[0]!.id).not.toBe(before.results[0]!.id);
    expect([before, stricter].map(({ results }) => results[0]!.scores[0]!.mean)).toEqual([1, 0]);
    await runOf(first.replace('"{{question}}"', '"Briefly: {{question}}"'));
    expect(endpoint.bodies).toHaveLength(12);
    const kept = await runOf(first); // the answers of the first prompt are still there
    expect([endpoint.bodies.length, kept.plans[0]!.known]).toEqual([12, 6]);
  });

  test("with --dry-run sends nothing and says what the cap buys", async () => {
    const endpoint = await endpointThat(right);
    const fields = `url: "${endpoint.url}", model: stub, usdPerMtokInput: "1", usdPerMtokOutput: "2", maxUsd: "0.01"`;
    const dir = await evaluationFolder(questions(40), { yaml: yamlOf({ base: fields }) });
    const { plans } = (await ok(dir, "eval run e --dry-run")) as EvaluationRun;
    expect(endpoint.bodies).toHaveLength(0);
    const [plan] = plans;
    expect(plan).toMatchObject({ requests: 40, known: 0, maxUsd: "0.01" });
    const each = Number(plan!.mostUsd) / 40;
    expect(plan!.affordableItems).toBe(Math.floor(0.01 / each));
    const refused = await runHere(["eval", "run", "e"], { cwd: dir });
    expect([refused.code, endpoint.bodies.length]).toEqual([2, 0]);
    expect(refused.stderr).toContain("requires confirmation");
  });

  test("never passes the cap, says which items were not asked, and ends with 4", async () => {
    const endpoint = await endpointThat(right);
    const fields = `url: "${endpoint.url}", model: stub, usdPerMtokInput: "10", usdPerMtokOutput: "20", maxUsd: "0.02", concurrency: 1`;
    const dir = await evaluationFolder(questions(40), { yaml: yamlOf({ base: fields }) });
    const { code, stdout, stderr } = await runHere(["eval", "run", "e", "--yes", "--json"], { cwd: dir });
    expect([code, stderr]).toEqual([4, expect.stringMatching(/hint: raise maxUsd in eval\/e\.yaml.*eval run e$/m)]);
    const [result] = (JSON.parse(stdout) as EvaluationRun).results;
    expect(result).toMatchObject({ isComplete: false });
    expect(Number(result!.cost.usd)).toBeLessThanOrEqual(0.02);
    expect(result!.counts.answered).toBe(endpoint.bodies.length);
    expect(result!.counts.errors).toBe(40 - endpoint.bodies.length);
  });

  test("counts what has no answer as wrong, apart from what was answered, and names it", async () => {
    const endpoint = await endpointThat((response, nth, body) => {
      if (asked(body) === 3) refuse(response, 400);
      else if (asked(body) === 4) complete(response, "I do not know");
      else if (asked(body) === 5) complete(response, "");
      else if (asked(body) === 6) complete(response, "What is 6 + 0?");
      else right(response, nth, body);
    });
    const dir = await evaluationFolder(questions(10), { yaml: yamlOf({ base: endpointFields(endpoint.url) }) });
    const [result] = ((await ok(dir, "eval run e")) as EvaluationRun).results;
    expect(result!.counts).toMatchObject({ answered: 9, errors: 1, empty: 1, echoed: 1 });
    expect(result!.errors).toMatchObject([{ item: "q3" }]);
    expect(result!.scores[0]).toMatchObject({ n: 10, errors: 1, unparsable: 2, mean: 0.6, errorsCountAs: "wrong" });
    expect(result!.scores[0]!.answeredMean).toBeCloseTo(6 / 9, 12);
  });

  test("draws each sample on its own, and the item's score is their mean", async () => {
    const endpoint = await endpointThat((response, nth, body) =>
      complete(response, nth % 2 ? "none" : `${asked(body)}`),
    );
    const yaml = yamlOf(
      { base: endpointFields(endpoint.url, ", concurrency: 1") },
      "sampling: { samples: 4, temperature: 1 }\n",
    );
    const dir = await evaluationFolder(questions(3), { yaml });
    const [result] = ((await ok(dir, "eval run e")) as EvaluationRun).results;
    expect(endpoint.bodies).toHaveLength(12);
    expect(result!.scores[0]!.mean).toBeCloseTo(0.5, 12);
    expect(result!.counts.answers).toBe(12);
  });

  test("counts each missing answer of an item as wrong, so that the mean is pass@1", async () => {
    const answers = [
      { id: "q0", answer: "0" },
      { id: "q0", answer: "0" },
      { id: "q0" },
      { id: "q0", answer: "1" },
      { id: "q1", answer: "1" },
    ];
    const more = "  - { kind: pass-at-k, name: first, of: accuracy, k: 1 }\nsampling: { samples: 4 }\n";
    const dir = await evaluationFolder(questions(2), {
      yaml: yamlOf({ base: "answers: a.jsonl" }, more),
      files: { "a.jsonl": jsonl(answers) },
    });
    const [result] = ((await ok(dir, "eval run e")) as EvaluationRun).results;
    expect(result!.scores.map(({ mean }) => mean)).toEqual([3 / 8, 3 / 8]);
    expect(result!.counts).toMatchObject({ answers: 8, answered: 4, errors: 4 });
  });

  test("refuses more answers to an item than samples: which of them counts is not stated", async () => {
    const answers = [
      { id: "q0", answer: "0" },
      { id: "q1", answer: "1" },
      { id: "q0", answer: "7" },
    ];
    const dir = await evaluationFolder(questions(2), {
      yaml: yamlOf({ base: "answers: a.jsonl" }),
      files: { "a.jsonl": jsonl(answers) },
    });
    const { code, stderr } = await runHere(["eval", "run", "e"], { cwd: dir });
    expect([code, stderr]).toEqual([2, expect.stringContaining('a.jsonl, line 3: item "q0" already has one answer')]);
  });

  test.each([
    ["two items with one id", [...questions(3), questions(1)[0]], 'the id "q0" is already used by set.jsonl:1'],
    [
      "an item without an id",
      [...questions(1), { question: "?", answer: "1", half: "a" }],
      "the id field id is missing",
    ],
  ])("refuses a set with %s, by its row", async (_name, rows, message) => {
    const dir = await evaluationFolder(questions(2), {
      yaml: yamlOf({ base: "answers: a.jsonl" }),
      files: { "a.jsonl": "", "more/set.jsonl": jsonl(rows) },
    });
    await ok(dir, "data freeze more/set.jsonl --out frozen/v2 --by QA --reason test");
    const init = await runHere(["eval", "init", "f", "--set", "frozen/v2", "--set-name", "more"], { cwd: dir });
    expect([init.code, init.stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(readFileSync(join(dir, "testset.lock"), "utf8")).not.toContain("more");
  });

  test("refuses an empty reference, and a lock edited by hand to another id or an unknown slice, by row and field", async () => {
    const rows = [...questions(2), { id: "x", question: "?", answer: "", half: "a" }];
    const dir = await evaluationFolder(rows, { yaml: yamlOf({ base: "answers: a.jsonl" }), files: { "a.jsonl": "" } });
    const refused = async (): Promise<unknown[]> => {
      const { code, stderr } = await runHere(["eval", "run", "e"], { cwd: dir });
      return [code, stderr];
    };
    expect(await refused()).toEqual([2, expect.stringContaining('item "x" has no answer')]);
    writeFileSync(
      join(dir, "eval/e.yaml"),
      yamlOf({ base: "answers: a.jsonl" }).replace(/ {2}- .*\n/, "  - { kind: refusal }\n"),
    );
    const lock = readFileSync(join(dir, "testset.lock"), "utf8");
    writeFileSync(join(dir, "testset.lock"), lock.replace('"half"', '"halve"'));
    expect(await refused()).toEqual([2, expect.stringContaining("no item of frozen/v1 has the slice field halve")]);
    writeFileSync(join(dir, "testset.lock"), lock.replace('"id"', '"absent"'));
    expect(await refused()).toEqual([2, expect.stringContaining("the id field absent is missing")]);
  });

  test.each([
    ["scorers: [{ kind: bleurt }]", "eval/e.yaml, line 2"],
    ["scorers: [{ kind: exact }]\nnonsense: 1", '"nonsense" is not a field here'],
    ["scorers: [{ kind: regex, pattern: '(' }]", "scorers.0.pattern"],
    ["scorers: [{ kind: json, schema: { type: nope } }]", "scorers.0.schema: schema is invalid"],
    ["scorers: [{ kind: exact }, { kind: exact }]\nreference: answer", "two scorers are named exact"],
    ["scorers: [{ kind: exact }]", "requires a reference answer"],
    [
      "scorers: [{ kind: refusal }]\ngates: [{ name: g, target: base, baseline: other, scorer: refusal, margin: 0 }]",
      "a higher or a lower score of refusal is better",
    ],
  ])("refuses the file with %s, by line and field", async (part, message) => {
    const yaml = `set: set\n${part}\nprompt: "{{question}}"\ntargets: { base: { answers: a.jsonl } }\n`;
    const dir = await evaluationFolder(questions(2), { yaml });
    const { code, stderr } = await runHere(["eval", "run", "e"], { cwd: dir });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

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

  test("mean results of one evaluation file by two names, and say of which", async () => {
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

  test("say that what the set detects is unknown where every item differs alike", async () => {
    const all = Array.from({ length: 200 }, (_, index) => index);
    const dir = await evaluationFolder(questions(200), {
      yaml: yamlOf(targets),
      files: files({ base: all, tuned: [] }),
    });
    await ok(dir, "eval run e");
    const { stdout } = await runHere(["eval", "compare", "base", "tuned"], { cwd: dir });
    expect(stdout).toContain("differ by the same amount on all 200 items");
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
