import { afterEach, expect, test } from "vitest";

import type { EvaluationResult } from "../../../../src/domain/evaluation-result.ts";
import { type RanEvaluation, runEvaluation } from "../../../../src/programme/evaluate/run-evaluation.ts";
import { runHere } from "../../../cli/run-here.ts";
import { jsonl } from "../../../curate/pipeline/rows.ts";
import { complete, refuse } from "../../../llm/llm-server.ts";
import { type Answering, startEndpoint, type TestEndpoint } from "../../../loadtest/start-endpoint.ts";
import { evaluationFolder, questions } from "../../../programme/evaluate/programme-folder.ts";

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});

const ITEMS = 12;

/** Runs an evaluation of an endpoint with short waits. */
async function ran(answering: Answering): Promise<RanEvaluation & { result: EvaluationResult }> {
  const endpoint = await startEndpoint(answering);
  open.push(endpoint);
  const yaml = `set: set
prompt: "{{question}}"
reference: answer
targets: { base: { url: "${endpoint.url}", model: stub, free: true, timeoutSec: 0.3, concurrency: 2 } }
scorers: [{ kind: numeric, name: accuracy }]
`;
  const dir = await evaluationFolder(questions(ITEMS), { yaml });
  const came = await runEvaluation(
    { dir, name: "e", targets: undefined, repeat: 1, dryRun: false, unsafeCode: false },
    {
      env: {},
      now: () => new Date("2026-11-29T12:00:00Z"),
      tool: "test",
      untilInterrupted: (work) => work(new AbortController().signal),
      agree: () => Promise.resolve(true),
      onProgress: () => undefined,
      firstWaitMs: 1,
    },
  );
  return { ...came, result: came.run.results[0]! };
}

const numberIn = (body: Record<string, unknown>): number =>
  Number(/What is (\d+)/.exec(JSON.stringify(body["messages"]))![1]);

test("an endpoint that answers 429 for an hour ends the run with its name, and nothing is counted as answered", async () => {
  const { result, ended } = await ran((response) => refuse(response, 429, { "retry-after": "3600" }));
  expect(result).toMatchObject({ isComplete: false, counts: { answered: 0, errors: ITEMS } });
  expect(ended).toMatchObject({ kind: "outside" });
  expect(ended!.message).toContain("base: the endpoint does not answer");
  expect(result.scores[0]).toMatchObject({ n: ITEMS, mean: 0, errors: ITEMS });
});

test("of two runs at once, the second is refused by the name of the file, and the first asks each item once", async () => {
  let arrived = (): void => undefined;
  let answerAll = (): void => undefined;
  const [isAsked, mayAnswer] = [
    new Promise<void>((resolve) => (arrived = resolve)),
    new Promise<void>((resolve) => (answerAll = resolve)),
  ];
  const endpoint = await startEndpoint((response, _nth, body) => {
    arrived();
    void mayAnswer.then(() => complete(response, String(numberIn(body))));
  });
  open.push(endpoint);
  const yaml = `set: set
prompt: "{{question}}"
reference: answer
targets: { base: { url: "${endpoint.url}", model: stub, free: true, concurrency: 2 } }
scorers: [{ kind: numeric, name: accuracy }]
`;
  const dir = await evaluationFolder(questions(ITEMS), { yaml });
  const first = runHere(["eval", "run", "e", "--json"], { cwd: dir });
  await isAsked;
  const second = await runHere(["eval", "run", "e"], { cwd: dir });
  expect([second.code, second.stderr]).toEqual([2, expect.stringMatching(/another run is writing .*answers\.jsonl/)]);
  answerAll();
  expect((await first).code).toBe(0);
  expect(endpoint.bodies).toHaveLength(ITEMS);
});

test("an endpoint that hangs ends by its timeout", async () => {
  const { result, ended } = await ran(() => undefined);
  expect([result.isComplete, ended?.kind]).toEqual([false, "outside"]);
});

test.each<[string, Answering, Partial<EvaluationResult["counts"]>]>([
  [
    "cuts every third answer off",
    (response, _nth, body) => {
      const number = numberIn(body);
      const finish = number % 3 === 0 ? "length" : "stop";
      response.writeHead(200, { "content-type": "application/json" }).end(
        JSON.stringify({
          choices: [{ index: 0, message: { role: "assistant", content: String(number) }, finish_reason: finish }],
          usage: { prompt_tokens: 10, completion_tokens: 5 },
        }),
      );
    },
    { answered: ITEMS, cutOff: 4 },
  ],
  [
    "declines by its filter",
    (response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(
        JSON.stringify({
          choices: [{ index: 0, message: { role: "assistant", content: "" }, finish_reason: "content_filter" }],
          usage: { prompt_tokens: 10, completion_tokens: 0 },
        }),
      );
    },
    { answered: ITEMS, refusals: ITEMS, empty: ITEMS },
  ],
  [
    "returns the prompt",
    (response, _nth, body) => complete(response, (body["messages"] as { content: string }[])[0]!.content),
    { answered: ITEMS, echoed: ITEMS },
  ],
  [
    "answers with zero bytes",
    (response, _nth, body) => complete(response, `\0\0${numberIn(body)}\0`),
    { answered: ITEMS, errors: 0 },
  ],
  [
    "has no room for one prompt",
    (response, _nth, body) => {
      if (numberIn(body) !== 5) return complete(response, String(numberIn(body)));
      response
        .writeHead(400, { "content-type": "application/json" })
        .end(JSON.stringify({ error: { message: "This model's maximum context length is 4096 tokens" } }));
    },
    { answered: ITEMS - 1, errors: 1 },
  ],
])("an endpoint that %s has its answers counted by that", async (_name, answering, counts) => {
  const { result, ended } = await ran(answering);
  expect(result.counts).toMatchObject(counts);
  expect(ended).toBeUndefined();
  if (counts.errors === 1) {
    expect(result.errors).toMatchObject([{ item: "q5", message: expect.stringContaining("maximum context length") }]);
  }
});

test.each([
  ["numeric", 'the answer "not 1" is not a number, which the scorer numeric needs'],
  ["choice", 'the answer "not 1" is not one of its choices, which the scorer choice needs'],
])("a %s scorer on references that are of another kind is refused by the item", async (kind, message) => {
  const rows = questions(3).map((row, index) => ({
    ...row,
    answer: index === 1 ? "not 1" : kind === "numeric" ? "7" : "B",
  }));
  const wordy = rows.map((row) => (row.answer === "not 1" && kind === "numeric" ? { ...row, answer: "not one" } : row));
  const yaml = `set: set
prompt: "{{question}}"
reference: answer
targets: { base: { answers: a.jsonl } }
scorers: [{ kind: ${kind} }]
`;
  const dir = await evaluationFolder(wordy, { yaml, files: { "a.jsonl": jsonl([]) } });
  const { code, stderr } = await runHere(["eval", "run", "e"], { cwd: dir });
  expect(code).toBe(2);
  expect(stderr).toContain(`item "q1": ${kind === "numeric" ? message.replace("not 1", "not one") : message}`);
});

test("a set in several scripts is scored right", async () => {
  const rows = [
    { id: "q0", question: "2 + 2?", answer: "четыре", half: "a" },
    { id: "q1", question: "二加二?", answer: "四", half: "a" },
    { id: "q2", question: "٢ + ٢؟", answer: "أربعة", half: "b" },
  ];
  const yaml = `set: set
prompt: "{{question}}"
reference: answer
targets: { base: { answers: a.jsonl } }
scorers: [{ kind: normalised }, { kind: contains }, { kind: f1 }]
`;
  const answers = jsonl(rows.map(({ id, answer }) => ({ id, answer: ` ${answer}. ` })));
  const dir = await evaluationFolder(rows, { yaml, files: { "a.jsonl": answers } });
  const { stdout } = await runHere(["eval", "run", "e", "--json"], { cwd: dir });
  const { results } = JSON.parse(stdout) as { results: EvaluationResult[] };
  expect(results[0]!.scores.map(({ mean }) => mean)).toEqual([1, 1, 1]);
});
