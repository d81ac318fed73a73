import { expect, test } from "vitest";

import { parseRow } from "../../../../src/curate/rows/parse-row.ts";

test("a row of a million fields is refused by their number", () => {
  const text = JSON.stringify(Object.fromEntries(Array.from({ length: 1_000_000 }, (_, index) => [`k${index}`, 0])));
  expect(parseRow(text, 10_000)).toEqual({ problem: "it has 1000000 fields, more than 10000" });
});
