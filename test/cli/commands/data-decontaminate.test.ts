import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { runHere } from "../run-here.ts";

const ITEM = "Janet has twelve ducks that lay sixteen eggs per day and she sells all of them at the market";

function folderWithRows(): string {
  const cwd = mkdtempSync(join(tmpdir(), "decontaminate-"));
  writeFileSync(join(cwd, "rows.jsonl"), `{"text":"a clean row"}\n${JSON.stringify({ text: ITEM })}\n`);
  writeFileSync(join(cwd, "test.jsonl"), `${JSON.stringify({ question: ITEM })}\n`);
  return cwd;
}

test("rows with an item go to --dropped, each with its hit", async () => {
  const cwd = folderWithRows();
  const flags = ["--against", "test.jsonl", "--out", "clean.jsonl", "--dropped", "held.jsonl"];
  const ran = await runHere(["data", "decontaminate", "rows.jsonl", ...flags], { cwd });
  expect(ran.code).toBe(0);
  expect(readFileSync(join(cwd, "clean.jsonl"), "utf8")).toBe('{"text":"a clean row"}\n');
  const [line, ...others] = readFileSync(join(cwd, "held.jsonl"), "utf8").trimEnd().split("\n");
  expect(others).toEqual([]);
  expect(JSON.parse(line!)).toMatchObject({
    source: "rows.jsonl",
    line: 2,
    reason: "contaminated",
    detail: expect.stringContaining("test.jsonl item 0"),
    fields: { text: ITEM },
  });
});

test("a verdict is not written where a file is named as well: nothing would look at it", async () => {
  const verdict = ["--verdicts", "v.jsonl", "--keep", "0123456789abcdef", "--reason", "a proverb", "--by", "Ada"];
  const ran = await runHere(["data", "decontaminate", "rows.jsonl", ...verdict], { cwd: folderWithRows() });
  expect(ran.stderr).toContain("rows.jsonl cannot be combined with a verdict");
  expect(ran.code).toBe(2);
});
