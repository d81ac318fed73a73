import { describe, expect, test } from "vitest";

import { rowText } from "../../../src/curate/rows/row-text.ts";

const chat = (...turns: [role: string, content: unknown][]) => ({
  messages: turns.map(([role, content]) => ({ role, content })),
});

describe("a row is recognised by its fields, and its trained text taken out", () => {
  test.each<[name: string, row: Record<string, unknown>, format: string, pieces: string[], templateTokens: number]>([
    ["OpenAI chat", chat(["system", "s"], ["user", "u"], ["assistant", "a"]), "chat", ["s", "u", "a"], 15],
    [
      "content parts",
      chat(["user", [{ type: "text", text: "u" }]], ["assistant", [{ value: "a" }, { text: "b" }]]),
      "chat",
      ["u", "a\nb"],
      10,
    ],
    [
      "tool calls and declarations",
      {
        tools: [{ name: "f" }],
        messages: [
          { role: "user", content: "u" },
          { role: "assistant", content: null, tool_calls: [{ f: 1 }] },
        ],
      },
      "chat",
      ['[{"name":"f"}]', "u", '[{"f":1}]'],
      15,
    ],
    [
      "messages as JSON in a CSV cell",
      { messages: JSON.stringify(chat(["user", "u"], ["assistant", "a"]).messages) },
      "chat",
      ["u", "a"],
      10,
    ],
    [
      "ShareGPT",
      {
        system: "s",
        conversations: [
          { from: "human", value: "u" },
          { from: "gpt", value: "a" },
        ],
      },
      "sharegpt",
      ["s", "u", "a"],
      15,
    ],
    ["Swift pairs", { conversation: [{ human: "u", assistant: "a" }] }, "sharegpt", ["u", "a"], 10],
    ["Alpaca", { instruction: "i", input: "", output: "o" }, "alpaca", ["i", "o"], 1],
    [
      "Alpaca with history",
      { instruction: "i", input: "x", output: "o", history: [["q", "r"]] },
      "alpaca",
      ["q", "r", "i", "x", "o"],
      1,
    ],
    ["Dolly", { instruction: "i", context: "c", response: "o" }, "alpaca", ["i", "c", "o"], 1],
    ["Self-Instruct", { instruction: "i", instances: [{ input: "", output: "o" }] }, "alpaca", ["i", "o"], 1],
    ["TRL prompt and completion", { prompt: "p", completion: "c" }, "prompt-completion", ["p", "c"], 1],
    [
      "the same as conversations",
      { prompt: [{ role: "user", content: "p" }], completion: [{ role: "assistant", content: "c" }] },
      "prompt-completion",
      ["p", "c"],
      1,
    ],
    ["question and answer", { question: "q", answer: 42, id: 1 }, "prompt-completion", ["q", "42"], 1],
    ["TRL preference", { prompt: "p", chosen: "c", rejected: "r" }, "preference", ["p", "c", "r"], 15],
    [
      "LLaMA-Factory preference",
      {
        conversations: [{ from: "human", value: "u" }],
        chosen: { from: "gpt", value: "c" },
        rejected: { from: "gpt", value: "r" },
      },
      "preference",
      ["u", "c", "r"],
      15,
    ],
    [
      "OpenAI preference",
      {
        input: chat(["user", "u"]),
        preferred_output: [{ role: "assistant", content: "c" }],
        non_preferred_output: [{ role: "assistant", content: "r" }],
      },
      "preference",
      ["u", "c", "r"],
      15,
    ],
    ["KTO", { ...chat(["user", "u"], ["assistant", "a"]), label: true }, "chat", ["u", "a"], 10],
    ["a prompt alone, as for GRPO", { prompt: "p" }, "prompt", ["p"], 1],
    ["plain text", { text: "t", meta: {} }, "text", ["t"], 1],
  ])("%s", (...[, row, format, pieces, templateTokens]) => {
    expect(rowText(row)).toMatchObject({ format, pieces, templateTokens });
  });

  test.each<[row: Record<string, unknown>, pieces: string[], field: string]>([
    [{ text: "t", label: "l" }, ["t", "l"], "label"],
    [{ sentence: "s", label: 0, idx: 7 }, ["s", "0"], "label"],
    [{ Text: "t", Label: "l" }, ["t", "l"], "label"],
    [{ Question: "q", Answer: "a" }, ["q", "a"], "answer"],
    [{ PROMPT: "p", Completion: "c" }, ["p", "c"], "completion"],
    [{ Query: "q", Response: "r" }, ["q", "r"], "response"],
    [{ Instruction: "i", Input: "", Output: "o" }, ["i", "o"], "output"],
  ])("a pair in capitals or not, with its answer: %j", (row, pieces, field) => {
    expect(rowText(row)).toMatchObject({ pieces, answer: { field, text: pieces[1] } });
  });

  test("a name that occurs twice but for its capitals is not guessed at", () => {
    expect(rowText({ Text: "a", TEXT: "b" }).problem).toMatchObject({ finding: "unknown-format" });
    expect(rowText({ text: "a", TEXT: "b" })).toMatchObject({ format: "text", pieces: ["a"] });
    expect(rowText({ Body: "a", BODY: "b" }, { text: "body" }).problem).toMatchObject({ finding: "missing-field" });
  });

  test("a dialogue of several answers has not one answer", () => {
    expect(rowText(chat(["user", "u"], ["assistant", "a"]))).toMatchObject({ answer: { text: "a" } });
    const long = rowText(chat(["user", "u"], ["assistant", "a"], ["user", "u"], ["assistant", "b"]));
    expect(long).toMatchObject({ answer: undefined });
  });

  test("the fields that the user names go before what would be recognised", () => {
    expect(rowText({ text: "t", label: "l", Body: "b" }, { prompt: "body", completion: "label" })).toMatchObject({
      format: "prompt-completion",
      pieces: ["b", "l"],
    });
    expect(rowText({ prompt: "p", completion: "c", body: "b" }, { text: "body" })).toMatchObject({
      format: "text",
      pieces: ["b"],
    });
    expect(rowText({ prompt: "p", completion: "c" }, { text: "body" })).toEqual({
      format: "text",
      problem: { finding: "missing-field", detail: 'there is no "body"' },
    });
  });
});

describe("a row that cannot be trained on says why", () => {
  test.each<[row: Record<string, unknown>, finding: string, detail: string]>([
    [{}, "empty", "the row has no fields"],
    [{ text: " \n" }, "empty", '"text" is blank'],
    [{ prompt: "", completion: null }, "empty", '"prompt" and "completion" are blank'],
    [{ instruction: "", input: "", output: "" }, "empty", "instruction, input and output are blank"],
    [chat(["user", ""], ["assistant", " "]), "empty", "all messages are blank"],
    [{ messages: [] }, "empty", '"messages" is an empty list'],
    [{ messages: "hello" }, "missing-field", '"messages" is not a list of messages'],
    [chat(["user", "u"]), "missing-field", "there is no assistant message"],
    [chat(["user", "u"], ["assistant", ""]), "missing-field", "the assistant's messages are blank"],
    [
      { messages: [{ role: "user", content: "u" }, { content: "a" }] },
      "missing-field",
      "message 2 has no role or no content",
    ],
    [{ messages: ["hello"] }, "missing-field", "message 1 has no role or no content"],
    [{ prompt: "p", completion: null }, "missing-field", '"completion" is null'],
    [{ prompt: {}, completion: "c" }, "missing-field", '"prompt" is not text'],
    [{ completion: "c" }, "missing-field", 'there is a "completion" and no "prompt"'],
    [{ instruction: "i", input: "x" }, "missing-field", 'there is no "output"'],
    [{ prompt: "p", chosen: "c" }, "missing-field", 'there is no "rejected"'],
    [
      { prompt: "p", answer1: "a", answer2: "b" },
      "unknown-format",
      'fields "prompt", "answer1", "answer2" match no known format',
    ],
  ])("%j", (row, finding, detail) => {
    expect(rowText(row).problem).toEqual({ finding, detail });
  });
});
