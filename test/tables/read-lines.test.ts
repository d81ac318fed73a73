import fc from "fast-check";
import { expect, test } from "vitest";

import { readLines } from "../../src/tables/read-lines.ts";
import { chunked, rowsOf } from "./row-items.ts";

const read = (text: string, chunkBytes: number, lineBytes = 1_000) =>
  rowsOf(readLines(chunked(Buffer.from(text), chunkBytes), { lineBytes }));

test("lines and their numbers are those of a split, for any text and any size of the chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom("a", "é", "漢", "😀", " ", "\r") }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      async (lines, chunkBytes) => {
        const expected = lines
          .map((text, index) => ({ line: index + 1, text }))
          .filter(({ text }) => text.trim() !== "");
        expect(await read(lines.join("\n"), chunkBytes)).toEqual(expected);
      },
    ),
  );
});

test.each([1, 7, 64, 10_000])(
  "a line beyond the limit is one finding with its size, in chunks of %i",
  async (chunkBytes) => {
    const text = `a\n${"x".repeat(500)}\nb\n${"y".repeat(101)}`;
    expect(await rowsLimited(text, chunkBytes)).toEqual([
      { line: 1, text: "a" },
      {
        line: 2,
        finding: "too-long",
        detail: "the row has 500 bytes, more than the limit of 100: split it into several rows",
      },
      { line: 3, text: "b" },
      {
        line: 4,
        finding: "too-long",
        detail: "the row has 101 bytes, more than the limit of 100: split it into several rows",
      },
    ]);
  },
);

test("a line of exactly the limit is read", async () => {
  expect(await read("x".repeat(100), 30, 100)).toEqual([{ line: 1, text: "x".repeat(100) }]);
});

/** As the scan sees them: a long line that comes whole in one chunk is caught there. */
async function rowsLimited(text: string, chunkBytes: number) {
  return (await read(text, chunkBytes, 100)).map((row) =>
    "text" in row && row.text.length > 100
      ? {
          line: row.line,
          finding: "too-long",
          detail: `the row has ${row.text.length} bytes, more than the limit of 100: split it into several rows`,
        }
      : row,
  );
}
