import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseRow } from "../../../src/curate/rows/parse-row.ts";

test("any JSON object is a row, whatever quotes, escapes and depth its keys and values have", () => {
  const text = fc.string({ unit: fc.constantFrom("a", '"', "\\", ":", "{", " ", "é") });
  const value = fc.oneof(fc.jsonValue({ maxDepth: 4 }), text);
  fc.assert(
    fc.property(fc.dictionary(text, value), fc.constantFrom(0, 1, "\t"), (fields, indent) => {
      const written = JSON.stringify(fields, null, indent);
      expect(parseRow(written, 100)).toEqual({ fields: JSON.parse(written) as unknown });
    }),
  );
});

describe("a line that is not a row says why", () => {
  test.each([
    ['{"text": "cut', "the JSON ends too early: it may be truncated"],
    ['{"a": 1', "the JSON ends too early: it may be truncated"],
    ['{"a": NaN}', "NaN is not valid JSON: write null or a number"],
    ['{"a": [1, -Infinity]}', "-Infinity is not valid JSON: write null or a number"],
    ["{'a': 1}", "it is not valid JSON: \"{'a': 1}\""],
    [
      "<html><body>this is a page of some site</body></html>",
      'it is not valid JSON: "<html><body>this is a page of some site<"…',
    ],
    ["[1, 2]", "it is a list, expected an object with fields"],
    [`{"a": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`, "more than 100 nested levels"],
    ["null", "it is null, expected an object with fields"],
    ['"text"', "it is a string, expected an object with fields"],
    ["3", "it is a number, expected an object with fields"],
    ['{"text":"a","text":"b"}', 'duplicate key "text" in one object'],
    ['{"a":[{"b":"x"},{"c":1,"\\u0063" : 2}]}', 'duplicate key "\\u0063" in one object'],
  ])("%s", (text, problem) => {
    expect(parseRow(text, 100)).toEqual({ problem });
  });

  test("twenty thousand fields", () => {
    const text = JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 0])));
    expect(parseRow(text, 10_000)).toEqual({ problem: "it has 20000 fields, more than 10000" });
  });

  test("a hundred thousand brackets", () => {
    expect(parseRow('{"a":'.repeat(100_000), 10_000).problem).toBeDefined();
  });
});
