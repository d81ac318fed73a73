import { expect, test } from "vitest";

import { parseExactJson, writeExactJson } from "../../src/base/exact-json.ts";

test.each(["[%]", '{"a": % }', "[1, %\n, 2]", '{"a":-%}'])(
  "a long integer in %s that no number holds stays exact, and is written as it was read",
  (shape) => {
    const text = shape.replace("%", "9007199254740993");
    const written = writeExactJson(parseExactJson(text));
    expect(written).toBe(text.replaceAll(/\s/g, ""));
    expect(JSON.stringify(JSON.parse(text))).not.toBe(written);
  },
);

test("other JSON is what the engine reads and writes", () => {
  for (const text of ['{"a":[1,2.5,"9007199254740993",null,true]}', "[900719925474099]", "1e300"]) {
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
    expect(writeExactJson(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(text)));
  }
  expect(writeExactJson({ bytes: 2n ** 63n })).toBe('{"bytes":9223372036854775808}');
});

test("a text that is not JSON, and a value whose own rule throws, are errors", () => {
  expect(() => parseExactJson("[9007199254740993,]")).toThrow(SyntaxError);
  expect(() => parseExactJson("[1,]")).toThrow(SyntaxError);
  const broken = {
    toJSON: () => {
      throw new RangeError("out of range");
    },
  };
  expect(() => writeExactJson(broken)).toThrow("out of range");
});
