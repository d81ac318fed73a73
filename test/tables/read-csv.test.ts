import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { READ_LIMITS } from "../../src/tables/limits.ts";
import { readCsv } from "../../src/tables/read-csv.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { chunked, rowsOf } from "./row-items.ts";

const read = (
  text: string | Uint8Array,
  options: { chunkBytes?: number; delimiter?: string; lineBytes?: number } = {},
) =>
  rowsOf(
    readCsv(chunked(typeof text === "string" ? Buffer.from(text) : text, options.chunkBytes ?? 1_000), {
      ...READ_LIMITS,
      lineBytes: options.lineBytes ?? 1_000,
      path: "a.csv",
      delimiter: options.delimiter ?? ",",
    }),
  );
const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;

test("records round trip with the line on which each starts, in chunks of any size", async () => {
  const field = fc.string({ unit: fc.constantFrom("a", "é", ",", '"', "\n", " ", "1") });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(field, field), { maxLength: 12 }),
      fc.integer({ min: 1, max: 40 }),
      async (rows, chunkBytes) => {
        let line = 2;
        const expected = rows.map(([a, b]) => {
          const row = { line, text: JSON.stringify({ a, b }) };
          line += 1 + `${a}${b}`.split("\n").length - 1;
          return row;
        });
        const text = ["a,b", ...rows.map((row) => row.map(quoted).join(","))].join("\n");
        expect(await read(text, { chunkBytes })).toEqual(expected);
      },
    ),
  );
});

test("CRLF, blank lines, empty fields and a bare quote inside a field are read", async () => {
  expect(await read('a,b\r\n\r\n1,\r\n5" pipe,"x\r\ny"\r\n')).toEqual([
    { line: 3, text: '{"a":"1","b":""}' },
    { line: 4, text: '{"a":"5\\" pipe","b":"x\\ny"}' },
  ]);
});

test("tabs part the fields of a .tsv", async () => {
  expect(await read("a\tb\n1,2\t3", { delimiter: "\t" })).toEqual([{ line: 2, text: '{"a":"1,2","b":"3"}' }]);
});

test("a record that does not fit the header is a bad row, and reading goes on", async () => {
  expect(await read('a,b\n1\n2,3,4\n"x"y,5\n6,7')).toEqual([
    { line: 2, finding: "broken", detail: "it has 1 field; the header has 2" },
    { line: 3, finding: "broken", detail: "it has 3 fields; the header has 2" },
    { line: 4, finding: "broken", detail: "field 1 continues after its closing quote" },
    { line: 5, text: '{"a":"6","b":"7"}' },
  ]);
});

test.each([3, 100, 5_000])("a record beyond the limit is a finding, in chunks of %i", async (chunkBytes) => {
  expect(await read(`a\n1\n${"x".repeat(1_200)}\n2`, { chunkBytes })).toEqual([
    { line: 2, text: '{"a":"1"}' },
    {
      line: 3,
      finding: "too-long",
      detail: "the row has 1200 bytes, more than the limit of 1000: split it into several rows",
    },
    { line: 4, text: '{"a":"2"}' },
  ]);
});

describe("a file with an ambiguous delimiter is rejected", () => {
  test.each([
    ["an open quote", 'a,b\n1,"2\n3,4', "a.csv, line 2: a quoted field is not closed before the end of the file"],
    [
      "an open quote over many lines",
      `a,b\n1,"${"x\n".repeat(600)}"`,
      "a.csv, line 2: a quoted field is not closed within 1000 bytes",
    ],
    ["a column without a name", "a,,b\n1,2,3", "a.csv, line 1: column 2 has no name"],
    ["a column that occurs twice", "a,b,a\n1,2,3", 'a.csv, line 1: duplicate column "a"'],
    [
      "a header beyond the limit",
      `${"x".repeat(1_001)}\n`,
      "a.csv, line 1: the header cannot be read: it is longer than 1000 bytes",
    ],
  ])("%s", async (_name, text, message) => {
    expect((await catchFailureAsync(() => read(text, { chunkBytes: 100 }))).message).toBe(message);
  });

  test("with a million columns", async () => {
    const header = Array.from({ length: 1_000_000 }, (_, index) => `c${index}`).join(",");
    const failure = await catchFailureAsync(() => read(header, { chunkBytes: 65_536, lineBytes: 16_777_216 }));
    expect(failure.message).toBe("a.csv, line 1: the header cannot be read: it has 1000000 columns, more than 10000");
  });

  test("with bytes that are not UTF-8", async () => {
    const failure = await catchFailureAsync(() => read(Buffer.from("a,b\n1,2\ncaf\xe9,3\n", "latin1")));
    expect([failure.message, failure.hint]).toEqual([
      "a.csv, line 3: it is not UTF-8",
      "if it is Latin-1 or Windows-1252: iconv -f WINDOWS-1252 -t UTF-8",
    ]);
  });
});
