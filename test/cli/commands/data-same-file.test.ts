import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { runHere } from "../run-here.ts";

const ROW = JSON.stringify({
  messages: [
    { role: "user", content: "Hello Anna" },
    { role: "assistant", content: "Hi" },
  ],
});

function folderWithRows(): string {
  const cwd = mkdtempSync(join(tmpdir(), "same-file-"));
  writeFileSync(join(cwd, "rows.jsonl"), `${ROW}\n`);
  writeFileSync(join(cwd, "rights.yaml"), "sources:\n  - source: '*'\n    licence: CC0-1.0\n");
  writeFileSync(join(cwd, "test.jsonl"), `${JSON.stringify({ text: "what nobody ever asked of anybody at all" })}\n`);
  return cwd;
}

test.each([
  ["quality", "--dropped"],
  ["rights --rights rights.yaml", "--dropped"],
  ["import", "--dropped"],
  ["decontaminate --against test.jsonl", "--dropped"],
  ["redact", "--review"],
  ["redact", "--dropped"],
])("data %s refuses to write --out and %s to one file", async (command, flag) => {
  const cwd = folderWithRows();
  const [name, ...rest] = command.split(" ");
  const ran = await runHere(["data", name!, "rows.jsonl", ...rest, "--out", "x.jsonl", flag, "./x.jsonl"], { cwd });
  expect(ran.stderr).toContain("is used for two outputs");
  expect(ran.code).toBe(2);
});

test.each([
  "quality rows.jsonl",
  "rights rows.jsonl --rights rights.yaml",
  "import rows.jsonl",
  "export rows.jsonl --format trl",
  "redact rows.jsonl",
  "dedup rows.jsonl",
  "decontaminate rows.jsonl --against test.jsonl",
])("data %s refuses to write over the file that it reads, by a link as well", async (command) => {
  const cwd = folderWithRows();
  symlinkSync(join(cwd, "rows.jsonl"), join(cwd, "link.jsonl"));
  for (const out of ["rows.jsonl", "link.jsonl"]) {
    const ran = await runHere(["data", ...command.split(" "), "--out", out, "--yes"], { cwd });
    expect(ran.stderr).toContain("is an input and would be overwritten");
    expect(ran.code).toBe(2);
    expect(readFileSync(join(cwd, "rows.jsonl"), "utf8")).toBe(`${ROW}\n`);
  }
});
