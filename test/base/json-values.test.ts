import { expect, test } from "vitest";

import { fitsDouble, isRecord } from "../../src/base/json-values.ts";

test.each([
  ["0", true],
  ["-1.5", true],
  ["0.1", true],
  ["1e308", true],
  ["1e309", false],
  ["-1e309", false],
  ["123456789012345", true],
  // 2^53 and its neighbour, and 2^60, which a double holds in spite of its nineteen digits.
  ["9007199254740992", true],
  ["9007199254740993", false],
  ["-9007199254740993", false],
  ["1152921504606846976", true],
  ["1152921504606846977", false],
  ["9007199254740993.5", true],
  ["9007199254740993e0", true],
  [`1${"0".repeat(400)}`, false],
])("a double holds the JSON number %s: %s", (number, fits) => {
  expect(fitsDouble(number)).toBe(fits);
});

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [null, false],
  [[], false],
  ["a", false],
  [1, false],
  [undefined, false],
])("%j is an object with named values: %s", (value, is) => {
  expect(isRecord(value)).toBe(is);
});
