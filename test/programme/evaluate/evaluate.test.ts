import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { complete, refuse } from "../../llm/llm-server.ts";
import { type Answering, startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { evaluationFolder, ok, questions, yamlOf } from "./programme-folder.ts";

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

const endpointFields = (url: string, more = ""): string => `url: "${url}", model: stub, free: true${more}`;

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
