import { describe, expect, test } from "vitest";

import { SynthesisResult, SyntheticMark } from "../../../src/domain/synthesis-result.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { drops, rowsIn, synthesized } from "./run-synthesis.ts";
import { type Body, documents, programmeOf, scriptedModel, synthesisYaml, userOf } from "./scripted-model.ts";
import { longTest } from "../../long-suite.ts";

test("tasks after the rows of a dataset must differ from them and from each other; a judge has the last word", async () => {
  const task = (text: string, answer: string): { text: string } => ({ text: `TASK: ${text}\nANSWER: ${answer}` });
  const tasks = [
    task("Explain how a lock on a canal lifts a boat.", "Water fills the chamber, and the boat rises with it."),
    task("Explain how a lock on a canal could lift a boat.", "The chamber is filled."),
    task("Name three tools that a baker needs.", "A scale, a bowl and an oven."),
    task("Write a polite note to a neighbour about noise.", "It is loud."),
  ];
  const model = await scriptedModel((index, body) => {
    if (userOf(body).includes("Task: ")) return tasks[index]!;
    return { text: userOf(body).includes("carefully") ? '{"score": 5}' : '{"score": 2, "reason": "curt"}' };
  });
  const judge = { url: model.url, model: "critic", free: true, min: 3 };
  const yaml = synthesisYaml(model.url, {
    recipe: "self-instruct",
    requests: 4,
    inputs: [{ path: "seeds.jsonl" }],
    checks: { judge, judgeLabels: LABELS },
  });
  const seeds = [
    { instruction: "Name three tools that a joiner needs.", output: "A saw, a plane and a chisel." },
    { instruction: "How long does bread rise?", output: "An hour." },
    { instruction: "Sort these words: pear, apple.", output: "apple, pear" },
    { instruction: "What is a fjord?", output: "A narrow inlet of the sea between cliffs." },
  ];
  const dir = programmeOf({ "seeds.jsonl": jsonl(seeds), "synthesize/qa.yaml": yaml, "labelled.jsonl": labelled(24) });
  const { code, result } = await synthesized(dir);
  expect(drops(result)).toEqual({ "duplicates: similar-words": 2, "judge: judged-poor": 2 });
  expect(result.admission).toMatchObject({ admitted: true, labels: 24, agreement: { value: 1 } });
  expect(result.checks.flatMap(({ dropped }) => dropped.map(({ example }) => example))).toEqual([
    "ROUGE-L 0.86 with qa-0", // 9 words in common, of 10 and 11: 2 × 9 / 21
    "score 2 of 5, limit 3: curt",
  ]);
  expect(code).toBe(5);
});

/** Labels of people for the judge of a test, with thresholds that 24 of them can reach. */
const LABELS = {
  file: "labelled.jsonl",
  positive: ["good"],
  thresholds: { minLabels: 20, minKappa: 0.4, minSensitivity: 0.6, minSpecificity: 0.6 },
};

/** Rows that people labelled: those that say "carefully" are good. */
function labelled(count: number, isGood = (k: number): boolean => k % 2 === 0): string {
  return jsonl(
    Array.from({ length: count }, (_, k) => ({
      prompt: `How should I paint fence number ${k} of the garden?`,
      completion: `Paint it ${k % 2 === 0 ? "carefully" : "somehow"}, then wait ${k + 2} hours before the next coat.`,
      label: isGood(k) ? "good" : "poor",
    })),
  );
}

test("generated rows must differ from every file of the programme that holds questions, above all from test sets", async () => {
  const tasks = [
    "Name three tools that a baker needs.",
    "Explain how a lock on a canal could lift a boat.",
    "Sort the following four words by length: pear, apple, fig, melon.",
    "Write a polite note to a neighbour about the noise at night.",
    "What is a fjord, in one sentence?",
    "Describe the work of a lighthouse keeper in winter.",
  ];
  const model = await scriptedModel((index) => ({
    text: `TASK: ${tasks[index]!}\nANSWER: Something short, number ${index}.`,
  }));
  const role = (path: string, role: string): object => ({ path, role, origin: "own" });
  const files = [
    role("train.jsonl", "train"),
    role("pairs.jsonl", "preference"),
    role("test.jsonl", "eval"),
    role("month.jsonl", "replay"),
  ];
  const programme = {
    version: 1,
    name: "Tasks",
    task: { kind: "qa", goals: ["knowledge"] },
    model: { base: "Qwen/Qwen2.5-7B-Instruct" },
    data: { files },
  };
  const dir = programmeOf({
    "seeds.jsonl": jsonl(
      [1, 2, 3, 4].map((k) => ({ instruction: `Count from ${k} to ten.`, output: `${k} and so on.` })),
    ),
    "synthesize/qa.yaml": synthesisYaml(model.url, {
      recipe: "self-instruct",
      requests: 6,
      inputs: [{ path: "seeds.jsonl" }],
      checks: { decontaminate: { against: ["acceptance.jsonl:question=asked"] } },
    }),
    "programme.yaml": JSON.stringify(programme),
    "train.jsonl": jsonl([
      { prompt: "Write a polite note to a neighbour about noise at night.", completion: "Dear neighbour" },
    ]),
    "pairs.jsonl": jsonl([
      { prompt: "Sort these four words by length: pear, apple, fig, melon.", chosen: "fig", rejected: "melon" },
    ]),
    "test.jsonl": jsonl([
      { question: "Name three tools that a joiner needs.", answer: "A saw, a plane and a chisel." },
      { note: "no question" },
    ]),
    "month.jsonl": jsonl([{ messages: [{ role: "user", content: "Explain how a lock on a canal lifts a boat." }] }]),
    "acceptance.jsonl": jsonl([{ asked: "What is a fjord in one sentence, please?", wanted: "A narrow inlet." }]),
  });
  const { stdout } = await runHere(["data", "synthesize", "qa", "--yes", "--json"], { cwd: dir });
  const result = SynthesisResult.parse(JSON.parse(stdout));
  expect(drops(result)).toEqual({ "duplicates: similar-words": 4, "duplicates: near-duplicate": 1 });
  expect(result.kept).toBe(1);
  expect(result.compared.map(({ path, rows, withPrompt }) => [path, rows, withPrompt])).toEqual([
    ["seeds.jsonl", 4, 4],
    ["acceptance.jsonl", 1, 1],
    ["train.jsonl", 1, 1],
    ["pairs.jsonl", 1, 1],
    ["test.jsonl", 2, 1],
    ["month.jsonl", 1, 1],
  ]);
});

longTest("the pilot's estimate counts the judge, and a budget of exactly the caps covers pilot and rest", async () => {
  const model = await scriptedModel((_, body) =>
    userOf(body).includes("Passage:") ? "good" : { text: '{"score": 5}' },
  );
  const judge = { url: model.url, model: "critic", usdPerMtokInput: "1", usdPerMtokOutput: "2", maxUsd: "1" };
  const yaml = synthesisYaml(model.url, { requests: 12, pilot: 4, endpoint: { maxUsd: "1" }, checks: { judge } });
  const dir = programmeOf({ "documents.jsonl": documents(12), "synthesize/qa.yaml": yaml });
  await runHere(["budget", "set", "--cap-usd", "2", "--set-by", "finance"], { cwd: dir });
  const { result: pilot } = await synthesized(dir, "--pilot");
  // 8 requests of 100 tokens in and 10 out, each with as many of the judge, at 1 and 2 USD per million.
  expect(pilot.pilot).toMatchObject({ kept: 4, remainingUsd: { p50: 0.00192 }, rowsPerUsd: { p50: 1 / 0.00024 } });
  const { code, result } = await synthesized(dir);
  expect([code, result.kept, result.cost.usd, result.cost.perKeptRowUsd]).toEqual([0, 12, "0.00288", "0.00024"]);
  expect(SyntheticMark.parse(rowsIn(dir, result)[0]!["synthetic"]).usd).toBe("0.00024");
});

describe("a judge that drops rows", () => {
  const judged = async (
    files: Record<string, string>,
    { judge: stated, ...checks }: { judge?: object; judgeLabels?: object },
  ) => {
    const model = await scriptedModel((_, body) => {
      const isRow = !userOf(body).includes("Passage:");
      if (!isRow) return "good";
      if (!/carefully|somehow/.test(userOf(body))) return { text: "It depends." };
      return { text: userOf(body).includes("carefully") ? '{"score": 5}' : '{"score": 2}' };
    });
    const judge = { url: model.url, ...(stated ?? { model: "critic", free: true, min: 3 }) };
    const yaml = synthesisYaml(model.url, { requests: 4, pilot: 4, checks: { judge, ...checks } });
    const dir = programmeOf({ "documents.jsonl": documents(4), "synthesize/qa.yaml": yaml, ...files });
    const { code, stdout, stderr } = await runHere(["data", "synthesize", "qa", "--yes"], { cwd: dir });
    const rows = model.bodies.filter((body) => userOf(body as unknown as Body).includes("Passage:")).length;
    return { code, stdout, stderr, rows };
  };

  test("drops those that it did not score, because nobody knows whether they are good", async () => {
    const { code, stdout } = await judged({ "labelled.jsonl": labelled(24) }, { judgeLabels: LABELS });
    expect(code).toBe(5);
    expect(stdout).toMatch(/judge +4 +4 +not-judged +the judge gave no score: no-json/);
    expect(stdout).toContain("judge: critic scored 0 rows; without a score: 4 no-json");
  });

  test("is not the model that writes the rows, unless the file says so", async () => {
    const own = { url: "http://127.0.0.1:9", model: "Provider/STUB", free: true };
    const refused = await judged({}, { judge: own });
    expect(refused.stderr).toContain("checks.judge.model: Provider/STUB would judge its own rows");
    expect([refused.code, refused.rows]).toEqual([2, 0]);
    const { code, stdout } = await judged({}, { judge: { allowSelf: true, model: "stub", free: true } });
    expect(code).toBe(0);
    expect(stdout).toContain("it is the model that wrote them (allowSelf)");
  });

  test("must be checked against labels of people", async () => {
    const { code, stderr, rows } = await judged({}, {});
    expect(stderr).toContain("synthesize/qa.yaml: checks.judge drops rows, but was not checked");
    expect([code, rows]).toEqual([2, 0]);
  });

  test("is refused before a row is paid for where it disagrees with people, or where they labelled too few rows", async () => {
    const other = await judged({ "labelled.jsonl": labelled(24, (k) => k % 3 === 0) }, { judgeLabels: LABELS });
    expect(other.stderr).toContain("the judge critic is not admitted: kappa is");
    expect([other.code, other.rows]).toEqual([5, 0]);
    const few = await judged({ "labelled.jsonl": labelled(10) }, { judgeLabels: LABELS });
    expect(few.stderr).toContain("10");
    expect([few.code, few.rows]).toEqual([5, 0]);
  });
});
