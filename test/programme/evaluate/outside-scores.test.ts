import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { evaluationFolder, ok } from "./programme-folder.ts";

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});

describe("scorers that look at more than one answer, or at the instructions of the item", () => {
  const rows = [
    {
      id: "a",
      half: "x",
      question: "?",
      instruction_id_list: ["punctuation:no_comma", "startend:quotation"],
      kwargs: [{}, {}],
    },
    { id: "b", half: "y", question: "?", instruction_id_list: ["en:punctuation:no_comma"], kwargs: [{}] },
  ];
  const answers = jsonl([
    { id: "a", answer: '"yes"' },
    { id: "a", answer: "yes" },
    { id: "a", answer: "yes, no" },
    { id: "b", answer: "a, b" },
    { id: "b", answer: "a, b" },
    { id: "b", answer: "a, b" },
  ]);
  const yaml = (more: string): string =>
    `set: set\nprompt: "{{question}}"\nsampling: { samples: 3 }\ntargets: { file: { answers: answers.jsonl } }\nscorers:\n${more}`;

  test("IFEval's rules by item and by instruction, and pass@k from all samples", async () => {
    const scorers = [
      "  - { kind: ifeval, name: all }",
      "  - { kind: ifeval, name: share, level: instruction }",
      "  - { kind: pass-at-k, name: pass2, of: all, k: 2 }",
    ];
    const dir = await evaluationFolder(rows, { yaml: yaml(scorers.join("\n")), files: { "answers.jsonl": answers } });
    const run = (await ok(dir, "eval run e")) as EvaluationRun;
    const means = Object.fromEntries(run.results[0]!.scores.map(({ scorer, mean }) => [scorer, mean]));
    expect(means["all"]).toBeCloseTo(1 / 6, 12); // one of three answers to a, none to b
    expect(means["share"]).toBeCloseTo(0.25, 12); // (1 + 1/2 + 0) / 3 and 0
    expect(means["pass2"]).toBeCloseTo(1 / 3, 12); // 1 - C(2,2) / C(3,2) of a, 0 of b
  });

  test("an unknown instruction, a k without samples and a wrong name are refused before anything is scored", async () => {
    const odd = [{ ...rows[0], instruction_id_list: ["format:rhymes"], kwargs: [{}] }];
    const files = { "answers.jsonl": answers };
    const dir = await evaluationFolder(odd, { yaml: yaml("  - { kind: ifeval }"), files });
    const unknown = await runHere(["eval", "run", "e"], { cwd: dir });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("format:rhymes is not an instruction") });
    writeFileSync(join(dir, "eval/e.yaml"), yaml("  - { kind: ifeval }\n  - { kind: pass-at-k, of: no, k: 9 }"));
    const wrong = await runHere(["eval", "run", "e"], { cwd: dir });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('"no" is not the name of another scorer of right and wrong');
    expect(wrong.stderr).toContain("9 answers need sampling.samples of 9 or more");
  });
});

describe("the scorer similarity", () => {
  const rows = [
    { id: "a", half: "x", question: "?", answer: "refund the order" },
    { id: "b", half: "y", question: "?", answer: ["no", "delete the account"] },
  ];
  const answers = jsonl([
    { id: "a", answer: "refund the order" },
    { id: "b", answer: "photosynthesis" },
  ]);
  const yaml = (scorer: string): string =>
    `set: set\nprompt: "{{question}}"\nreference: answer\ntargets: { file: { answers: answers.jsonl } }\nscorers:\n  - ${scorer}\n`;
  const folder = (scorer: string) =>
    evaluationFolder(rows, { yaml: yaml(scorer), files: { "answers.jsonl": answers } });

  test("compares spellings without a model, and says so", async () => {
    const dir = await folder("{ kind: similarity, min: 0.9 }");
    const { code, stdout } = await runHere(["eval", "run", "e"], { cwd: dir });
    expect(code).toBe(0);
    expect(stdout).toContain("file: similarity compares vectors by hashed character n-grams (spelling, not meaning)");
    const run = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(run.results[0]!.scores[0]).toMatchObject({ mean: 0.5, n: 2 });
    expect(run.results[0]!.embeddings[0]).toMatchObject({ isSemantic: false, usd: null });
  });

  test("states what the vectors of an evaluation cost, also when it is run again and pays for none", async () => {
    const endpoint = await startEndpoint((response, _nth, body) => {
      const data = (body["input"] as string[]).map((_text, index) => ({ index, embedding: [1, 0] }));
      response.end(JSON.stringify({ data, usage: { prompt_tokens: 1000 } }));
    });
    open.push(endpoint);
    const embedding = `embedding: { url: "${endpoint.url}", model: stub, usdPerMtokInput: "100", maxUsd: "1.00" }`;
    const dir = await folder(
      `{ kind: similarity, ${embedding} }\n  - { kind: similarity, name: near, min: 0.9, ${embedding} }`,
    );
    for (const line of ["eval run e --yes", "eval run e --target file --yes"]) {
      const { results } = (await ok(dir, line)) as EvaluationRun;
      expect(results[0]!.embeddings).toMatchObject([
        { scorer: "similarity", usd: "0.10", requests: 1, inputTokens: 1000 },
        { scorer: "near", usd: "0.00", requests: 0, inputTokens: 0 },
      ]);
    }
    expect(endpoint.bodies).toHaveLength(1);
  });

  test("asks an endpoint for each text once, also over two runs and two targets, and takes the nearest right answer", async () => {
    const vectors: Record<string, number[]> = { "refund the order": [1, 0], photosynthesis: [0, 1], no: [1, 1] };
    const asked: string[] = [];
    const endpoint = await startEndpoint((response, _nth, body) => {
      const texts = body["input"] as string[];
      asked.push(...texts);
      const data = texts.map((text, index) => ({ index, embedding: vectors[text] ?? [1, 0] }));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
    });
    open.push(endpoint);
    const dir = await folder(`{ kind: similarity, embedding: { url: "${endpoint.url}", model: stub, free: true } }`);
    const run = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(run.results[0]!.scores[0]!.mean).toBeCloseTo((1 + Math.SQRT1_2) / 2, 6);
    await ok(dir, "eval run e");
    const texts = ["delete the account", "no", "photosynthesis", "refund the order"];
    expect(asked.toSorted()).toEqual(texts);
    const file = join(dir, "eval/e.yaml");
    const other = readFileSync(file, "utf8").replace("targets: {", "targets: { other: { answers: others.jsonl },");
    writeFileSync(file, other);
    writeFileSync(
      join(dir, "others.jsonl"),
      jsonl([
        { id: "a", answer: "no" },
        { id: "b", answer: "not yet" },
      ]),
    );
    const second = (await ok(dir, "eval run e --target other")) as EvaluationRun;
    expect(second.results[0]!.scores[0]!.mean).toBeCloseTo((Math.SQRT1_2 + 1) / 2, 6);
    expect(asked.toSorted()).toEqual([...texts.slice(0, 2), "not yet", ...texts.slice(2)]);
  });
});
