import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, expect, test } from "vitest";

import type { ProgrammeCost } from "../../../src/domain/cost.ts";
import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import type { AnswerCost } from "../../../src/domain/evaluation-judge.ts";
import { EvaluationResult } from "../../../src/domain/evaluation-result.ts";
import { programmeCost } from "../../../src/plan/cost/programme-cost.ts";
import { measuredEvaluation } from "../../../src/programme/reading/measured-evaluation.ts";
import { runHere } from "../../cli/run-here.ts";
import { complete } from "../../llm/llm-server.ts";
import { startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { request } from "../../plan/cost/request.ts";
import { evaluationFolder, ok, questions, yamlOf } from "./programme-folder.ts";

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});

const PRICE = `usdPerMtokInput: "10", usdPerMtokOutput: "20", maxUsd: "1.00"`;

/** Target and judge that are paid: an answer of either costs 0.0012 USD. */
async function paidFolder(): Promise<string> {
  const endpoint = await startEndpoint((response, nth) => complete(response, `answer ${nth} [[good]]`));
  open.push(endpoint);
  const yaml = `set: set
prompt: "{{question}}"
targets: { base: { url: "${endpoint.url}", model: small, ${PRICE} } }
judges: { strict: { url: "${endpoint.url}", model: large, ${PRICE} } }
scorers: [{ kind: judge, prompt: good, judges: [strict], unadmitted: true }]
`;
  const prompt = `version: 1
mode: rubric
prompt: "{{answer}} {{levels}}"
levels: [{ label: good, score: 1, anchor: right }, { label: bad, score: 0, anchor: wrong }]
`;
  return evaluationFolder(questions(5), { yaml, files: { "eval/judges/good.yaml": prompt } });
}

function changeFile(dir: string, before: string, after: string): void {
  const path = join(dir, "eval/e.yaml");
  const text = readFileSync(path, "utf8");
  expect(text).toContain(before);
  writeFileSync(path, text.replace(before, after));
}

test("what target and judge were paid is posted to the ledger, a line each, and only once", async () => {
  const dir = await paidFolder();
  const first = (await ok(dir, "eval run e --yes")) as EvaluationRun;
  const [result] = first.results;
  expect(result!.cost.usd).toBe("0.006");
  expect(result!.judged[0]!.judges[0]!.cost.usd).toBe("0.006");
  expect(first.ledger).toEqual([
    { part: "target", name: "base", addedUsd: "0.006", totalUsd: "0.006" },
    { part: "judge", name: "strict", addedUsd: "0.006", totalUsd: "0.006" },
  ]);
  const second = (await ok(dir, "eval run e --yes")) as EvaluationRun;
  expect(second.ledger!.map(({ addedUsd, totalUsd }) => [addedUsd, totalUsd])).toEqual([
    ["0.00", "0.006"],
    ["0.00", "0.006"],
  ]);
  expect(await measuredEvaluation(dir)).toMatchObject({ id: result!.id, usd: "0.012", items: 5 });
  changeFile(dir, ", unadmitted: true }", ", unadmitted: true }, { kind: refusal }");
  const third = (await ok(dir, "eval run e --yes")) as EvaluationRun;
  expect(third.results[0]!.id).not.toBe(result!.id);
  expect(third.results[0]!.cost.usd).toBe("0.006"); // what its answers cost, though paid before
  expect(third.ledger!.map(({ addedUsd }) => addedUsd)).toEqual(["0.00", "0.00"]);
  changeFile(dir, 'prompt: "{{question}}"', 'prompt: "Please: {{question}}"');
  const fourth = (await ok(dir, "eval run e --yes")) as EvaluationRun;
  expect(fourth.ledger![0]).toMatchObject({ name: "base", addedUsd: "0.006", totalUsd: "0.012" });
});

test("the cost of an interrupted request is stated apart, so that tokens and prices explain the rest", async () => {
  const dir = await paidFolder();
  await ok(dir, "eval run e --yes");
  const continued = async (folder: string, costOf: (result: EvaluationResult) => AnswerCost): Promise<void> => {
    const path = join(dir, "evaluations", folder, "answers.jsonl");
    const lines = readFileSync(path, "utf8").split("\n");
    const last = lines.findLastIndex((line) => line.includes('"kind":"answer"'));
    writeFileSync(path, lines.filter((_line, index) => index !== last).join("\n"));
    const { stdout } = await runHere(["eval", "run", "e", "--yes"], { cwd: dir });
    const [id] = readdirSync(join(dir, "evaluations")).filter((name) => name.startsWith("e-base"));
    const result = EvaluationResult.parse(
      JSON.parse(readFileSync(join(dir, "evaluations", id!, "result.json"), "utf8")),
    );
    const { inputTokens, outputTokens, usd, unansweredUsd } = costOf(result);
    expect(Number(unansweredUsd)).toBeGreaterThan(0);
    expect((inputTokens * 10 + outputTokens * 20) / 1e6 + Number(unansweredUsd)).toBeCloseTo(Number(usd), 12);
    expect(stdout).toContain(`${usd} USD (${unansweredUsd} of it for requests without an answer)`);
  };
  await continued("judges/e-strict", ({ judged }) => judged[0]!.judges[0]!.cost);
  await continued("targets/e/base", ({ cost }) => cost);
});

test("equal requests, which are paid for once, are counted once", async () => {
  const rows = questions(4).map((row) => ({ ...row, question: "The same?" }));
  const endpoint = await startEndpoint((response) => complete(response, "1"));
  open.push(endpoint);
  const dir = await evaluationFolder(rows, {
    yaml: yamlOf({ base: `url: "${endpoint.url}", model: small, ${PRICE}` }),
  });
  const { results } = (await ok(dir, "eval run e --yes")) as EvaluationRun;
  expect(endpoint.bodies).toHaveLength(1);
  expect(results[0]!.counts.answered).toBe(4);
  expect(results[0]!.cost).toMatchObject({ requests: 1, usd: "0.0012", unansweredUsd: "0.00" });
});

test("a programme without a paid evaluation, or with a result that cannot be read, has no measured cost", async () => {
  const dir = await evaluationFolder(questions(3), {
    yaml: 'set: set\nprompt: "{{question}}"\ntargets: { base: { answers: a.jsonl } }\nscorers: [{ kind: refusal }]\n',
    files: { "a.jsonl": "" },
  });
  expect(await measuredEvaluation(dir)).toBeUndefined();
  const { ledger } = (await ok(dir, "eval run e")) as EvaluationRun;
  expect(ledger).toBeNull();
  mkdirSync(join(dir, "evaluations/torn"));
  writeFileSync(join(dir, "evaluations/torn/result.json"), "{");
  expect(await measuredEvaluation(dir)).toBeUndefined();
});

test("a programme's cost rests on the measured cost of an evaluation, unless the programme states one", () => {
  const measured = { id: "e-base-1", on: "2026-11-02", usd: "3.50", items: 400 };
  const figureOf = ({ figures }: ProgrammeCost, id: string) => figures.find((figure) => figure.id === id);
  const cost = programmeCost({ ...request(), measuredEvaluation: measured });
  expect(figureOf(cost, "measured.evaluation.usd")).toMatchObject({
    p50: 3.5,
    unit: "USD",
    source: { kind: "measured", ref: "evaluations/e-base-1, 2026-11-02" },
  });
  expect(figureOf(cost, "assumption.evaluation.run.usd")).toBeUndefined();
  const stated = programmeCost({
    ...request({ evaluation: { usdPerEvaluation: "90" } }),
    measuredEvaluation: measured,
  });
  expect(figureOf(stated, "measured.evaluation.usd")).toBeUndefined();
});
