import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  formatCount,
  formatDuration,
  formatNumber,
  formatRange,
  formatUsd,
  GIB,
  HOURS_PER_MONTH,
} from "../../src/base/units.ts";

test("a GiB is 1,073,741,824 bytes (IEC 80000-13) and an average month 730.5 hours", () => {
  expect(GIB).toBe(1_073_741_824);
  expect(HOURS_PER_MONTH * 12).toBe(365.25 * 24);
});

describe("numbers are written to their significant digits", () => {
  test.each([
    [0, "0"],
    [0.0471, "0.0471"],
    [0.04713, "0.0471"],
    [12.54, "12.5"],
    [1234, "1,230"],
    [999.6, "1,000"],
    [1_665_227, "1,670,000"],
    [7_615_616_512, "7,620,000,000"],
    [99.96, "100"],
    [-12.54, "-12.5"],
    [1.2e-8, "1.20e-8"],
    [1e-6, "0.000001"],
    [Number.NaN, "unknown"],
    [Number.POSITIVE_INFINITY, "unknown"],
  ])("%d reads %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test("what is written is within half a unit of the last digit and has no more digits, whatever the magnitude", () => {
    const digits = fc.integer({ min: 1, max: 9 });
    const value = fc
      .record({ mantissa: fc.double({ min: 1, max: 9.999, noNaN: true }), exponent: fc.integer({ min: -9, max: 18 }) })
      .map(({ mantissa, exponent }) => mantissa * 10 ** exponent);
    fc.assert(
      fc.property(value, digits, (number, count) => {
        const text = formatNumber(number, count);
        const written = Number(text.replaceAll(",", ""));
        expect(Math.abs(written - number) / number).toBeLessThanOrEqual(0.501 * 10 ** (1 - count));
        const shown = text
          .replace(/e.*$/, "")
          .replace(/[.,]/g, "")
          .replace(/^0+|0+$/g, "");
        expect(shown.length).toBeLessThanOrEqual(count);
      }),
    );
  });
});

test.each([
  [88_550, "88,550"],
  [1.71, "1.71"],
  [0, "0"],
  [9.999, "10.00"],
  [10, "10"],
  [Number.NaN, "unknown"],
])("%d dollars read %s", (value, text) => {
  expect(formatUsd(value)).toBe(text);
});

test.each([
  [999_999, "1M"],
  [999.9, "1k"],
  [14_000, "14k"],
  [7_615_616_512, "7.62B"],
  [1_200_000, "1.2M"],
  [15e12, "15T"],
  [12, "12"],
])("a count of %d reads %s", (value, text) => {
  expect(formatCount(value)).toBe(text);
});

test.each([
  [45, "45 s"],
  [89, "89 s"],
  [90, "1.5 min"],
  [720, "12 min"],
  [5400, "1.5 h"],
  [22_320, "6.2 h"],
  [172_800, "2 days"],
  [267_840, "3.1 days"],
])("%d seconds read %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test("a range whose ends read the same is one number", () => {
  expect(formatRange(1.001, 1.002)).toBe("1");
  expect(formatRange(15_200, 18_400, formatUsd)).toBe("15,200–18,400");
});
