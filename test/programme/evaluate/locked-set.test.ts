import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import type { EvaluationInit } from "../../../src/domain/evaluation-init.ts";
import type { SetCheck } from "../../../src/domain/testset-lock.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { evaluationFolder, ok, questions, unlockFolder } from "./programme-folder.ts";

const yaml = `set: set
prompt: "{{question}}"
reference: answer
targets: { base: { answers: a.jsonl } }
scorers: [{ kind: numeric, name: accuracy }]
`;

const files = { "a.jsonl": jsonl(questions(6).map(({ id, answer }) => ({ id, answer }))) };

describe("a locked set", () => {
  test("that is unchanged passes eval verify", async () => {
    const dir = await evaluationFolder(questions(6), { yaml, files });
    expect(await ok(dir, "eval verify")).toMatchObject([{ set: "set", ok: true, items: 6, differences: [] }]);
  });

  test.each([
    ["a changed item", (text: string) => text.replace("What is 2", "What is 9"), [{ change: "changed", item: "q2" }]],
    [
      "an added item",
      (text: string) => `${text}{"id":"q9","question":"?","answer":"1"}\n`,
      [{ change: "added", item: "q9" }],
    ],
    ["a removed item", (text: string) => text.replace(/^.*"q3".*\n/m, ""), [{ change: "removed", item: "q3" }]],
  ])("with %s stops verify, run and gate with 5 and names it", async (_name, change, expected) => {
    const dir = await evaluationFolder(questions(6), { yaml, files });
    await ok(dir, "eval run e"); // it keeps the ids of the items, by which a removed one is named
    unlockFolder(join(dir, "frozen"));
    const path = join(dir, "frozen/v1/set.jsonl");
    writeFileSync(path, change(readFileSync(path, "utf8")));
    const { code, stdout } = await runHere(["eval", "verify", "--json"], { cwd: dir });
    expect(code).toBe(5);
    expect((JSON.parse(stdout) as SetCheck[])[0]!.differences).toMatchObject(expected);
    for (const command of ["run", "gate"]) {
      expect([command, (await runHere(["eval", command, "e"], { cwd: dir })).code]).toEqual([command, 5]);
    }
  });

  test("asks for the field that holds the question where its name is not usual and several could be it", async () => {
    const rows = [{ id: "a", ticket: "?", label: "x", team: "y" }];
    const dir = await evaluationFolder(questions(2), { yaml, files: { "rows.jsonl": jsonl(rows) } });
    await ok(dir, "data freeze rows.jsonl --out frozen/rows --by QA --reason test");
    const unclear = await runHere(["eval", "init", "rows", "--set", "frozen/rows"], { cwd: dir });
    expect([unclear.code, unclear.stderr]).toEqual([2, expect.stringContaining("--question FIELD")]);
    expect(await ok(dir, "eval init rows --set frozen/rows --slice team")).toMatchObject({
      question: "ticket",
      reference: "label",
    });
    expect(readFileSync(join(dir, "eval/rows.yaml"), "utf8")).toContain('prompt: "{{ticket}}"');
  });

  test("is verified by a workflow and a hook at the root of the repository that contains the programme", async () => {
    const repository = await evaluationFolder(questions(2), { yaml, files });
    const programme = join(repository, "models/it's one");
    mkdirSync(join(repository, ".git"));
    mkdirSync(programme, { recursive: true });
    writeFileSync(join(programme, "set.jsonl"), jsonl(questions(2)));
    await ok(programme, "data freeze set.jsonl --out frozen/v1 --by QA --reason test");
    const made = (await ok(programme, "eval init e --set frozen/v1 --ci")) as EvaluationInit;
    const workflow = "../../.github/workflows/testset-models-it-s-one.yml";
    expect(made.written).toEqual(["testset.lock", "eval/e.yaml", workflow, "../../.githooks/pre-commit"]);
    expect(parse(readFileSync(join(programme, workflow), "utf8"))).toMatchObject({
      jobs: {
        verify: {
          steps: [{}, {}, { run: "npx --yes tunewright eval verify", "working-directory": "models/it's one" }],
        },
      },
    });
    const npx = join(repository, "bin/npx");
    mkdirSync(dirname(npx));
    writeFileSync(npx, '#!/bin/sh\necho "$@ in $(pwd)"\n', { mode: 0o755 });
    const said = execFileSync(join(repository, ".githooks/pre-commit"), {
      cwd: repository,
      env: { PATH: `${dirname(npx)}:${process.env["PATH"]}` },
      encoding: "utf8",
    });
    expect(said.trim()).toBe(`--yes tunewright eval verify in ${programme}`);
  });

  test("whose version was replaced by another freeze is detected item by item", async () => {
    const dir = await evaluationFolder(questions(6), { yaml, files });
    await ok(dir, "eval run e");
    unlockFolder(join(dir, "frozen"));
    const { rmSync } = await import("node:fs");
    rmSync(join(dir, "frozen/v1"), { recursive: true });
    appendFileSync(join(dir, "set.jsonl"), `${JSON.stringify({ id: "new", question: "?", answer: "1", half: "x" })}\n`);
    await ok(dir, "data freeze set.jsonl --out frozen/v1 --by Mallory --reason better");
    const { code, stdout } = await runHere(["eval", "verify", "--json"], { cwd: dir });
    expect(code).toBe(5);
    const [check] = JSON.parse(stdout) as SetCheck[];
    expect(check!.differences[0]).toMatchObject({ change: "added", item: "new" });
    const again = await runHere(["eval", "init", "e", "--set", "frozen/v1", "--set-name", "set"], { cwd: dir });
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("pins set to");
  });

  test.each([
    ["digest: [0-9a-f]{8}", "digest: 00000000", 5],
    ["role: test", "role: train", 2],
    ["folder: .*", 'folder: "../elsewhere"', 3],
    ["    role: test\n", "    role: test\n    hash: x\n", 2],
  ])("whose lock was edited by hand (%s becomes %s) is refused with its exit code", async (from, to, exit) => {
    const dir = await evaluationFolder(questions(6), { yaml, files });
    const path = join(dir, "testset.lock");
    writeFileSync(path, readFileSync(path, "utf8").replace(new RegExp(from), to));
    const { code, stderr } = await runHere(["eval", "verify"], { cwd: dir });
    expect([code, stderr.includes("error:")]).toEqual([exit, true]);
  });
});
