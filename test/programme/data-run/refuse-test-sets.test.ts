import { copyFileSync, symlinkSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { Programme } from "../../../src/domain/programme.ts";
import { lockedSet, writeTestsetLock } from "../../../src/programme/folder/testset-lock.ts";
import { lockedRoleProblems } from "../../../src/programme/reading/locked-roles.ts";
import { runHere } from "../../cli/run-here.ts";
import { evaluationFolder, questions } from "../evaluate/programme-folder.ts";
import { longTest } from "../../long-suite.ts";

const EVALUATION =
  "set: set\ntargets: { a: { answers: a.jsonl } }\nscorers: [{ kind: exact }]\nprompt: '{{question}}'\n";

const PROGRAMME = `name: A locked set
task: { kind: chat, goals: [style] }
model: { base: Qwen/Qwen2.5-7B-Instruct }
data:
  files: [{ path: FILE, role: train, origin: own }]
  pipeline: [{ stage: exact }]
`;

const SYNTHESIS = `recipe: paraphrase
requests: 2
inputs: [{ path: FILE }]
endpoint: { url: "http://127.0.0.1:9", model: deepseek-r1, free: true }
`;

const RUN = ["data", "run", "--quiet", "--executor", "inline"];

/** The result of `data run`, or of another command, on one training file, in a programme that locks a set of six questions. */
async function runOn(file: string, { set = "", command = RUN }: { set?: string; command?: string[] } = {}) {
  const files = {
    "programme.yaml": PROGRAMME.replace("FILE", file),
    "own.jsonl": '{"text":"Not of the set."}\n',
    "synthesize/s.yaml": SYNTHESIS.replace("FILE", file),
  };
  const dir = await evaluationFolder(questions(6), { yaml: EVALUATION, files });
  if (set === "dev") {
    await runHere("eval init f --set frozen/v1 --set-name set --role dev".split(" "), { cwd: dir });
  }
  copyFileSync(join(dir, "frozen/v1/set.jsonl"), join(dir, "copy.jsonl"));
  symlinkSync("frozen/v1", join(dir, "link"));
  return runHere(command, { cwd: dir });
}

describe("data run", () => {
  test.each([
    ["a file of the set", "frozen/v1/set.jsonl", "is part of the test set set"],
    ["the same file by a link", "link/set.jsonl", "is part of the test set set"],
    ["a copy", "copy.jsonl", "has the content of the test set set"],
    ["the file that was frozen", "set.jsonl", "has the content of the test set set"],
  ])("refuses %s as training input, with code 5", async (_what, file, words) => {
    const { code, stderr } = await runOn(file);
    expect(code).toBe(5);
    expect(stderr).toContain(`error: ${file} ${words}, which testset.lock reserves: it cannot be training data`);
    expect(stderr).toContain("hint: remove the file from data: files:");
  });

  longTest("nor may new rows be made of it: `data synthesize` refuses it before anything is sent", async () => {
    const { code, stderr } = await runOn("copy.jsonl", { command: ["data", "synthesize", "s", "--dry-run"] });
    expect(code).toBe(5);
    expect(stderr).toContain("copy.jsonl has the content of the test set set");
    expect(stderr).toContain("hint: remove the file from inputs:");
  });

  test("reads another file, and a set whose role is dev", async () => {
    expect(await runOn("own.jsonl")).toMatchObject({ code: 0 });
    expect((await runOn("set.jsonl", { set: "dev" })).code).toBe(0);
  });
});

describe("the role of a set and that of its files in programme.yaml", () => {
  test("must agree; a test set in a training role is left to the commands that would train on it", async () => {
    const dir = await evaluationFolder(questions(2), { yaml: EVALUATION });
    const set = await lockedSet(dir, "set");
    const path = "frozen/v1/set.jsonl";
    const clashes: string[] = [];
    for (const lock of ["test", "dev", "replay"] as const) {
      await writeTestsetLock(dir, { name: "set", set: { ...set, role: lock } });
      for (const role of ["train", "preference", "eval", "replay", "corpus"] as const) {
        const data = { files: [{ path, role, origin: "own" }] };
        const { data: parsed } = Programme.pick({ data: true }).parse({ data });
        const problems = await lockedRoleProblems(dir, { data: parsed }, [await realpath(join(dir, path))]);
        if (problems.length > 0) clashes.push(`${lock}: ${role}`);
      }
    }
    expect(clashes).toEqual([
      "test: replay",
      "dev: train",
      "dev: preference",
      "dev: replay",
      "dev: corpus",
      "replay: train",
      "replay: preference",
      "replay: eval",
      "replay: corpus",
    ]);
  });

  test("a file that disagrees is named with its line", async () => {
    const { code, stderr } = await runOn("frozen/v1/set.jsonl", { set: "dev" });
    expect(code).toBe(2);
    expect(stderr).toContain("programme.yaml, line 5");
    expect(stderr).toContain("is in the set set, whose role in testset.lock is dev: expected role eval, not train");
  });
});
