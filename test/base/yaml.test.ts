import { describe, expect, test } from "vitest";

import { formatYaml, parseYaml } from "../../src/base/yaml.ts";
import { catchFailure } from "../catch-failure.ts";
import { cpuMs } from "../cpu-ms.ts";
import { longTest } from "../long-suite.ts";

const failing = (text: string): { kind: string; message: string; hint: string | undefined } =>
  catchFailure(() => parseYaml(text, "p.yaml"));

describe("YAML is parsed strictly", () => {
  test("values have the types of YAML 1.2: `no` is text, 1.5 a number", () => {
    expect(parseYaml("a: no\nb: 1.5\nc: [x, true]\nd:\n", "p.yaml").value).toEqual({
      a: "no",
      b: 1.5,
      c: ["x", true],
      d: null,
    });
  });

  test("the line of any field is known, and that of the nearest group where the field is missing", () => {
    const file = parseYaml("a: 1\nb:\n  c:\n    - x\n    - y\n", "p.yaml");
    expect(file.lineOf(["b", "c", 1])).toBe(5);
    expect(file.lineOf(["b", "missing"])).toBe(3);
    expect(file.lineOf(["missing"])).toBe(1);
  });

  test("a lone CR ends a line, as CRLF does", () => {
    const file = parseYaml("# a comment\ra: 1\r\nb: 2\n", "p.yaml");
    expect(file.value).toEqual({ a: 1, b: 2 });
    expect(file.lineOf(["b"])).toBe(3);
  });

  test.each([
    ["brackets", `a: 1\nb: ${"[".repeat(100_000)}`],
    ["groups", `a: 1\nb: ${"{c: ".repeat(5000)}`],
    ["lists", `a: 1\nb:\n  ${"- ".repeat(5000)}c\n`],
  ])("%s nested without end are refused at their line", (_what, text) => {
    expect(failing(text).message).toMatch(/^p\.yaml, line [23]: more than 100 nested levels$/);
  });

  test("ninety levels are read", () => {
    expect(parseYaml(`a: ${"[".repeat(90)}1${"]".repeat(90)}`, "p.yaml").value).toHaveProperty("a");
  });

  test("a key that occurs twice is refused with its line", () => {
    const { message, hint } = failing("name: a\nmodel: b\nname: c\n");
    expect(message).toMatch(/^p\.yaml, line 3, column 1: map keys must be unique/);
    expect(hint).toBe("keep one of the two");
  });

  test("a key that would change what every value inherits is refused, with its line", () => {
    const failure = catchFailure(() => parseYaml("a: 1\nassumptions:\n  __proto__: { p50: 1 }\n", "p.yaml"));
    expect(failure.message).toBe("p.yaml, line 3: a key cannot be called __proto__");
    expect(failure.hint).toBeTruthy();
  });

  test("an alias is refused, so that no bomb can grow", async () => {
    const levels = "abcdefghi".split("").map((name, index, all) => {
      const below = all[index - 1];
      return `${name}: &${name} [${Array(9)
        .fill(below === undefined ? "lol" : `*${below}`)
        .join(", ")}]`;
    });
    const taken = await cpuMs(() => {
      const { message, hint } = failing(levels.join("\n"));
      expect(message).toBe("p.yaml, line 2: YAML aliases (*a) are not allowed");
      expect(hint).toContain("write the value in full");
    });
    expect(taken).toBeLessThan(20_000);
  });

  test.each([
    ["a tag of another language", "a: !!python/object:os.system x\n", "line 1"],
    ["an unknown tag", "a: 1\nb: !include other.yaml\n", "line 2"],
    ["a second document", "a: 1\n---\nb: 2\n", "line 2"],
    ["a quote that is not closed", 'a: "x\nb: 2\n', "p.yaml, line"],
    ["a tab for indentation", "a:\n\tb: 1\n", "line 2"],
    ["a list that is not closed", "a: [1, 2\nb: 3\n", "line 2"],
    ["a merge key with an alias", "a: &x {b: 1}\nc:\n  <<: *x\n", "line 3"],
  ])("%s is refused with its line", (_what, text, place) => {
    expect(failing(text).message).toContain(place);
  });

  longTest("100,000 values are read, and one more is refused", () => {
    const list = (items: number): string => `[${"1,".repeat(items)}]`; // the list counts too
    expect(parseYaml(list(99_999), "p.yaml").value).toHaveLength(99_999);
    expect(failing(list(100_000))).toMatchObject({
      kind: "bad_input",
      message: "p.yaml has more than 100000 values",
      hint: "put rows into a dataset file, and the path of that file here",
    });
  });

  test("one hundred levels are read, and one more is refused", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    expect(parseYaml(nested(100), "p.yaml").value).toBeDefined();
    expect(failing(nested(101))).toMatchObject({
      kind: "bad_input",
      message: "p.yaml, line 1: more than 100 nested levels",
      hint: "is this the right file?",
    });
  });

  test("brackets nested 10,000 deep are a mistake of the user, not a bug", () => {
    expect(failing(`a: ${"[".repeat(10_000)}${"]".repeat(10_000)}`).message).toContain("p.yaml");
  });

  test.each([
    ["a tab", "a:\n\tb: 1\n", "check the indentation and the quotes near that line"],
    ["a second document", "a: 1\n---\nb: 2\n", "remove the line --- and everything after it"],
    ["an alias", "a: &x 1\nb: *x\n", "write the value in full instead of an alias"],
    ["a key of the language", "__proto__: 1\n", "give the key another name, or remove it"],
  ])("what is refused is bad input with a hint: %s", (_what, text, hint) => {
    expect(failing(text)).toMatchObject({ kind: "bad_input", hint });
  });

  test("a second document is refused in the words of a user", () => {
    expect(failing("a: 1\n---\nb: 2\n").message).toBe(
      "p.yaml, line 2, column 1: a second document begins here; expected one",
    );
  });

  test("a problem that the parser words is one line in lower case, without an excerpt", () => {
    const { message } = failing("a: {b: 1\nc: [Not Closed\n");
    expect(message).toMatch(/^p\.yaml, line \d+, column \d+: [a-z][^\n]*$/);
    expect(failing("Name: 1\nName: 2\n").message).toBe("p.yaml, line 2, column 1: map keys must be unique");
    expect(failing("a: !Ref Bucket\n").message).toBe("p.yaml, line 1, column 4: unresolved tag: !Ref");
  });

  test("the line of a field whose value is null or missing is that of what is there", () => {
    const file = parseYaml("a:\n  b:\n  c: 1\n", "p.yaml");
    expect([file.lineOf(["a", "c"]), file.lineOf(["a", "c", "d"]), file.lineOf([])]).toEqual([3, 3, 1]);
    expect(file.lineOf(["a", "b"])).toBeLessThanOrEqual(3);
    expect(parseYaml("\n\n# nothing\nx: 1\n", "p.yaml").lineOf([])).toBe(1);
  });

  test("a value is written with two spaces a level and no line is folded", () => {
    const long = "word ".repeat(60).trim();
    expect(formatYaml({ a: { b: [1, long] } })).toBe(`a:\n  b:\n    - 1\n    - ${long}\n`);
    expect(parseYaml(formatYaml({ a: { b: [1, long] } }), "p.yaml").value).toEqual({ a: { b: [1, long] } });
  });

  test("an empty file is null, for the schema to refuse", () => {
    expect(parseYaml("", "p.yaml").value).toBeNull();
    expect(parseYaml("# only a comment\n", "p.yaml").value).toBeNull();
  });
});
