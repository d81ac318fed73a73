import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { formatMoney } from "../../src/base/money.ts";
import type { JudgeSummary } from "../../src/domain/judge.ts";
import type { QualityResult } from "../../src/domain/quality.ts";
import { type Ran, runCli } from "../cli/run-cli.ts";
import { jsonl } from "../curate/pipeline/rows.ts";
import { canServe, SERVING_NEEDED, SERVING_PYTHON } from "./python-modules.ts";

/** A line of the file of answers. */
type Line = { kind: string; text: string; input: number; output: number; usd: string; estimated?: true };

const ROWS = [
  ["What is the capital of France?", "The capital of France is Paris."],
  ["What is the capital of Spain?", "Perhaps Lisbon, or so."],
  ["Name three primary colours.", "Red, blue and yellow."],
  ["Translate 'good morning' into French.", "Bonjour."],
  ["How many legs does a spider have?", "It has nine legs, and sometimes ten."],
  ["What is 12 times 12?", "12 times 12 is 144."],
  ["Write a haiku about rain.", "Soft rain on the roof, / a slow drum for sleeping fields, / morning smells of green."],
  ["Why is the sky blue?", "Because the sea is blue and it is a mirror."],
  ["Give me a synonym for happy.", "Glad."],
  ["Who wrote Hamlet?", "William Shakespeare wrote Hamlet."],
  ["What is the boiling point of water?", "About 100 degrees Celsius at sea level."],
  ["Explain recursion in one sentence.", "A function that calls itself on a smaller part of the problem."],
].map(([prompt, completion]) => ({ prompt, completion }));

// The model is far too small to judge: what holds for any model is shown, that each answer is read or counted as unjudged.
describe.skipIf(!canServe)(`a judge that is SmolLM2-135M on llama.cpp (${SERVING_NEEDED})`, () => {
  let dir: string;
  let engine: ReturnType<typeof spawn>;
  let url: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-real-judge-"));
    const program = fileURLToPath(new URL("serve-smollm2.py", import.meta.url));
    engine = spawn(SERVING_PYTHON, [program, "--slots", "2", "--threads", "1"], { stdio: ["pipe", "pipe", "ignore"] });
    const died = once(engine, "close").then(() => Promise.reject(new Error("the engine ended before it listened")));
    const [line] = (await Promise.race([once(engine.stdout!, "data"), died])) as [Buffer];
    died.catch(() => undefined); // it ends when the tests are over
    url = line.toString("utf8").trim();
    await writeFile(join(dir, "train.jsonl"), jsonl(ROWS));
    await writeFile(
      join(dir, "test.jsonl"),
      jsonl([{ question: "Which city is France's capital?" }, { question: "How many legs has a spider?" }]),
    );
  });
  afterAll(async () => {
    engine.stdin!.end();
    await once(engine, "close");
    await rm(dir, { recursive: true, force: true, maxRetries: 20 });
  });

  const ask = (words: string): Promise<Ran> => {
    const flags = `--judge ${url} --judge-model smollm2-135m-instruct --judge-concurrency 2 --judge-max-tokens 96 --yes --json`;
    return runCli([...words.split(" "), ...flags.split(" ")], { cwd: dir });
  };
  const answers = async (): Promise<Line[]> => {
    const lines = (await readFile(join(dir, ".tunewright/judge/answers.jsonl"), "utf8")).trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as Line).filter(({ kind }) => kind === "answer");
  };
  const show = ({ values, unjudged, sent }: JudgeSummary): void => {
    const of = (counts: readonly (readonly [string, number])[]): string =>
      counts.map(([name, count]) => `${name} ${count}`).join(", ") || "none";
    process.stdout.write(
      `${sent} requests; verdicts: ${of(values.map((each) => [each.value, each.questions]))}; unjudged: ${of(unjudged.map((each) => [each.reason, each.questions]))}\n`,
    );
  };

  test("each row has a score or a reason for none, each token that the engine counted is paid once, and a second run asks nothing", async () => {
    const words = "data quality train.jsonl --judge-price-in 0.15 --judge-price-out 0.60";
    const ran = await ask(words);
    expect(ran.code, ran.stderr).toBe(0);
    const judge = (JSON.parse(ran.stdout) as QualityResult).judge!;
    show(judge);
    const unjudged = judge.unjudged.reduce((sum, { questions }) => sum + questions, 0);
    expect(judge.judged + unjudged).toBe(ROWS.length);
    expect(judge).toMatchObject({ sent: ROWS.length, answered: ROWS.length, failure: null, estimatedUsage: 0 });
    const lines = await answers();
    expect(lines).toHaveLength(ROWS.length);
    // 0.15 and 0.60 dollars a million are 150,000 and 600,000 pico-dollars a token.
    const pico = lines.reduce((sum, { input, output }) => sum + BigInt(150_000 * input + 600_000 * output), 0n);
    expect(judge.spentUsd).toBe(formatMoney(pico));
    expect(Math.min(...lines.map(({ input }) => input))).toBeGreaterThan(100);
    const { low, high } = judge.estimate.inputTokens;
    const input = lines.reduce((sum, line) => sum + line.input, 0);
    expect([input > low / 1.5, input < high * 1.5]).toEqual([true, true]); // of another tokenizer, and a chat template

    const again = (JSON.parse((await ask(words)).stdout) as QualityResult).judge!;
    expect(again).toMatchObject({ sent: 0, judged: judge.judged, spentUsd: judge.spentUsd });
  });

  test("the rows near an item get a verdict or a reason for none as well", async () => {
    const before = (await answers()).length;
    const ran = await ask("data decontaminate train.jsonl --against test.jsonl --judge-free --judge-top-k 2");
    expect(ran.code, ran.stderr).toBe(0);
    const said = /judge: smollm2-135m-instruct, (\d+) verdicts?/.exec(ran.stderr)!;
    const unjudged = Number(/unjudged: (\d+)/.exec(ran.stderr)?.[1] ?? 0);
    process.stdout.write(`${ran.stderr.split("\n").slice(-5).join("\n")}\n`);
    expect(Number(said[1]) + unjudged).toBe((await answers()).length - before);
    expect((await answers()).length).toBeGreaterThan(before);
  });
});
