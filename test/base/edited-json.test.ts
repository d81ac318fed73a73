import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { editedJson, rebuiltJson } from "../../src/base/edited-json.ts";
import { exactNumbers } from "../../src/curate/rows/exact-numbers.ts";

const read = (text: string): Record<string, unknown> => JSON.parse(exactNumbers(text)) as Record<string, unknown>;

const ROW = String.raw`{"id": 9007199254740993, "n": "caf\u00e9", "score": 10.0, "big": 1e400, "x": [1.50, -0, 12345678901234567890], "2": 1, "t": "a", "m": [{"role": "user", "weight": 1.0}]}`;

describe("JSON text of a changed value", () => {
  test("differs only where the value does", () => {
    expect(editedJson(ROW, read(ROW))).toBe(ROW);
    expect(editedJson(ROW, { ...read(ROW), t: "b" })).toBe(ROW.replace('"t": "a"', '"t": "b"'));
    expect(editedJson(ROW, { ...read(ROW), x: [1.5, 7, "12345678901234567890"] })).toBe(ROW.replace("-0", "7"));
    const deep = structuredClone(read(ROW)) as { m: { role: string }[] };
    deep.m[0]!.role = "x\n";
    expect(editedJson(ROW, deep)).toBe(ROW.replace('"user"', String.raw`"x\n"`));
  });

  test("has added members last, and keeps numbers where members are removed", () => {
    expect(editedJson(' {"a": 1.0 }\r', { a: 1, b: [2] })).toBe(' {"a": 1.0,"b":[2]}\r');
    expect(editedJson("{}", { b: 1 })).toBe('{"b":1}');
    expect(editedJson('{"a": 1.0, "b": 2.0, "c": [3.0, 4]}', { a: 1, c: [3] })).toBe('{"a":1.0,"c":[3.0]}');
    expect(editedJson('{"a": [1, 2.0]}', { a: "none" })).toBe('{"a": "none"}');
  });

  test("has a string where a number became a string, and a number where a string became one", () => {
    expect(editedJson('{"a": 5, "b": "5"}', { a: "5", b: 5 })).toBe('{"a": "5", "b": 5}');
    expect(editedJson('{"a": 9007199254740993}', { a: "<ID>" })).toBe('{"a": "<ID>"}');
  });

  const spaces = fc.constantFrom("", " ", "\t", "  ");
  const spaced = fc.tuple(fc.jsonValue({ depthSize: "small" }), spaces).map(([value, space]) => {
    const text = JSON.stringify({ a: value, t: "x", z: [value] }, null, space).replaceAll("\n", "");
    return text;
  });
  test("is the text itself for what was read from it, and parses to the value for any other", () => {
    fc.assert(
      fc.property(spaced, fc.jsonValue({ depthSize: "small" }), (text, other) => {
        expect(editedJson(text, read(text))).toBe(text);
        for (const write of [editedJson, rebuiltJson]) {
          const changed = { ...read(text), t: other };
          expect(read(write(text, changed))).toEqual(read(JSON.stringify(changed)));
        }
      }),
      { seed: 20261129 },
    );
  });
});

describe("JSON text of a value built from parts of another", () => {
  test("has the numbers as they were written, at members of the same name", () => {
    const { id, score, x, m } = read(ROW);
    expect(rebuiltJson(ROW, { kind: "chat", line: 10, messages: m, beside: { x, score, id } })).toBe(
      '{"kind":"chat","line":10,"messages":[{"role":"user","weight":1.0}],"beside":{"x":[1.50,-0,12345678901234567890],"score":10.0,"id":9007199254740993}}',
    );
  });

  test("has other numbers as JSON writes them", () => {
    expect(rebuiltJson('{"a":1.0,"b":"1e400"}', { a: 2, b: "1e400", c: 1 })).toBe('{"a":2,"b":"1e400","c":1}');
  });
});
