import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { requestLengths } from "../../../src/curate/tokens/request-lengths.ts";
import { catchFailureAsync } from "../../catch-failure.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-lengths-"));
afterAll(() => rmSync(folder, { recursive: true }));

const letters = (count: number): string => "x".repeat(count * 3.5); // characters: 3.5 to a token
const read = (rows: readonly unknown[]) => {
  const path = join(folder, "rows.jsonl");
  writeFileSync(path, rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n"));
  return requestLengths(path, { tokenizer: "characters", shown: "rows.jsonl" });
};

test("each answer of a chat is a request with all that stands before it", async () => {
  const messages = [
    { role: "system", content: letters(10) },
    { role: "user", content: letters(20) },
    { role: "assistant", content: letters(40) },
    { role: "user", content: letters(20) },
    { role: "assistant", content: letters(80) },
  ];
  const { input, output, requests, rows, rowsWithout } = await read([{ messages }]);
  expect({ requests, rows, rowsWithout }).toEqual({ requests: 2, rows: 1, rowsWithout: 0 });
  expect(output.mean).toBeCloseTo(60, 0);
  expect(output.cv).toBeCloseTo(20 / 60, 1);
  expect(input.mean).toBeCloseTo((30 + 90) / 2, -1);
});

test("a prompt with its completion is one, and so is an instruction with its output", async () => {
  const { input, output, requests } = await read([
    { prompt: letters(100), completion: letters(10) },
    { instruction: letters(60), input: letters(40), output: letters(10) },
  ]);
  expect(requests).toBe(2);
  expect(input.mean).toBeCloseTo(100, -1);
  expect(output).toEqual({ mean: 10, cv: 0 });
});

test("rows without an answer, and broken ones, are counted and left out", async () => {
  const { rows, rowsWithout, requests } = await read([
    { prompt: letters(10), completion: letters(5) },
    { text: letters(50) },
    "{ broken",
    { prompt: letters(10), chosen: letters(5), rejected: letters(4) },
  ]);
  expect({ rows, rowsWithout, requests }).toEqual({ rows: 4, rowsWithout: 3, requests: 1 });
});

test("a file in which no row has an answer says what to give in its place", async () => {
  const failure = await catchFailureAsync(() => read([{ text: letters(50) }]));
  expect(failure.message).toBe("rows.jsonl: no row has a prompt and an answer");
  expect(failure.hint).toContain("--input-tokens and --output-tokens");
});
