import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { fileSpans, type FileSpansOptions } from "../../../src/curate/pii/row-spans.ts";
import { spansText } from "../../../src/curate/pii/spans-text.ts";
import { PiiRow } from "../../../src/domain/pii.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-spans-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "rows.jsonl");
writeFileSync(
  path,
  [
    '{"text":"mail a@b.org","note":"card 4111 1111 1111 1111"}',
    '{"text":"torn',
    '{"messages":[{"role":"user","content":"call 415-555-0132"},{"role":"assistant","content":"I do."}]}',
    '{"text":7}',
    '{"text":""}',
  ].join("\n"),
);

async function read(options: Partial<FileSpansOptions> = {}): Promise<PiiRow[]> {
  const rows: PiiRow[] = [];
  for await (const row of fileSpans(path, { recognition: {}, read: { source: "rows" }, ...options })) {
    rows.push(PiiRow.parse(row));
  }
  return rows;
}

test("every line of a file has one item in its place, also one that cannot be read", async () => {
  const rows = await read({ textField: "text" });
  expect(rows.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4]);
  expect(rows[1]!.problem).toMatch(/^broken: /);
  expect(rows[0]!.spans).toEqual([{ start: 5, end: 12, type: "EMAIL_ADDRESS", score: 1, by: "email-address" }]);
  expect(rows.slice(2).map(({ spans }) => spans)).toEqual([[], [], []]);
});

test("without a field every text of a row is searched, and spans name their field", async () => {
  const rows = await read();
  expect(rows[0]!.spans.map(({ type, path: way }) => [type, way])).toEqual([
    ["EMAIL_ADDRESS", ["text"]],
    ["CREDIT_CARD", ["note"]],
  ]);
  expect(rows[2]!.spans.map(({ type, path: way }) => [type, way])).toEqual([
    ["PHONE_NUMBER", ["messages", 0, "content"]],
  ]);
});

test("the sum for people counts spans and rows by recogniser", async () => {
  const lines: string[] = [];
  for await (const line of spansText(fileSpans(path, { recognition: {}, read: { source: "rows" } }))) lines.push(line);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/pii/spans.txt");
});
