import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { EvaluationComparison } from "../../../src/domain/evaluation-comparison.ts";
import type { EvaluationImport } from "../../../src/domain/evaluation-import.ts";
import type { ImportedRun } from "../../../src/evaluate/imports/imported-run.ts";
import { inspectRun } from "../../../src/evaluate/imports/inspect-log.ts";
import { lmEvalRun } from "../../../src/evaluate/imports/lm-eval-results.ts";
import { promptfooRuns } from "../../../src/evaluate/imports/promptfoo-results.ts";
import { zipMembers } from "../../../src/programme/evaluate/imports/zip-members.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runHere } from "../../cli/run-here.ts";
import { describeShared } from "../../evaluate/shared-data.ts";
import { ok } from "./programme-folder.ts";

const FIXTURES = fileURLToPath(new URL("../../golden/imports/", import.meta.url));
const SHARED = fileURLToPath(new URL("../../../../shared/data/eval/formats/", import.meta.url));

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-imports-"));
  cpSync(FIXTURES, join(dir, "made"), { recursive: true });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const importOf = async (words: string): Promise<EvaluationImport["imported"]> =>
  ((await ok(dir, `eval import ${words}`)) as EvaluationImport).imported;

describe("eval import", () => {
  test("reads a zstd log of Inspect: epochs become answers, the mean is the one it printed", async () => {
    const [run] = await importOf("made/sums-zstd.eval");
    expect(run).toMatchObject({
      tool: "Inspect",
      scores: [{ scorer: "match", computed: 0.875, reported: 0.875, agrees: true }],
      result: {
        evaluation: "tiny",
        model: "openai-api/stub/stub",
        items: 8,
        isComplete: true,
        counts: { answers: 16, answered: 16 },
        cost: { inputTokens: 160, outputTokens: 80, usd: null },
      },
    });
    expect(run!.result.scores[0]!.interval!.low).toBeCloseTo(0.529_112_5, 4); // Wilson, 7 of 8
    const [first] = readFileSync(join(dir, "evaluations", run!.result.id, "items.jsonl"), "utf8").split("\n");
    expect(JSON.parse(first!)).toMatchObject({ id: "q0", prompt: "What is 0 + 1?", reference: "1" });
  });

  test("reads the folder of lm-evaluation-harness, with each filter as a score", async () => {
    const [run] = await importOf("made");
    expect(run).toMatchObject({
      tool: "lm-evaluation-harness",
      scores: [{ scorer: "exact_match.number", computed: 0.875, reported: 0.875, agrees: true }],
      result: {
        evaluation: "tiny_sums",
        target: "stub",
        items: 8,
        tool: expect.stringMatching(/^lm-evaluation-harness 0\.4\.13, /),
      },
    });
  });

  test("reads promptfoo: one run for each provider, an error counts as wrong", async () => {
    const [base, tuned] = await importOf("made/promptfoo.json");
    expect(base!.result.scores.find(({ scorer }) => scorer === "pass")).toMatchObject({ mean: 1 / 3, n: 3, errors: 1 });
    expect(base!.scores.find(({ scorer }) => scorer === "pass")!.agrees).toBe(true);
    expect(tuned!.result.scores.find(({ scorer }) => scorer === "pass")).toMatchObject({ mean: 1, errors: 0 });
    expect(tuned!.scores.find(({ scorer }) => scorer === "pass")).toMatchObject({ reported: 1, agrees: true });
    const compared = (await ok(dir, "eval compare base tuned")) as EvaluationComparison;
    expect(compared.differences[0]).toMatchObject({ scorer: "pass", n: 3, onlyTarget: 2, onlyBaseline: 0 });
  });

  test("reads promptfoo with several prompts: a run for each, next to the share that was printed for it", async () => {
    const runs = await importOf("made/promptfoo-prompts.json");
    expect(
      runs.map(({ result, scores }) => [result.target, scores.find(({ scorer }) => scorer === "pass")!.reported]),
    ).toEqual([
      ["base-prompt-1", 1 / 3],
      ["base-prompt-2", 1 / 3],
      ["tuned-prompt-1", 1],
      ["tuned-prompt-2", 1],
    ]);
    expect(runs.every(({ scores }) => scores.every(({ agrees }) => agrees !== false))).toBe(true);
  });

  test("takes no metric of the user for promptfoo's own, Inspect's yes and no as grades, and no pair of numbers for a score", () => {
    const row = { provider: "p", response: { output: "a" }, success: false, score: 0.2 };
    const [cell] = promptfooRuns({ results: { results: [{ ...row, namedScores: { pass: 1, tone: 0.5 } }] } }, "t");
    expect((cell as ImportedRun).items[0]!.answers[0]!.scores).toEqual({
      pass: 0,
      score: 0.2,
      "named.pass": 1,
      tone: 0.5,
    });
    const choices = [{ message: { content: "a" } }];
    const samples = ["Yes", "no", "C", "?"].map((value, id) => ({ id, output: { choices }, scores: { m: { value } } }));
    const log = inspectRun({ eval: { task: "t" } }, samples) as ImportedRun;
    expect(log.items.map(({ answers }) => answers[0]!.scores["m"])).toEqual([1, 0, 1, null]);
    const metrics = { metrics: ["ppl", "rules"], ppl: [-300, 100], rules: [true, false] };
    const task = lmEvalRun("t", { results: {}, samples: [{ doc_id: 0, resps: ["a"], ...metrics }] }) as ImportedRun;
    expect(task.items[0]!.answers[0]!.scores).toEqual({ ppl: null, rules: 0.5 });
  });

  test("two imports that did not ask the same are not compared", async () => {
    const text = readFileSync(join(dir, "made/promptfoo.json"), "utf8")
      .replaceAll('"tuned"', '"other"')
      .replaceAll("+ 1?", "+ 1 ?");
    writeFileSync(join(dir, "other.json"), text);
    await importOf("other.json");
    const { code, stderr } = await runHere(["eval", "compare", "tuned", "other"], { cwd: dir });
    expect(code).toBe(2);
    expect(stderr).toContain("the frozen set");
  });

  test.each([
    ["made/README.md", 2, /README\.md/],
    ["none.json", 3, /none\.json does not exist/],
    ["empty.json", 2, /not a file of results that is known/],
    ["nosamples.json", 2, /has no scored items of t\n\s*hint: import a log that contains its samples/],
    ["stopped.json", 2, /no scored items of t, because the run did not end in success: error: no such model/],
    ["failed.json", 2, /no scored items of t; the first error is: HTTP 401/],
    ["torn.eval", 2, /torn\.eval: /],
  ])("%s is refused with code %i", async (file, wanted, message) => {
    writeFileSync(join(dir, "empty.json"), "{}");
    writeFileSync(join(dir, "nosamples.json"), '{"version":2,"status":"success","eval":{"task":"t","model":"m"}}');
    writeFileSync(
      join(dir, "stopped.json"),
      '{"version":2,"status":"error","error":{"message":"no such model"},"eval":{"task":"t","model":"m"}}',
    );
    writeFileSync(
      join(dir, "failed.json"),
      '{"version":2,"status":"success","eval":{"task":"t","model":"m"},"samples":[{"id":1,"epoch":1,"input":"?","target":"1","error":{"message":"HTTP 401"}}]}',
    );
    writeFileSync(join(dir, "torn.eval"), readFileSync(join(dir, "made/sums-zstd.eval")).subarray(0, 20_000));
    const { code, stderr } = await runHere(["eval", "import", file], { cwd: dir });
    expect(code).toBe(wanted);
    expect(stderr).toMatch(message);
  });

  test("a member that is damaged, or larger than its directory says, is refused by name", async () => {
    const bytes = readFileSync(join(dir, "made/sums-zstd.eval"));
    const place = bytes.indexOf("samples/q3_epoch_1.json") + 60;
    const damaged = Buffer.from(bytes).fill(0xff, place, place + 400);
    const read = async (archive: Buffer): Promise<void> => {
      for (const member of await zipMembers(archive, "log.eval")) member.read();
    };
    expect((await catchFailureAsync(() => read(damaged))).message).toMatch(/samples\/q3_epoch_1\.json is damaged/);
    const small = Buffer.from(bytes);
    const entry = small.lastIndexOf("header.json") - 46;
    small.writeUInt32LE(100, entry + 24);
    expect((await catchFailureAsync(() => read(small))).message).toMatch(/more than the 100 bytes/);
  });
});

describeShared("logs of Inspect and lm-evaluation-harness of others (needs ../shared)", () => {
  const logs = [
    ["inspect/2024-11-05T13-31-45-05-00_input-task_8zXjbRzCWrL9GXiXo2vus9.json", 1, "model_graded_fact"],
    ["inspect/2025-02-11T15-18-04-05-00_popularity_mj7khqpMM4GBCfVQozKgzB.eval", 10, "match"],
    ["inspect/2025-05-12T20-28-26-04-00_security-guide.json", 3, "model_graded_fact"],
    ["inspect/log_formats.eval", 1, "match"],
    ["inspect/log_formats.json", 1, "match"],
  ] as const;
  test.each(logs)("%s: %i items, and the mean that was printed", async (file, items, scorer) => {
    const [run] = await importOf(join(SHARED, file));
    expect(run!.result.items).toBe(items);
    expect(run!.scores).toContainEqual(expect.objectContaining({ scorer, agrees: true }));
  });

  test("samples of lm-evaluation-harness alone, with lists as means", async () => {
    const [run] = await importOf(join(SHARED, "lm_eval/samples_ifeval_SYNTHESISED_from_M-IFEval.jsonl"));
    expect(run!.result.items).toBe(25);
    expect(run!.scores.every(({ reported, agrees }) => reported === null && agrees === null)).toBe(true);
  });
});
