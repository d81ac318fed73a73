import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { exportFiles } from "../../../src/curate/formats/export-files.ts";
import { exportRow } from "../../../src/curate/formats/export-row.ts";
import { readCanonical } from "../../../src/curate/formats/read-canonical.ts";
import type { Fields } from "../../../src/curate/formats/row-format.ts";
import type { ExportTrainer } from "../../../src/domain/data-export.ts";

/** The row written for a trainer with its lost parts, or the reason why it is refused. */
function exported(row: Fields, as: ExportTrainer): { row: Fields; lost: string[] } | string {
  const read = readCanonical(row);
  if (!("row" in read)) throw new Error(read.detail);
  const written = exportRow(read.row, as);
  return "unsupported" in written
    ? `${written.unsupported}: ${written.detail}`
    : { row: written.row, lost: [...new Set(written.lost.map(({ part }) => part))] };
}

const turns = (...texts: string[]): { role: string; content: string; weight?: number }[] =>
  texts.map((content, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content }));
const call = (args: unknown): Record<string, unknown> => ({
  role: "assistant",
  tool_calls: [{ type: "function", function: { name: "f", arguments: args } }],
});

describe("what is learnt comes through in the words of each trainer", () => {
  const earlier = {
    messages: turns("q", "a", "q", "b").map((each, index) => (index === 1 ? { ...each, weight: 0 } : each)),
  };
  const completion = { prompt: turns("q", "a", "q"), completion: [{ role: "assistant", content: "b" }] };

  test("TRL learns a completion alone: a dialogue whose last answer is the only one to learn becomes one", () => {
    expect(exported(earlier, "trl")).toEqual({ row: completion, lost: [] });
    const all = { messages: turns("q", "a", "q", "b") };
    expect(exported(all, "trl")).toEqual({ row: all, lost: [] });
  });

  test("a completion after earlier answers is a dialogue in which they have the weight 0", () => {
    expect(exported(completion, "openai")).toEqual({ row: earlier, lost: [] });
    const train = turns("q", "a", "q", "b").map((each, index) => (index === 1 ? { ...each, train: false } : each));
    expect(exported(completion, "axolotl")).toEqual({ row: { messages: train }, lost: [] });
  });
});

describe("rows that a trainer would skip or fail on are refused", () => {
  test.for<[string, Fields, ExportTrainer, string]>([
    [
      "arguments that are not an object",
      { messages: [...turns("q"), call("{a")] },
      "trl",
      'calls: message 2: the arguments of "f" are not an object',
    ],
    [
      "two answers to two questions",
      { chosen: turns("q", "a"), rejected: turns("r", "b") },
      "trl",
      "roles: no message precedes the answer: two answers have nothing in common",
    ],
    [
      "a prompt that ends with the system",
      { prompt: [{ role: "system", content: "s" }], completion: turns("q", "a") },
      "trl",
      'roles: the prompt ends with a message of "system": TRL does not accept an answer after that',
    ],
    [
      "a question without an answer",
      { messages: turns("q", "a", "q") },
      "llama-factory",
      "roles: the last turn is an unanswered question: its loader would skip the row",
    ],
    [
      "a pair whose prompt ends with an answer",
      { prompt: turns("q", "a"), chosen: [turns("", "b")[1]], rejected: [turns("", "c")[1]] },
      "llama-factory",
      "roles: the prompt does not end with a question: its loader would skip the row",
    ],
    [
      "a pair without its prompt",
      { chosen: "a b", rejected: "a c" },
      "axolotl",
      "parts: the prompt cannot be separated from the answers: Axolotl expects it as separate messages",
    ],
    [
      "a pair in which a call is the answer",
      { prompt: turns("q"), chosen: [call({})], rejected: [turns("", "c")[1]] },
      "axolotl",
      "parts: an answer calls a tool without any text: Axolotl reads only the text of a pair",
    ],
    [
      "a role that OpenAI does not know",
      { messages: [{ role: "developer", content: "d" }, ...turns("q", "a")] },
      "openai",
      'roles: message 1 is of "developer", expected system, user, assistant, tool, function',
    ],
    ["nothing of the assistant", { messages: turns("q") }, "openai", "roles: no assistant message"],
  ])("%s", ([, row, trainer, expected]) => {
    expect(exported(row, trainer)).toBe(expected);
  });
});

test("a column in addition to a row that TRL would take the row for is left out, and said", () => {
  const row = { chosen: turns("q", "a"), rejected: turns("q", "b"), prompt: "q", score: 1 };
  expect(exported(row, "trl")).toEqual({
    row: { prompt: turns("q"), chosen: [turns("", "a")[1]], rejected: [turns("", "b")[1]], score: 1 },
    lost: ["beside"],
  });
});

test("of a pair Axolotl reads the text alone: what else stands there is said to be lost", () => {
  const row = {
    prompt: [...turns("q"), { ...call({}), content: "a", thinking: "t" }, { role: "tool", content: "r", name: "f" }],
    chosen: [turns("", "b")[1]],
    rejected: [turns("", "c")[1]],
    tools: [{ type: "function", function: { name: "f" } }],
  };
  expect(exported(row, "axolotl")).toMatchObject({ lost: ["tools", "thinking", "tool_calls", "name"] });
});

test("the setting of OpenAI for calls stays, in a pair next to its messages", () => {
  const pair = {
    input: { messages: turns("q"), parallel_tool_calls: false },
    preferred_output: [turns("", "a")[1]],
    non_preferred_output: [turns("", "b")[1]],
  };
  expect(exported(pair, "openai")).toEqual({ row: pair, lost: [] });
  expect(exported(pair, "together")).toMatchObject({ lost: ["beside"] });
});

test("functions and their answers become tools, as the chat API has them now", () => {
  const row = {
    messages: [
      ...turns("q"),
      { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
      { role: "function", name: "f", content: "r" },
      { role: "assistant", content: "a" },
    ],
    functions: [{ name: "f" }],
  };
  expect(exported(row, "openai")).toMatchObject({
    row: {
      messages: [{}, { tool_calls: [{ id: "call_1" }] }, { role: "tool", tool_call_id: "call_1" }, {}],
      tools: [{ type: "function", function: { name: "f" } }],
    },
    lost: [],
  });
});

describe("a file holds rows of one kind, as trainers take the first for the form of all", () => {
  const rows = [
    { prompt: "p", completion: "c" },
    { prompt: turns("q"), completion: [turns("", "a")[1]] },
  ];

  test("a folder has a file for each", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tunewright-kinds-"));
    try {
      writeFileSync(join(folder, "rows.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
      const run = { format: "trl", strict: false } as const;
      const { config } = await exportFiles([join(folder, "rows.jsonl")], { ...run, out: join(folder, "trl") });
      expect(readdirSync(join(folder, "trl")).toSorted()).toEqual([
        "sft-prompt-completion-messages.jsonl",
        "sft-prompt-completion-text.jsonl",
      ]);
      expect(config).toContain("sft-prompt-completion-text.jsonl: SFTTrainer");
      const one = exportFiles([join(folder, "rows.jsonl")], { ...run, out: join(folder, "trl.jsonl") });
      await expect(one).rejects.toThrow(
        "the rows are of several kinds, sft-prompt-completion-text and sft-prompt-completion-messages: trl allows one kind per file",
      );
      expect(readdirSync(folder).toSorted()).toEqual(["rows.jsonl", "trl"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
