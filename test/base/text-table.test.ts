import { describe, expect, test } from "vitest";

import { textTable, wrapText } from "../../src/base/text-table.ts";

describe("a text table", () => {
  test("puts text left, numbers right, a rule before the total, and no spaces at line ends", () => {
    const table = textTable(
      [{ head: "activity" }, { head: "USD", align: "right" }, { head: "basis" }],
      [["experts", "16,000", "800 h × 20"], ["redaction", "3,000", ""], null, ["total", "19,000", ""]],
    );
    expect(table).toBe(
      [
        "activity      USD  basis",
        "experts    16,000  800 h × 20",
        "redaction   3,000",
        "─────────────────────────────",
        "total      19,000",
      ].join("\n"),
    );
  });

  test("wraps prose at its column's width, and begins the next row below it", () => {
    const columns = [{ head: "name" }, { head: "note", wrap: 10 }, { head: "n", align: "right" as const }];
    const rows = [
      ["a", "one two three four", "1"],
      ["b", "short", "22"],
    ];
    expect(textTable(columns, rows).split("\n")).toEqual([
      "name  note         n",
      "a     one two      1",
      "      three four",
      "b     short       22",
    ]);
  });

  test("counts wide characters as two columns and combining marks as none", () => {
    const table = textTable(
      [{ head: "name" }, { head: "n", align: "right" }],
      [
        ["模型", "1"],
        ["e\u0301té", "22"],
      ],
    );
    expect(table.split("\n")).toEqual(["name   n", "模型   1", "e\u0301té   22"]);
  });

  test("of no rows is its heads, and a short row is filled", () => {
    expect(textTable([{ head: "a" }, { head: "b" }], [])).toBe("a  b");
    expect(textTable([{ head: "a" }, { head: "b" }], [["x"]])).toBe("a  b\nx");
    expect(textTable([{ head: "a" }, { head: "b" }, { head: "c" }], [["x", "", "z"], ["y"]])).toBe(
      "a  b  c\nx     z\ny",
    );
    const [head, line] = textTable([{ head: "a" }, { head: "b", align: "right" }], [["x"]]).split("\n");
    expect([head, line]).toEqual(["a  b", "x"]);
  });

  test("keeps the line breaks of a cell only in a column that is wrapped", () => {
    expect(textTable([{ head: "a" }], [["x\ny"]])).toBe("a\nx\ny");
    expect(textTable([{ head: "a" }, { head: "b" }], [["one two", "z"]])).toBe("a        b\none two  z");
  });
});

describe("wrapped text", () => {
  test("breaks between words, keeps paragraphs, and lets a long word stand out", () => {
    expect(wrapText("one two three\n\nfour abcdefghijkl", 8, "  ")).toBe(
      "  one\n  two\n  three\n\n  four\n  abcdefghijkl",
    );
  });

  test("begins no line with a space where the first word fills it", () => {
    expect(wrapText("abcdefgh ij", 4)).toBe("abcdefgh\nij");
    expect(wrapText("ab cd", 5)).toBe("ab cd");
    expect(wrapText("ab cde", 5)).toBe("ab\ncde");
  });

  test("has no line longer than asked where the words allow it", () => {
    const lines = wrapText("lorem ipsum dolor sit amet ".repeat(20).trim(), 30).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30);
    expect(lines.join(" ")).toBe("lorem ipsum dolor sit amet ".repeat(20).trim());
  });
});
