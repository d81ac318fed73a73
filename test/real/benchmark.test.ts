import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { BenchmarkRun } from "../../src/domain/benchmark.ts";
import { runHere } from "../cli/run-here.ts";
import { jsonl } from "../curate/pipeline/rows.ts";
import { complete } from "../llm/llm-server.ts";
import { startEndpoint, type TestEndpoint } from "../loadtest/start-endpoint.ts";
import { hasModules } from "./python-modules.ts";

const HARNESSES = [
  {
    harness: "lm-eval",
    python: process.env["TUNEWRIGHT_PYTHON"] ?? "",
    needs: 'TUNEWRIGHT_PYTHON: a virtual environment with "lm_eval[api]"',
    modules: ["lm_eval", "tenacity", "aiohttp"],
  },
  {
    harness: "inspect",
    python: process.env["TUNEWRIGHT_INSPECT_PYTHON"] ?? "",
    needs: "TUNEWRIGHT_INSPECT_PYTHON: one with inspect_ai and openai",
    modules: ["find:inspect_ai", "find:openai"], // to import it takes 4 s
  },
];

let dir: string;
let endpoint: TestEndpoint;
/** The letter that the endpoint answers. */
let letter = "B";

/** Adds, except that every sum that 7 divides is one too large. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-benchmark-test-"));
  endpoint = await startEndpoint((response, _nth, body) => {
    const text = JSON.stringify(body["messages"]);
    const usage = { model: "stub", usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } }; // as Inspect requires
    if (text.includes("Which letter")) return complete(response, `The right one is ${letter}.`, usage);
    const [, a, b] = /What is (\d+) plus (\d+)/.exec(text)!;
    const sum = Number(a) + Number(b);
    complete(response, `First 1 and 2.\n${sum % 7 === 0 ? sum + 1 : sum}`, usage);
  });
  const keeper = "The keeper of the northern lighthouse polished brass lamps before the storm arrived";
  const rows = Array.from({ length: 14 }, (_, number) => ({
    question: `${number === 3 ? keeper : "A sum"}. What is ${number} plus ${number + 1}?`,
    answer: `${number} and ${number + 1} make\n#### ${2 * number + 1}`,
  }));
  await writeFile(join(dir, "test.jsonl"), jsonl(rows));
  await writeFile(
    join(dir, "train.jsonl"),
    jsonl([{ text: `${rows[3]!.question} ${rows[3]!.answer}` }, { text: "something else" }]),
  );
  const letters = ["A", 1, "C", "B"].map((answer, n) => ({
    question: `Which letter ${n}?`,
    choices: ["w", "x", "y", "z"],
    answer,
  }));
  await writeFile(join(dir, "choices.jsonl"), jsonl(letters));
});
afterAll(async () => {
  await endpoint.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 20 });
});

describe.each(HARNESSES)("a benchmark with $harness", ({ harness, python, needs, modules }) => {
  const has = hasModules(python, ...modules);

  async function benchmark(words: string): Promise<BenchmarkRun> {
    const line = `eval benchmark ${words} --url ${endpoint.url} --model stub --target ${harness} --harness ${harness} --python ${python} --json`;
    const { code, stdout, stderr } = await runHere(line.split(" "), { cwd: dir });
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as BenchmarkRun;
  }

  test.skipIf(!has)(`scores numbers, names the file, and finds items in training rows (needs ${needs})`, async () => {
    const run = await benchmark("gsm8k --data test.jsonl --against train.jsonl");
    expect(run.benchmark).toMatchObject({ title: "GSM8K", isPublished: false, items: 14, licence: "MIT" });
    expect(run.scores[0]).toMatchObject({ computed: 12 / 14, agrees: true }); // 7 and 21 are wrong
    expect(run.result).toMatchObject({
      items: 14,
      isComplete: true,
      contamination: { hitItems: ["3"], trainingRows: 2 },
    });
    expect(run.result.contamination!.clean[0]!.n).toBe(13);
  });

  test.skipIf(!has)(`scores choices by the last letter (needs ${needs})`, async () => {
    const run = await benchmark("mmlu --data choices.jsonl --limit 3");
    expect(run.benchmark).toMatchObject({ title: "MMLU", isPublished: false });
    expect(run.scores[0]).toMatchObject({ computed: 1 / 3, agrees: true });
  });

  // Some versions of Inspect keep answers for a week by default, in a cache of the user's account.
  test.skipIf(!has)(`asks a model again that answered the same items before (needs ${needs})`, async () => {
    const shares = [];
    for (letter of ["B", "A"])
      shares.push((await benchmark("mmlu --data choices.jsonl --limit 4")).scores[0]!.computed);
    letter = "B";
    expect(shares).toEqual([0.5, 0.25]);
  });
});
