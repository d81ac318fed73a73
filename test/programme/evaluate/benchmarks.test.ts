import { chmodSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { BenchmarkRun } from "../../../src/domain/benchmark.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { ok } from "./programme-folder.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-benchmarks-"));
  cpSync(fileURLToPath(new URL("../../golden/imports/", import.meta.url)), join(dir, "harness"), { recursive: true });
  writeFileSync(join(dir, "items.jsonl"), jsonl([{ question: "What is 1 + 1?", answer: "#### 2" }]));
  writeFileSync(join(dir, "broken.sh"), "#!/bin/sh\necho \"No module named 'lm_eval'\" >&2\nexit 1\n");
  chmodSync(join(dir, "broken.sh"), 0o755);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const line = (more: string): string =>
  `eval benchmark gsm8k --data items.jsonl --url http://127.0.0.1:9 --model stub --python ${more}`;

test("the result of the harness is stored with the file that it rests on", async () => {
  const run = (await ok(dir, line(`${dir}/harness/stand-in-harness.sh --target tuned`))) as BenchmarkRun;
  expect(run.benchmark).toMatchObject({ title: "GSM8K", items: 1, isPublished: false, licence: "MIT" });
  expect(run.result).toMatchObject({
    evaluation: "gsm8k",
    target: "tuned",
    model: "stub",
    endpoint: "http://127.0.0.1:9/v1/chat/completions, asked by lm-eval",
    contamination: null,
  });
  expect(run.scores[0]).toMatchObject({ computed: 0.875, agrees: true });
  const stored = JSON.parse(readFileSync(join(dir, "evaluations", run.result.id, "result.json"), "utf8")) as unknown;
  expect(stored).toEqual(run.result);
});

test.each([
  ["DIR/broken.sh", 6, /has no lm_eval\n\nhint: pip install "lm_eval\[api\]"/],
  ["DIR/nowhere", 6, /cannot run .*nowhere/],
] as const)("a harness or a Python that is missing is named: %s", async (python, code, message) => {
  const ran = await runHere(line(python.replace("DIR", dir)).split(" "), { cwd: dir });
  expect(ran.code).toBe(code);
  expect(ran.stderr).toMatch(message);
});

test("benchmarks that Tunewright scores itself, and unknown ones, say how to go on", async () => {
  const ifeval = await runHere(line("x").replace("gsm8k", "ifeval").split(" "), { cwd: dir });
  expect(ifeval.code).toBe(2);
  expect(ifeval.stderr).toContain("kind: ifeval");
  const other = await runHere(line("x").replace("gsm8k", "other").split(" "), { cwd: dir });
  expect(other.stderr).toContain("for a file of your own add --question and --answer");
});
