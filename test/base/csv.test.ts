import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { csvCell } from "../../src/base/csv-cell.ts";
import { parseCsv, parseRaggedCsv } from "../../src/base/csv.ts";
import { catchFailure } from "../catch-failure.ts";

const messageOf = (text: string): string => catchFailure(() => parseCsv(text, "prices.csv")).message;

describe("a small CSV is parsed", () => {
  test("into rows by column, each with the line it is on", () => {
    const { columns, rows } = parseCsv('# dated\ngpu,usd\nH100, 2.49 \n\n"L40S, 48 GB","0.79"\n', "prices.csv");
    expect(columns).toEqual(["gpu", "usd"]);
    expect(rows.map(({ fields }) => fields)).toEqual([
      { gpu: "H100", usd: "2.49" },
      { gpu: "L40S, 48 GB", usd: "0.79" },
    ]);
    expect(rows.map(({ line }) => line)).toEqual([3, 5]);
  });

  test("a row whose field goes over several lines is on the first of them, and so is the one behind it", () => {
    const { rows } = parseCsv('gpu,note\nH100,"one\ntwo\n\n# three"\n\n# comment\nL4,short\n', "prices.csv");
    expect(rows.map(({ line }) => line)).toEqual([2, 8]);
  });

  test("with its columns where it has no rows", () => {
    expect(parseCsv("gpu,usd\n", "prices.csv")).toEqual({ columns: ["gpu", "usd"], rows: [] });
  });

  test("the columns are those of the header where comments stand before it", () => {
    expect(parseCsv("# a comment, with a comma\ngpu,usd\n", "prices.csv").columns).toEqual(["gpu", "usd"]);
  });

  test("so that quoted fields come back as they were written", () => {
    const field = fc.string().map((text) => text.replaceAll(/[\r\n]/g, " ").trim());
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 10 }), (pairs) => {
        const text = `a,b\n${pairs.map((pair) => pair.map(quote).join(",")).join("\n")}\n`;
        expect(parseCsv(text, "x").rows.map(({ fields }) => [fields["a"], fields["b"]])).toEqual(pairs);
      }),
    );
  });

  test.each([
    ["nothing", "", "prices.csv is empty"],
    ["a row with too many fields", "a,b\n1,2\n1,2,3\n", "prices.csv, line 3: the row has 3 fields"],
    ["a row with too few fields", "a,b\n1\n", "prices.csv, line 2: the row has 1 field; the header has 2"],
    ["a column that occurs twice", "a,a\n1,2\n", 'prices.csv, line 1: duplicate column "a"'],
    ["a column without a name", "a,\n1,2\n", "prices.csv, line 1: column 2 has no name"],
    [
      "a quote that is not closed, on the line that it opens on,",
      'a,b\n1,2\n\n3,"4\n5,6\n7,8\n',
      "prices.csv, line 4: a quoted field is not closed before the end of the file",
    ],
    ...['x "y",z', '"x"y,z', '"x" y,z'].map((row): [string, string, string] => [
      `the field ${row.slice(0, -2)}`,
      `a,b\n1,2\n${row}\n`,
      "prices.csv, line 3: a field contains a quote: enclose the field in quotes and double each quote in it",
    ]),
    ["semicolons", "a;b\n1;2,5\n", "prices.csv, line 1: columns are separated by semicolons, expected commas"],
    ["tabs", "a\tb\n1\t2\n", "prices.csv, line 1: columns are separated by tabs, expected commas"],
    ["a row of 2 MiB", `a,b\n1,${"x".repeat(2 ** 21)}\n`, "the row is longer than 1 MiB"],
    [
      "2,001 columns",
      `${Array.from({ length: 2001 }, (_, i) => `c${i}`).join(",")}\n`,
      "has 2001 columns, more than 2000",
    ],
    ["a million columns", `${Array.from({ length: 1_000_000 }, (_, i) => i).join(",")}\n`, "prices.csv"],
  ])("and %s is refused with its place", (_what, text, message) => {
    expect(messageOf(text)).toContain(message);
  });
});

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

describe("a value as a cell", () => {
  test.each([
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ["+1+1", "'+1+1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ["-5.2", "-5.2"],
    ["-Infinity", "-Infinity"],
    ["-Infinity()", "'-Infinity()"],
    ["a,b", '"a,b"'],
    ["plain", "plain"],
  ])("%s is written as %s, which no spreadsheet runs", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  test("comes back as it was, a formula or not", () => {
    const field = fc.string({ unit: fc.constantFrom("=", "'", "+", "-", "@", "a", "1", '"', ",", "#", "\n") });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 10 }), (values) => {
        const text = `a,b\n${values.map((value) => `x,${csvCell(value.trim())}`).join("\n")}\n`;
        expect(parseCsv(text, "x").rows.map(({ fields }) => fields["b"])).toEqual(values.map((value) => value.trim()));
      }),
    );
  });
});

test("rows of another length than the header are apart, each with its line and reason", () => {
  const { rows, ragged } = parseRaggedCsv("a,b\n1,2\n3\n4,5,6\n7,8\n", "x.csv");
  expect(rows).toEqual([
    { line: 2, fields: { a: "1", b: "2" } },
    { line: 5, fields: { a: "7", b: "8" } },
  ]);
  expect(ragged.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
    "3: has 1 field; the header has 2",
    "4: has 3 fields; the header has 2",
  ]);
});

test.each([
  ["", "expected a CSV with a header line"],
  ["a,b\n1\n", "give every row as many cells as the header has"],
  [
    'a,b\n1,x"y\n',
    "enclose a cell that contains a comma, a quote or a line break in quotes, and double the quotes in it",
  ],
  ["a|b\n1|2\n", "save it with commas between columns and decimal points in numbers"],
  [`${Array.from({ length: 2001 }, (_each, index) => `c${index}`).join(",")}\n`, "keep only the columns that you need"],
  ["a,\n1,2\n", "name every column in the first line"],
  ["a,a\n1,2\n", "rename one of the two columns"],
])("what is wrong with %j comes with what to do", (text, hint) => {
  expect(catchFailure(() => parseCsv(text, "x.csv"))).toMatchObject({ kind: "bad_input", hint });
});

test("as many columns as are allowed are read", () => {
  const header = Array.from({ length: 2000 }, (_each, index) => `c${index}`).join(",");
  expect(parseCsv(`${header}\n`, "x.csv").columns).toHaveLength(2000);
});
