import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { runHere } from "../run-here.ts";

const WORDS = "what nobody ever asked of anybody at all in the long winter of that year";

function folderWithRows(): string {
  const cwd = mkdtempSync(join(tmpdir(), "text-field-"));
  const rows = Array.from({ length: 20 }, (_, row) => ({ [row < 3 ? "other" : "body"]: `${WORDS} ${row * 7919}` }));
  writeFileSync(join(cwd, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(cwd, "test.jsonl"), `${JSON.stringify({ text: "an item that is nowhere in any of the rows" })}\n`);
  return cwd;
}

const COMMANDS = [
  "decontaminate rows.jsonl --against test.jsonl --out out",
  "dedup rows.jsonl --out out",
  "quality rows.jsonl --profile gopher --out out",
  "split rows.jsonl --test 20% --out-dir out",
];

test.each(COMMANDS)("data %s refuses a text field that is in no row, and says which is near", async (command) => {
  const cwd = folderWithRows();
  const ran = await runHere(["data", ...command.split(" "), "--text-field", "bdoy"], { cwd });
  expect(ran.stderr).toContain("no row has a field bdoy");
  expect(ran.stderr).toContain('did you mean "body"?');
  expect(ran.code).toBe(2);
  expect(existsSync(join(cwd, "out"))).toBe(false);
});

test.each(COMMANDS)("data %s says how many rows are without the text field", async (command) => {
  const ran = await runHere(["data", ...command.split(" "), "--text-field", "body"], { cwd: folderWithRows() });
  expect(ran.stdout + ran.stderr).toMatch(/\b3 rows\b.*without|missing-field, 3 rows/);
});
