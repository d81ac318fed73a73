import { describe, expect, test } from "vitest";

import { lintRow } from "../../../src/curate/formats/lint-row.ts";
import { readCanonical } from "../../../src/curate/formats/read-canonical.ts";
import type { ChatMessage } from "../../../src/domain/canonical-row.ts";
import { EXAMPLES } from "./examples.ts";

/** Codes with their levels and messages, for messages written as `role: content`. */
function lint(turns: readonly (string | ChatMessage)[], tools?: unknown): string[] {
  const messages = turns.map((turn): ChatMessage => {
    if (typeof turn !== "string") return turn;
    const [role, content] = turn.split(/: ?/, 2);
    return { role: role!, content: content! };
  });
  return lintRow({ kind: "chat", messages, ...(tools === undefined ? {} : { tools }) }).map(
    ({ code, level, message }) => `${level} ${code} ${message ?? "row"}`,
  );
}

const call = (name: string, args: unknown, id?: string): ChatMessage => ({
  role: "assistant",
  tool_calls: [{ name, arguments: args, ...(id === undefined ? {} : { id }) }],
});
const TOOLS = [{ type: "function", function: { name: "weather", parameters: {} } }];

describe("what is wrong with a dialogue is named with its message", () => {
  test.each<[what: string, turns: (string | ChatMessage)[], expected: string[]]>([
    ["nothing", ["system: s", "user: u", "assistant: a", "user: u", "assistant: a"], []],
    ["the system in the middle", ["user: u", "system: s", "assistant: a"], ["error role-order 2"]],
    ["the assistant first", ["assistant: a", "user: u", "assistant: a"], ["error role-order 1"]],
    ["the user twice", ["user: u", "user: v", "assistant: a"], ["error role-order 2"]],
    ["the assistant twice", ["user: u", "assistant: a", "assistant: b"], ["error role-order 3"]],
    ["the user last", ["user: u", "assistant: a", "user: u"], ["warning role-order 3"]],
    ["a role that nobody knows", ["user: u", "narrator: n", "assistant: a"], ["error unknown-role 2"]],
    ["an answer that is blank", ["user: u", "assistant:  "], ["error empty-turn 2"]],
    ["a question that is blank", ["user: ", "assistant: a"], ["error empty-turn 1"]],
    ["a system prompt that is blank", ["system: ", "user: u", "assistant: a"], ["warning empty-turn 1"]],
    ["no answer", ["system: s", "user: u"], ["error loss-mask row"]],
    [
      "weights that leave nothing to learn",
      ["user: u", { role: "assistant", content: "a", weight: 0 }],
      ["error loss-mask row"],
    ],
    [
      "a user that would be learnt",
      [{ role: "user", content: "u", weight: 1 }, "assistant: a"],
      ["warning loss-mask 1"],
    ],
    [
      "a weight below zero",
      ["user: u", { role: "assistant", content: "a", weight: -1 }],
      ["error loss-mask row", "error bad-weight 2"],
    ],
    ["thinking that does not end", ["user: u", "assistant: <think>a"], ["warning broken-thinking 2"]],
    ["a tool that nobody called", ["user: u", "tool: t", "assistant: a"], ["error role-order 2"]],
  ])("%s", (_what, turns, expected) => {
    expect(lint(turns)).toEqual(expected);
  });

  test.each<[what: string, turns: (string | ChatMessage)[], expected: string[]]>([
    ["a call and its answer", ["user: u", call("weather", {}), "tool: t", "assistant: a"], []],
    ["a call as the last word", ["user: u", call("weather", {})], []],
    [
      "arguments that are no JSON",
      ["user: u", call("weather", "{city: Paris"), "tool: t", "assistant: a"],
      ["error broken-call 2"],
    ],
    [
      "arguments that are a list",
      ["user: u", call("weather", [1]), "tool: t", "assistant: a"],
      ["error broken-call 2"],
    ],
    ["no arguments", ["user: u", call("weather", undefined), "tool: t", "assistant: a"], ["error broken-call 2"]],
    [
      "text in place of a call",
      ["user: u", call("", "weather(Paris)"), "tool: t", "assistant: a"],
      ["error broken-call 2"],
    ],
    ["a tool that is not declared", ["user: u", call("time", {}), "tool: t", "assistant: a"], ["error unknown-tool 2"]],
    [
      "a call without an answer",
      ["user: u", call("weather", {}), "assistant: a"],
      ["warning role-order 3", "error unanswered-call 2"],
    ],
    [
      "an answer to another call",
      ["user: u", call("weather", {}, "c1"), { role: "tool", content: "t", tool_call_id: "c2" }, "assistant: a"],
      ["error unanswered-call 2", "error unasked-answer 3"],
    ],
    [
      "an id that occurs twice",
      [
        "user: u",
        call("weather", {}, "c1"),
        { role: "tool", content: "t", tool_call_id: "c1" },
        call("weather", {}, "c1"),
        { role: "tool", content: "t", tool_call_id: "c1" },
        "assistant: a",
      ],
      ["error repeated-call-id 4"],
    ],
  ])("tools: %s", (_what, turns, expected) => {
    expect(lint(turns, TOOLS)).toEqual(expected);
  });

  test("declared tools that are not a list, and calls without any declared", () => {
    const turns = ["user: u", call("weather", {}), "tool: t", "assistant: a"];
    expect(lint(turns, "weather")).toEqual(["error broken-tools row"]);
    expect(lint(turns)).toEqual(["warning undeclared-tool 2"]);
  });
});

test("a missing loss_weight of LLaMA-Factory v1 counts as 1, so that the user would be learnt", () => {
  const row = {
    messages: [
      { role: "user", content: [{ type: "text", value: "u" }] },
      { role: "assistant", content: [{ type: "text", value: "a" }], loss_weight: 1 },
    ],
  };
  const read = readCanonical(row);
  expect("row" in read ? lintRow(read.row).map(({ code, message }) => [code, message]) : read).toEqual([
    ["loss-mask", 1],
  ]);
});

test("two answers that are the same teach nothing", () => {
  expect(lintRow({ kind: "preference", prompt: "p", chosen: "a", rejected: "a" }).map(({ code }) => code)).toEqual([
    "same-answers",
  ]);
});

test("rows as the documentation of the formats has them are sound, but for those that are broken on purpose", () => {
  const wrong = EXAMPLES.flatMap(({ name, row }) => {
    const read = readCanonical(row);
    const errors = "row" in read ? lintRow(read.row).filter(({ level }) => level === "error") : [];
    return errors.map(({ code }) => `${name}: ${code}`);
  });
  expect(wrong).toEqual([
    "ShareGPT with other names of the speakers and a broken call: unknown-role",
    "ShareGPT with other names of the speakers and a broken call: broken-call",
  ]);
});
