import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { EvaluationComparison } from "../../src/domain/evaluation-comparison.ts";
import { ScoredItem } from "../../src/domain/evaluation-result.ts";
import type { EvaluationRun } from "../../src/domain/evaluation-run.ts";
import { runCli } from "../cli/run-cli.ts";
import { unlockFolder } from "../programme/evaluate/programme-folder.ts";
import { canServe, SERVING_NEEDED, SERVING_PYTHON } from "./python-modules.ts";

const CAPITALS = [
  ["France", "Paris"],
  ["Germany", "Berlin"],
  ["Italy", "Rome"],
  ["Spain", "Madrid"],
  ["Japan", "Tokyo"],
  ["China", "Beijing"],
  ["Egypt", "Cairo"],
  ["Kenya", "Nairobi"],
  ["Canada", "Ottawa"],
  ["Peru", "Lima"],
  ["Austria", "Vienna"],
  ["Poland", "Warsaw"],
  ["Norway", "Oslo"],
  ["Greece", "Athens"],
  ["Thailand", "Bangkok"],
  ["Chile", "Santiago"],
] as const;

describe.skipIf(!canServe)(`SmolLM2-135M behind llama.cpp, evaluated (${SERVING_NEEDED})`, () => {
  let engine: ChildProcess;
  let [dir, url] = ["", ""];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-eval-real-"));
    engine = spawn(SERVING_PYTHON, [fileURLToPath(new URL("serve-smollm2.py", import.meta.url)), "--slots", "2"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    const [line] = (await once(engine.stdout!, "data")) as [Buffer];
    url = line.toString("utf8").trim();
    const rows = CAPITALS.map(([country, answer], index) => ({
      id: `c${index}`,
      country,
      question: `What is the capital of ${country}? Answer with the name of the city.`,
      answer,
    }));
    await mkdir(join(dir, "eval"));
    await writeFile(join(dir, "set.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const target = (api: string): string =>
      `{ url: "${url}", model: smollm2-135m-instruct, api: ${api}, free: true, concurrency: 2 }`;
    await writeFile(
      join(dir, "eval/capitals.yaml"),
      `set: capitals
prompt: "{{question}}"
reference: answer
sampling: { maxTokens: 32 }
targets:
  raw: ${target("completions")}
  chat: ${target("chat")}
scorers: [{ kind: contains }, { kind: f1 }, { kind: length }]
gates:
  - { name: not-worse, target: chat, baseline: raw, scorer: contains, margin: 0.05, minItems: 10 }
`,
    );
    await ok("data freeze set.jsonl --out frozen/v1 --by QA --reason real");
    await ok("eval init capitals --set frozen/v1");
  });
  afterAll(async () => {
    engine.stdin!.end();
    await once(engine, "close");
    unlockFolder(dir);
    await rm(dir, { recursive: true, force: true, maxRetries: 20 });
  });

  async function ok(line: string): Promise<unknown> {
    const { code, stdout, stderr } = await runCli([...line.split(" "), "--json"], { cwd: dir });
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as unknown;
  }

  test("with its chat template it knows capitals, without it it does not, and the comparison says so", async () => {
    const { results } = (await ok("eval run capitals")) as EvaluationRun;
    for (const result of results) expect(result.counts).toMatchObject({ answered: CAPITALS.length, errors: 0 });
    const comparison = (await ok("eval compare raw chat")) as EvaluationComparison;
    const [difference] = comparison.differences;
    process.stdout.write(
      `capitals: raw ${difference!.baseline}, chat ${difference!.target}, p ${difference!.p}, detects ${difference!.detectable}\n`,
    );
    expect(difference!.target).toBeGreaterThan(0.6);
    expect(difference!.interval!.low).toBeGreaterThan(0);
    expect(await ok("eval gate capitals")).toMatchObject({ passed: true });
  });

  test("the answers are those that the engine gives when it is asked directly", async () => {
    const { results } = (await ok("eval run capitals")) as EvaluationRun;
    const chat = results.find(({ target }) => target === "chat")!;
    const lines = (await readFile(join(dir, "evaluations", chat.id, "items.jsonl"), "utf8")).trimEnd().split("\n");
    for (const line of lines.slice(0, 4)) {
      const item = ScoredItem.parse(JSON.parse(line));
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          model: "smollm2-135m-instruct",
          messages: [{ role: "user", content: item.prompt }],
          max_tokens: 32,
          temperature: 0,
        }),
      });
      const body = (await response.json()) as { choices: { message: { content: string } }[] };
      expect(item.answers[0]!.answer).toBe(body.choices[0]!.message.content);
    }
  });
});
