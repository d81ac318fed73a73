import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { inspectedFiles } from "../../../src/programme/data/inspected-files.ts";
import { catchFailureAsync } from "../../catch-failure.ts";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tunewright-inspect-"));
  for (const [name, files] of [
    ["mine", "[{ path: data/a.csv, origin: own, delimiter: semicolon, fields: { prompt: q, completion: a } }]"],
    ["bare", "[]"],
  ] as const) {
    await mkdir(join(cwd, name, "data"), { recursive: true });
    await writeFile(
      join(cwd, name, "programme.yaml"),
      `name: A programme\ntask: { kind: qa, goals: [format] }\nmodel: { base: Qwen/Qwen2.5-7B }\ndata: { plannedRows: 5000, files: ${files} }\n`,
    );
  }
  await writeFile(join(cwd, "mine/data/a.csv"), "q;a\nx;y\n");
  await writeFile(join(cwd, "mine/tokenizer.json"), "{}");
});
afterAll(() => rm(cwd, { recursive: true }));

const inspected = (...paths: string[]) => inspectedFiles(paths, { cwd, hubCache: undefined });

test("a file is itself, a programme folder all that its programme lists, read as it says", async () => {
  const [first, second, ...others] = await inspected("rows.jsonl", "mine");
  expect(first).toEqual({ path: "rows.jsonl" });
  expect(second).toMatchObject({
    path: "mine/data/a.csv",
    delimiter: "semicolon",
    fields: { prompt: "q", completion: "a" },
    tokenizer: expect.stringMatching(/tokenizer\.json$/) as string,
  });
  expect(others).toEqual([]);
});

test.each([
  ["mine/data", "mine/data is a folder without a programme.yaml, expected dataset files"],
  ["bare", "bare/programme.yaml lists no dataset file"],
])("the folder %s is refused: %s", async (path, message) => {
  const failure = await catchFailureAsync(() => inspected(path));
  expect([failure.kind, failure.message]).toEqual(["bad_input", message]);
  expect(failure.hint).toBeDefined();
});
