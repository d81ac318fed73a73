import * as fc from "fast-check";
import { expect, test } from "vitest";

import { canonicalJson, sha256 } from "../../src/base/hash.ts";
import { parseJson } from "../../src/base/json.ts";
import { catchFailure } from "../catch-failure.ts";

const messageOf = (text: string): string => catchFailure(() => parseJson(text, "config.json")).message;

test("JSON comes back as it was written", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parseJson(JSON.stringify(value), "x")).toEqual(reread(value));
    }),
  );
});

test.each([
  ["", "config.json is empty"],
  [" \n", "config.json is empty"],
  ['{\n  "a": 1,\n  b: 2\n}', "config.json, line 3, column 3: b is not valid JSON"],
  ['{\n  "a": [1, 2', "config.json, line 2, column 13: the text ends too early; the file may be truncated"],
  ['{"a": "cut o', "config.json, line 1, column 13: the text ends too early; the file may be truncated"],
  ['{"a": "line\nbreak"}', "config.json, line 1, column 7: this is not valid JSON"],
  ['{"a": NaN}', "config.json, line 1, column 7: NaN is not valid JSON"],
  ['{"a": 1}}', "config.json, line 1, column 9: this is not valid JSON"],
])("%j is refused with its place", (text, message) => {
  expect(messageOf(text)).toBe(message);
});

test.each([
  ['{"a": -Infinity}', "JSON does not allow NaN or Infinity: write a number or null"],
  ['{"a": None}', "write null"],
  ['{"a": True}', "write true"],
  ["[False]", "write false"],
  ["[undefined]", "write null"],
  ["[inf]", "JSON does not allow NaN or Infinity: write a number or null"],
  ["[+Infinity]", "JSON does not allow NaN or Infinity: write a number or null"],
  ["[nano]", "correct the file at that place"],
  ["[xnan]", "correct the file at that place"],
  ["[1] [2]", "correct the file at that place"],
  ["{'a': 1}", "correct the file at that place"],
])("%s, as other languages write it, comes with what to write", (text, hint) => {
  expect(catchFailure(() => parseJson(text, "config.json")).hint).toBe(hint);
});

/** The first character that RFC 8259 does not allow there. */
test.each([
  ["{1: 2}", 2],
  ["{,}", 2],
  ['{"a" 1}', 6],
  ['{"a", 1}', 5],
  ['{"a":}', 6],
  ['{"a":,1}', 6],
  ['{"a"::1}', 6],
  ['{"a":1,}', 8],
  ['{"a":1,2}', 8],
  ['{"a":1:2}', 7],
  ['{"a":1 "b":2}', 8],
  ['{"a":{"b":1} "c":2}', 14],
  ['{"a":1]', 7],
  ["[,1]", 2],
  ["[:1]", 2],
  ["[1,]", 4],
  ["[1,,2]", 4],
  ["[1}", 3],
  ['["a":1]', 5],
  ['[1,"a" 2]', 8],
  ["[[1] 2]", 6],
  ["[] []", 4],
  ["1,2", 2],
  ['"a":2', 4],
  ["1 2", 3],
  ['"a" "b"', 5],
  [":1", 1],
  [",", 1],
  ["]", 1],
  ["}", 1],
  ["[1]]", 4],
  ["  {} ,", 6],
])("%s is wrong from column %i on", (text, column) => {
  expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  expect(messageOf(text)).toMatch(new RegExp(`^config\\.json, line 1, column ${column}: `));
  expect(messageOf(text)).not.toContain("truncated");
});

test.each(["{", "[", '{"a"', '{"a":', '{"a":1', '{"a":1,', "[1", "[1,", '[{"a":[', '["a\\', '["a\\"', "[1,\n"])(
  "%j lacks only its end",
  (text) => {
    expect(messageOf(text)).toContain("the text ends too early; the file may be truncated");
  },
);

test("JSON nested without end is refused at its line, brackets in text are not counted", () => {
  expect(messageOf(`{\n"a": ${"[".repeat(200_000)}${"]".repeat(200_000)}}`)).toBe(
    "config.json, line 2: more than 100 nested levels",
  );
  const text = JSON.stringify(`\\"${"[{".repeat(500)}`);
  expect(parseJson(`${"[".repeat(99)}[${text}]${"]".repeat(99)}`, "x")).toBeDefined();
});

test("lists and groups side by side are not nested, and each failure has its kind and its hint", () => {
  for (const part of ["[]", "{}", '[{"a": [1]}]']) {
    const wide = `[${Array.from({ length: 300 }, () => part).join(",\n")}]`;
    expect(parseJson(wide, "x")).toHaveLength(300);
  }
  const deep = catchFailure(() => parseJson(`[\n${'{"a":['.repeat(60)}${"]}".repeat(60)}\n\n]`, "x"));
  expect(deep).toMatchObject({
    kind: "bad_input",
    message: "x, line 2: more than 100 nested levels",
    hint: "is this the right file?",
  });
  expect(catchFailure(() => parseJson("", "x"))).toMatchObject({ kind: "bad_input", hint: "expected JSON" });
  expect(catchFailure(() => parseJson('{"a": [1, 2  ', "x"))).toMatchObject({
    kind: "bad_input",
    hint: "download or copy the complete file again",
  });
  expect(catchFailure(() => parseJson("  [1 2]", "x"))).toMatchObject({
    message: "x, line 1, column 6: 2 is not valid JSON",
  });
});

test("a text cut off anywhere is refused as cut off, or at the number or word that it breaks", () => {
  const value = fc.jsonValue().filter((each) => each !== null && typeof each === "object");
  fc.assert(
    fc.property(value, fc.double({ min: 0, max: 0.999, noNaN: true }), (each, share) => {
      const whole = JSON.stringify(each);
      const cut = whole.slice(0, Math.max(1, Math.floor(whole.length * share)));
      expect(messageOf(cut)).toMatch(/^config\.json, line 1, column \d+: /);
      if (/[[{,:]$/.test(cut) && !cut.includes('"')) expect(messageOf(cut)).toContain("the file may be truncated");
    }),
  );
});

test("the column is that of the mistake, wherever a wrong word is put in place of a value", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (values) => {
      const before = values.map((value) => `${JSON.stringify(value)}, `).join("");
      expect(messageOf(`[${before}None]`)).toBe(
        `config.json, line 1, column ${before.length + 2}: None is not valid JSON`,
      );
    }),
  );
});

test("SHA-256 is that of FIPS 180-2, appendix B", () => {
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256(new Uint8Array())).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("canonical JSON does not depend on the order of keys, at any depth", () => {
  const shuffled = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffled)
      : value !== null && typeof value === "object"
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([key, each]) => [key, shuffled(each)]),
          )
        : value;
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(reread(value));
    }),
  );
  expect(canonicalJson({ b: [2, 1], a: { d: 1, c: 2 } })).toBe('{"a":{"c":2,"d":1},"b":[2,1]}');
});

function reread(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown; // -0 becomes 0 in JSON
}

test("a hundred levels are read, and one more is refused with its line; brackets in texts are none", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  expect(parseJson(nested(100), "x")).toEqual(JSON.parse(nested(100)));
  expect(catchFailure(() => parseJson(`{"a":\n${nested(100)}}`, "x")).message).toBe(
    "x, line 2: more than 100 nested levels",
  );
  for (const text of ["[".repeat(200), `\\"${"{".repeat(200)}`, `\\\\${"[".repeat(200)}`]) {
    expect(parseJson(`{"a":"${text}","b":[1]}`, "x")).toEqual(JSON.parse(`{"a":"${text}","b":[1]}`));
  }
  // The text ends before these levels, and what follows it counts.
  expect(catchFailure(() => parseJson(`["\\\\", ${nested(100)}]`, "x")).message).toContain(
    "more than 100 nested levels",
  );
});
