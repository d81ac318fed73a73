import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { requireSandbox } from "../../../src/sandbox/run-sandboxed.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { evaluationFolder, ok } from "../../programme/evaluate/programme-folder.ts";

const HUMANEVAL = new URL("../../../../shared/data/eval/humaneval/HumanEval.jsonl.gz", import.meta.url);
const refused = await requireSandbox().then(
  () => null,
  (error: Error) => error.message,
);

type Problem = { task_id: string; prompt: string; entry_point: string; canonical_solution: string; test: string };

const YAML = (before: string) => `set: set
prompt: "{{prompt}}"
targets:
  right: { answers: right.jsonl }
  hostile: { answers: hostile.jsonl }
scorers:
  - { kind: code, entryPoint: entry_point, ${before}seconds: 5 }
`;

/** A programme whose targets are files of answers; the scores of both. */
async function scores(rows: readonly object[], files: Record<string, string>, before = ""): Promise<(number | null)[]> {
  const dir = await evaluationFolder(rows, { yaml: YAML(before), files });
  const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
  return results.map(({ scores: [score] }) => score?.mean ?? null);
}

describe.skipIf(refused !== null)(`the scorer code (needs a sandbox: ${refused})`, () => {
  test.skipIf(!existsSync(HUMANEVAL))(
    "passes the 15 first solutions of HumanEval, and none that returns nothing",
    async () => {
      const problems = gunzipSync(readFileSync(HUMANEVAL))
        .toString("utf8")
        .trim()
        .split("\n")
        .slice(0, 15)
        .map((line) => JSON.parse(line) as Problem);
      const rows = problems.map(({ task_id, ...rest }) => ({ ...rest, id: task_id, half: "all" }));
      const right = problems.map(({ task_id, canonical_solution }) => ({ id: task_id, answer: canonical_solution }));
      const nothing = problems.map(({ task_id }) => ({ id: task_id, answer: "    return None\n" }));
      const files = { "right.jsonl": jsonl(right), "hostile.jsonl": jsonl(nothing) };
      expect(await scores(rows, files, "before: prompt, ")).toEqual([1, 0]);
    },
  );

  test("takes the last block of Python of an answer, and counts what ends early, hangs or forks as wrong", async () => {
    const row = {
      prompt: "Double x.",
      test: "def check(f):\n    assert f(2) == 4\n",
      entry_point: "double",
      half: "all",
    };
    const fenced =
      "Like this:\n```python\ndef double(x):\n    return 3\n```\nNo:\n```python\ndef double(x):\n    return 2 * x\n```\n";
    const hostile = [
      "import os\nos._exit(0)",
      "while True: pass",
      "import os\nwhile True: os.fork()",
      "import shutil\nshutil.rmtree('/usr', ignore_errors=True)\nraise SystemExit(2)",
      "while True: print('x' * 10**6)",
    ];
    const ids = hostile.map((_code, index) => `q${index}`);
    const files = {
      "right.jsonl": jsonl(ids.map((id) => ({ id, answer: fenced }))),
      "hostile.jsonl": jsonl(ids.map((id, index) => ({ id, answer: hostile[index] }))),
    };
    expect(
      await scores(
        ids.map((id) => ({ id, ...row })),
        files,
      ),
    ).toEqual([1, 0]);
    expect(existsSync("/usr/bin")).toBe(true);
  });
});
