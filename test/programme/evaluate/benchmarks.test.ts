import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { BenchmarkRun } from "../../../src/domain/benchmark.ts";
import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { runText } from "../../../src/evaluate/report/run-text.ts";
import { publishedBenchmark } from "../../../src/programme/evaluate/published-benchmark.ts";
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
  // Like the stand-in, and keeps its arguments, its files and its key.
  const keep = `here=$(dirname "$0")\n{ printf '%s ' "$@"; cat *.yaml items.jsonl; echo "key $OPENAI_API_KEY"; } > "$here/../seen.txt"\n`;
  writeFileSync(
    join(dir, "harness/keep.sh"),
    `#!/bin/sh\n${keep}cp "$here"/results_*.json "$here"/samples_*.jsonl out/\n`,
  );
  chmodSync(join(dir, "harness/keep.sh"), 0o755);
  writeFileSync(
    join(dir, "ten.jsonl"),
    jsonl(Array.from({ length: 10 }, (_, number) => ({ question: questionOf(number), answer: `#### ${number}` }))),
  );
  writeFileSync(join(dir, "train.jsonl"), jsonl([2, 9].map((number) => ({ text: `${questionOf(number)} ${number}` }))));
  writeFileSync(join(dir, "own.jsonl"), jsonl([{ ask: "Why?", reply: "Because" }]));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A question of rare words. */
function questionOf(number: number): string {
  const words = ["amber", "basil", "cedar", "daisy", "elder", "fennel", "garlic", "hazel", "iris", "juniper", "kale"];
  return words.map((word) => `${word}${number * 7}`).join(" ");
}

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

test("with --limit only the items that were asked count as contaminated, and the result is not complete", async () => {
  const more = `${dir}/harness/keep.sh --against train.jsonl`;
  const all = (await ok(dir, line(more).replace("items.jsonl", "ten.jsonl"))) as BenchmarkRun;
  expect(all.result.contamination).toMatchObject({ trainingRows: 2, hitItems: ["2", "9"] });
  const some = (await ok(dir, line(`${more} --limit 8`).replace("items.jsonl", "ten.jsonl"))) as BenchmarkRun;
  expect(some.result.contamination).toMatchObject({ trainingRows: 2, hitItems: ["2"] });
  expect(some.benchmark.items).toBe(10);
  expect([all.result.isComplete, some.result.isComplete]).toEqual([true, false]);
  expect(some.result.stopped).toBe("--limit 8: not all items were asked");
});

const own = "other --data own.jsonl --question ask --answer reply";
test.each([
  ["gsm8k --data ten.jsonl", "--max-tokens 99", "max_gen_toks: 99"],
  ["gsm8k --data ten.jsonl", "--concurrency 7", '"num_concurrent":7'],
  ["gsm8k --data ten.jsonl", "--limit 3", "--limit 3"],
  ["gsm8k --data ten.jsonl", "--score exact", "- name: exact"],
  ["gsm8k --data ten.jsonl", "--key-env BENCH_KEY", "key sk-of-the-test"],
  [own, "--score exact", '"question":"Why?","original":"Why?","answer":"Because"'],
  [own.replace("--question ask", "--question reply"), "--score exact", '"question":"Because"'],
  [own.replace("--answer reply", "--answer ask"), "--score exact", '"answer":"Why?"'],
])("%s: %s reaches the harness", async (start, flag, wanted) => {
  const seen = async (more: string): Promise<string> => {
    const words = `eval benchmark ${start} --url http://127.0.0.1:9 --model stub --python ${dir}/harness/keep.sh ${more}`;
    const ran = await runHere(words.trim().split(" "), { cwd: dir, env: { BENCH_KEY: "sk-of-the-test" } });
    expect(ran.code, ran.stderr).toBe(0);
    return readFileSync(join(dir, "seen.txt"), "utf8");
  };
  expect(await seen(flag)).toContain(wanted);
  if (!start.startsWith("other")) expect(await seen("")).not.toContain(wanted);
});

test("benchmarks that Tunewright scores itself, and unknown ones, say how to go on", async () => {
  const ifeval = await runHere(line("x").replace("gsm8k", "ifeval").split(" "), { cwd: dir });
  expect(ifeval.code).toBe(2);
  expect(ifeval.stderr).toContain("kind: ifeval");
  const other = await runHere(line("x").replace("gsm8k", "other").split(" "), { cwd: dir });
  expect(other.stderr).toContain("for a file of your own add --question and --answer");
});

const RUN = {
  evaluation: "e",
  set: "set",
  items: 80,
  plans: [],
  judgePlans: [],
  ledger: null,
  reports: [],
  detectable: null,
  detectableBetween: [],
} satisfies Partial<EvaluationRun>;

const PUBLISHED = fileURLToPath(new URL("../../../../shared/data/eval/", import.meta.url));

describe.skipIf(!existsSync(PUBLISHED))("sets frozen from published files (needs ../shared)", () => {
  test.each([
    ["HumanEval", "humaneval/HumanEval.jsonl.gz"],
    ["GSM8K", "gsm8k/test.jsonl"],
    ["IFEval", "ifeval/input_data_en.jsonl"],
  ])("%s is recognised by the hash of its file", async (title, file) => {
    await ok(dir, `data freeze ${PUBLISHED}${file} --out frozen/${title} --by QA --reason benchmark`);
    expect(await publishedBenchmark(join(dir, "frozen", title))).toMatchObject({ title, file: basename(file) });
  });

  test("an evaluation names MT-Bench, and not the same items with one changed", async () => {
    const rows = readFileSync(join(PUBLISHED, "mtbench/question.jsonl"), "utf8");
    writeFileSync(join(dir, "question.jsonl"), rows);
    writeFileSync(join(dir, "other.jsonl"), rows.replace("Hawaii", "Iceland"));
    for (const name of ["question", "other"]) {
      await ok(dir, `data freeze ${name}.jsonl --out frozen/${name} --by QA --reason benchmark`);
    }
    expect(await publishedBenchmark(join(dir, "frozen/other"))).toBeNull();
    await ok(dir, "eval init e --set frozen/question --set-name set --id question_id");
    writeFileSync(
      join(dir, "eval/e.yaml"),
      `set: set\nprompt: "{{turns.0}}"\ntargets: { file: { answers: none.jsonl } }\nscorers: [{ kind: length }]\n`,
    );
    writeFileSync(join(dir, "none.jsonl"), jsonl([{ id: "81", answer: "Aloha" }]));
    const { results, reports } = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(results[0]!.benchmark).toMatchObject({ title: "MT-Bench", source: expect.stringContaining("FastChat") });
    expect(runText({ ...RUN, results })).toContain(
      "the set is MT-Bench: question.jsonl is the published file, SHA-256 119565adbab82227",
    );
    expect(readFileSync(join(dir, reports[0]!), "utf8")).toContain("MT-Bench, published file");
  });
});
