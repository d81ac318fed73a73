import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readJsonArray } from "../../src/tables/read-json-array.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { chunked, rowsOf } from "./row-items.ts";

const read = (text: string, chunkBytes = 1_000, lineBytes = 1_000) =>
  rowsOf(readJsonArray(chunked(Buffer.from(text), chunkBytes), { path: "a.json", lineBytes }));

test("elements are those of JSON.parse, however the array is indented and cut into chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 }),
      fc.constantFrom(0, 2, "\t"),
      fc.integer({ min: 1, max: 60 }),
      async (values, indent, chunkBytes) => {
        const rows = await read(JSON.stringify(values, null, indent), chunkBytes, 1e6);
        const parsed = rows.map((row) => JSON.parse((row as { text: string }).text) as unknown);
        expect(parsed).toEqual(JSON.parse(JSON.stringify(values)));
      },
    ),
  );
});

test("a string of quotes, backslashes and brackets ends where JSON.parse ends it, in chunks of any size", async () => {
  const text = fc.string({ unit: fc.constantFrom("\\", '"', "]", ",", "{", "a"), maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 6 }), fc.integer({ min: 1, max: 20 }), async (values, chunkBytes) => {
      const rows = await read(JSON.stringify(values), chunkBytes);
      expect(rows.map((row) => JSON.parse((row as { text: string }).text) as unknown)).toEqual(values);
    }),
  );
});

test("an element has the number of the line on which it starts", async () => {
  const rows = await read('\n[ {"a":1},\n\n  {"b":\n2}\n, {"c":3} ]\n');
  expect(rows.map(({ line }) => line)).toEqual([2, 4, 6]);
});

test("what is wrong with one element does not end the reading", async () => {
  expect(await read(`[{"a":1} {"b":2},, ${"9".repeat(60)}, {"c":3},]`, 8, 50)).toEqual([
    { line: 1, text: '{"a":1} {"b":2}' },
    { line: 1, finding: "broken", detail: "there is nothing between two commas" },
    {
      line: 1,
      finding: "too-long",
      detail: "the row has 61 bytes, more than the limit of 50: split it into several rows",
    },
    { line: 1, text: ' {"c":3}' },
    { line: 1, finding: "broken", detail: "there is nothing between two commas" },
  ]);
});

test("a line break inside a string stays forbidden", async () => {
  const [row] = await read('[{"a":"x\ny"}]');
  expect(() => JSON.parse((row as { text: string }).text) as unknown).toThrow(SyntaxError);
});

test("an empty array has no rows", async () => {
  expect(await read(" [ \n ] ")).toEqual([]);
});

describe("a broken array is refused", () => {
  test.each([
    ['[{"a":1},\n{"a":2', "a.json: the array is not closed after the element of line 2"],
    ['[{"a":"x},\n{"a":2}]', "a.json: the array is not closed after the element of line 1"],
    ['[{"a":1}]\n[{"a":2}]', "a.json, line 2: there is text after the array"],
  ])("%j", async (text, message) => {
    expect((await catchFailureAsync(() => read(text))).message).toBe(message);
  });
});
