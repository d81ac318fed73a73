import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { formatMoney, parseMoney } from "../../src/base/money.ts";
import { readJournal } from "../../src/llm/answer-journal.ts";
import { paidCalls } from "../../src/llm/paid-calls.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-"));
});
afterEach(() => rm(folder, { recursive: true }));

const answer = (key: string, usd: string, more: object = {}): object => {
  return { key, kind: "answer", text: "a", input: 1, output: 1, usd, model: "large", on: "2026-11-28", ...more };
};
const asked = (key: string, usd = "1.00"): object => ({ key, kind: "asked", usd });
const failed = (key: string, usd: string): object => ({ key, kind: "failed", usd });

async function callsOf(...lines: readonly object[]) {
  const path = join(folder, "answers.jsonl");
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const calls = await paidCalls(path);
  const journal = await readJournal(path);
  const sum = calls.reduce((total, { usd }) => total + parseMoney(usd), 0n);
  expect(formatMoney(sum)).toBe(formatMoney(journal.totalPico())); // what the cap counts
  return calls;
}

test("each answer is a call, and so is a failed request that was billed or one without a response", async () => {
  expect(
    await callsOf(
      asked("q1"),
      answer("q1", "0.10", { responseId: "r1" }),
      asked("q2"),
      failed("q2", "1.00"), // billed
      asked("q2"),
      failed("q2", "0.00"), // not billed
      asked("q2"), // the process was killed
      asked("q2"),
      answer("q2", "0.20"),
      answer("free", "0.00"),
      asked("q3", "0.5"), // open at the end
    ),
  ).toEqual([
    { key: "q1:1", usd: "0.10", response: "r1", model: "large", on: "2026-11-28" },
    { key: "q2:1", usd: "1.00" },
    { key: "q2:3", usd: "1.00" },
    { key: "q2:4", usd: "0.20", model: "large", on: "2026-11-28" },
    { key: "q3:1", usd: "0.50" },
  ]);
});

test("keys stay the same when the file grows", async () => {
  const lines = [asked("q1"), answer("q1", "0.10"), asked("q2"), answer("q2", "0.10")];
  const before = await callsOf(...lines);
  expect((await callsOf(...lines, asked("q1"), answer("q1", "0.30"))).slice(0, 2)).toEqual(before);
});

test("an id that an endpoint gives to several answers identifies none of them", async () => {
  const calls = await callsOf(answer("q1", "0.10", { responseId: "0" }), answer("q2", "0.10", { responseId: "0" }));
  expect(calls.map(({ response }) => response)).toEqual([undefined, undefined]);
});

test("a file that does not exist has no calls", async () => {
  expect(await paidCalls(join(folder, "none.jsonl"))).toEqual([]);
});
