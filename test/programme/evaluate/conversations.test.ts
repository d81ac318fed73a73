import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import { ScoredItem } from "../../../src/domain/evaluation-result.ts";
import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { runHere } from "../../cli/run-here.ts";
import { complete } from "../../llm/llm-server.ts";
import { type Answering, startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { evaluationFolder, ok } from "./programme-folder.ts";

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});

async function endpointThat(answering: Answering): Promise<TestEndpoint> {
  const endpoint = await startEndpoint(answering);
  open.push(endpoint);
  return endpoint;
}

const itemsOf = (dir: string, { results }: EvaluationRun): ScoredItem[] =>
  readFileSync(join(dir, "evaluations", results[0]!.id, "items.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => ScoredItem.parse(JSON.parse(line)));

describe("a conversation", () => {
  test("is asked turn by turn, each after the answer before it, and continues where it ended", async () => {
    let isDown = true;
    const endpoint = await endpointThat((response, _nth, body) => {
      const messages = body["messages"] as { role: string; content: string }[];
      if (messages.length === 3 && isDown) response.writeHead(400).end('{"error":{"message":"busy"}}');
      else complete(response, `answer to ${messages.at(-1)!.content} after ${messages.length - 1}`);
    });
    const rows = ["a", "b"].map((id) => ({ id, turns: [`${id}1`, `${id}2`, `${id}3`], answer: `${id}3`, half: "x" }));
    const dir = await evaluationFolder(rows, {
      yaml: `set: set
prompt: "{{turns}}"
reference: answer
targets: { base: { url: "${endpoint.url}", model: stub, free: true } }
scorers: [{ kind: contains }]
`,
    });
    const plan = (await ok(dir, "eval run e --dry-run")) as EvaluationRun;
    expect(plan.plans[0]).toMatchObject({ requests: 6, known: 0 });
    const broken = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(broken.results[0]!.errors[0]).toEqual({ item: "a", message: expect.stringContaining("turn 2: ") });
    isDown = false;
    const sent = endpoint.bodies.length;
    const run = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(run.plans[0]).toMatchObject({ requests: 6, known: 2 });
    expect(endpoint.bodies.length - sent).toBe(4);
    expect(run.results[0]!.scores[0]!.mean).toBe(1);
    const [first] = itemsOf(dir, run);
    expect(first!.answers[0]).toMatchObject({
      answer: "answer to a3 after 4",
      earlier: ["answer to a1 after 0", "answer to a2 after 2"],
    });
    expect(first!.prompt).toBe("user: a1\n\nuser: a2\n\nuser: a3");
    expect(readFileSync(join(dir, run.reports[0]!), "utf8")).toContain("Scores");
    const path = join(dir, "eval/e.yaml");
    writeFileSync(path, readFileSync(path, "utf8").replace("free: true", "free: true, api: completions"));
    const { code, stderr } = await runHere(["eval", "run", "e"], { cwd: dir });
    expect([code, stderr]).toEqual([2, expect.stringContaining('item "a" has several turns')]);
  });
});

describe("calls of tools", () => {
  test("are requested with the tools of the item, stored as JSON, and compared", async () => {
    const endpoint = await endpointThat((response, _nth, body) => {
      const [tool] = body["tools"] as { function: { name: string } }[];
      const call = { id: "c", type: "function", function: { name: tool!.function.name, arguments: '{"city":"Oslo"}' } };
      complete(response, "", {
        choices: [{ message: { content: null, tool_calls: [call] }, finish_reason: "tool_calls" }],
      });
    });
    const tools = (name: string): unknown[] => [
      { type: "function", function: { name, parameters: { type: "object" } } },
    ];
    const rows = [
      {
        id: "a",
        q: "?",
        tools: tools("weather"),
        calls: [{ name: "weather", arguments: { city: "Oslo" } }],
        half: "x",
      },
      { id: "b", q: "?", tools: tools("news"), calls: [{ name: "weather", arguments: { city: "Oslo" } }], half: "x" },
      { id: "c", q: "?", tools: tools("news"), calls: [], half: "x" },
    ];
    const yaml = `set: set
prompt: "{{q}}"
tools: tools
reference: calls
targets: { base: { url: "${endpoint.url}", model: stub, free: true } }
scorers: [{ kind: tool-calls }]
`;
    const dir = await evaluationFolder(rows, { yaml });
    const run = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(itemsOf(dir, run).map(({ answers: [first], scores }) => [first!.answer, scores["tool-calls"]])).toEqual([
      ['[{"name":"weather","arguments":{"city":"Oslo"}}]', 1],
      ['[{"name":"news","arguments":{"city":"Oslo"}}]', 0],
      ['[{"name":"news","arguments":{"city":"Oslo"}}]', 0],
    ]);
    writeFileSync(join(dir, "eval/e.yaml"), yaml.replace("reference: calls", "reference: q"));
    const { code, stderr } = await runHere(["eval", "run", "e"], { cwd: dir });
    expect([code, stderr]).toEqual([2, expect.stringContaining("is not a list of tool calls")]);
  });
});
