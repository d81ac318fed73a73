import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type Answer, emptyAnswer, readEvent } from "../../src/loadtest/answer.ts";

/** What an answer holds, its frame aside; every event comes a millisecond after the one before. */
function read(events: readonly string[], forget: boolean): { answer: Omit<Answer, "frame">; unparsed: number } {
  const all = emptyAnswer();
  let unparsed = 0;
  for (const [index, event] of events.entries()) {
    if (forget) all.frame = undefined;
    const { frame } = all;
    readEvent(all, event, index);
    if (frame !== undefined && all.frame === frame) unparsed += 1;
  }
  const { frame: _frame, ...answer } = all;
  return { answer, unparsed };
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("a", " b", '"', "\\", "\n", '"},', '","x":"', "", "content", '{"error":1}', "[DONE]"),
);

const event = fc
  .record({
    id: fc.constantFrom("1", "2"),
    content: text,
    field: fc.constantFrom("content", "reasoning", "role", "text"),
    finish: fc.constantFrom(null, null, null, "stop"),
    usage: fc.constantFrom(undefined, undefined, null, { prompt_tokens: 3, completion_tokens: 4 }),
    error: fc.constantFrom(undefined, undefined, undefined, { message: "broken" }),
    tail: fc.constantFrom("", "", "", " ", "}"),
    choices: fc.constantFrom(1, 1, 1, 2, 0),
  })
  .map(({ id, content, field, finish, usage, error, tail, choices }) => {
    const own = field === "text" ? { text: content } : { delta: { [field]: content } };
    const list = Array.from({ length: choices }, (_, index) => ({ index, ...own, finish_reason: finish }));
    return `${JSON.stringify({ id, choices: list, usage, error })}${tail}`;
  });

describe("chunks that differ by their text alone", () => {
  test("need no parsing, and are read as if they were parsed", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        expect(read(events, false).answer).toEqual(read(events, true).answer);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [
      "chat, as vLLM writes it",
      (word: string) => `{"id":"x","choices":[{"index":0,"delta":{"content":"${word}"},"finish_reason":null}]}`,
    ],
    [
      "completions, with spaces as Python writes them",
      (word: string) => `{"choices": [{"index": 0, "text": "${word}"}]}`,
    ],
  ])("%s: all but the first", (_name, chunk) => {
    const events = [" a", "ö", "word 3", "😀", "'"].map(chunk);
    const { answer, unparsed } = read(events, false);
    expect(answer.chunks).toBe(5);
    expect(unparsed).toBe(4);
  });
});
