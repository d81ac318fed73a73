import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { emptyAnswer, faultOf, readEvent, tokensOf } from "../../src/loadtest/answer.ts";
import { eventReader } from "../../src/loadtest/sse-events.ts";

/** The events of bytes that come in the given pieces. */
function eventsOf(...pieces: readonly (string | Uint8Array)[]): string[] {
  const events: string[] = [];
  const reader = eventReader((data) => events.push(data));
  for (const piece of pieces) reader.push(typeof piece === "string" ? Buffer.from(piece) : piece);
  reader.end();
  return events;
}

/** An answer of events, one per millisecond from 1 on. */
function answerOf(...events: readonly unknown[]): ReturnType<typeof emptyAnswer> {
  const answer = emptyAnswer();
  for (const [index, each] of events.entries()) {
    readEvent(answer, typeof each === "string" ? each : JSON.stringify(each), index + 1);
  }
  return answer;
}

describe("server-sent events", () => {
  test.each<[string, string, string[]]>([
    ["no line end at all", "data: a", []],
    ["one line of data", "data: a\n\n", ["a"]],
    ["no space after the colon", "data:a\n\n", ["a"]],
    ["one space alone is dropped", "data:  a\n\n", [" a"]],
    ["several lines of data are joined", "data: a\ndata: b\n\n", ["a\nb"]],
    ["data without a colon is an empty line", "data\ndata\n\n", ["\n"]],
    [
      "comments and other fields are passed over",
      ": keep-alive\nevent: x\nid: 1\nretry: 5\ndata: a\n\n: end\n\n",
      ["a"],
    ],
    ["a field that only begins like data", "database: x\n\ndata: a\n\n", ["a"]],
    ["CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]],
    ["CR", "data: a\r\rdata: b\r\r", ["a", "b"]],
    ["several blank lines", "data: a\n\n\n\ndata: b\n\n", ["a", "b"]],
    ["a byte-order mark", "\ufeffdata: a\n\n", ["a"]],
    ["a last line end that is missing", "data: a\n\ndata: [DONE]", ["a", "[DONE]"]],
    ["a last blank line that is missing", "data: a\n", ["a"]],
    ["a line that was cut off is dropped", 'data: a\n\ndata: {"x', ["a"]],
  ])("%s", (_name, text, events) => {
    expect(eventsOf(text)).toEqual(events);
  });

  test("are the same wherever the bytes are cut, within characters and line ends too", () => {
    const lines = fc.array(fc.constantFrom("data: é😀", "data: x", "data:", ": c", "", "data: [DONE]"), {
      maxLength: 12,
    });
    const ends = fc.constantFrom("\n", "\r\n", "\r");
    fc.assert(
      fc.property(lines, ends, fc.array(fc.nat({ max: 200 }), { maxLength: 10 }), (parts, end, cuts) => {
        const bytes = Buffer.from(parts.map((part) => part + end).join(""));
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((to, index) => bytes.subarray(at[index], to));
        expect(eventsOf(...pieces)).toEqual(eventsOf(bytes));
      }),
    );
  });

  test("an event without an end does not fill the memory", () => {
    const reader = eventReader(() => undefined);
    const piece = Buffer.alloc(1024 * 1024, "x");
    reader.push(Buffer.from("data: "));
    expect(() => {
      for (let each = 0; each < 20; each++) reader.push(piece);
    }).toThrow(RangeError);
  });
});

describe("an answer", () => {
  const delta = (content: unknown): object => ({ choices: [{ delta: content }] });

  test("begins with the first content: the role alone, an empty text and null are none", () => {
    const answer = answerOf(
      delta({ role: "assistant" }),
      delta({ content: "" }),
      delta({ content: null }),
      delta({ content: "a" }),
      delta({ content: "b" }),
    );
    expect(answer).toMatchObject({ firstMs: 4, lastMs: 5, chunks: 2, gapsMs: [1], maxGapMs: 1 });
  });

  test.each([
    ["text of the completions API", { choices: [{ text: "a" }] }],
    ["reasoning", delta({ reasoning_content: "hm" })],
    ["reasoning by its other name", delta({ reasoning: "hm" })],
    ["a tool call", delta({ tool_calls: [{ index: 0, function: { arguments: "{" } }] })],
    ["a refusal", delta({ refusal: "no" })],
  ])("counts %s as content", (_name, each) => {
    expect(answerOf(each).chunks).toBe(1);
  });

  test("takes the last usage, in a chunk of its own or in addition to content", () => {
    const counted = (completion: number): object => ({ usage: { prompt_tokens: 9, completion_tokens: completion } });
    const answer = answerOf({ ...delta({ content: "a" }), ...counted(1) }, { choices: [], ...counted(5) });
    expect(tokensOf(answer)).toEqual({ inputTokens: 9, outputTokens: 5, cachedTokens: null, countedBy: "usage" });
  });

  test("does not take counts that are none", () => {
    const answer = answerOf(delta({ content: "a" }), {
      choices: [],
      usage: { prompt_tokens: -1, completion_tokens: "x" },
    });
    expect(tokensOf(answer)).toMatchObject({ inputTokens: null, outputTokens: 1, countedBy: "chunks" });
  });

  test("passes over events that are of no completion, and finds a flat error", () => {
    expect(answerOf({ type: "ping" }, delta({ content: "a" }), "[DONE]").fault).toBeUndefined();
    expect(answerOf({ object: "error", message: "out of memory" }).fault).toMatch(/out of memory/);
  });

  test("reads nothing after [DONE]", () => {
    expect(answerOf(delta({ content: "a" }), "[DONE]", "not JSON").fault).toBeUndefined();
  });

  test("is faulty where it stops before it is done", () => {
    expect(faultOf(answerOf(delta({ content: "a" })))).toMatch(/before it was done/);
    expect(faultOf(answerOf(delta({ content: "a" }), "[DONE]"))).toBeUndefined();
  });
});
