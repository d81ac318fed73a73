import * as fc from "fast-check";
import { expect, test } from "vitest";

import { isIsoDay, isoDay } from "../../src/base/clock.ts";

test.each(["2026-02-28", "2024-02-29", "1999-12-31"])("%s is a day", (text) => {
  expect(isIsoDay(text)).toBe(true);
});

test.each(["2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-1", "2026-01-01T00:00:00Z", ""])(
  "%s is not a day",
  (text) => {
    expect(isIsoDay(text)).toBe(false);
  },
);

test("the day of a moment is its day in UTC, and is a day", () => {
  expect(isoDay(new Date("2026-05-15T23:59:59-01:00"))).toBe("2026-05-16");
  const moment = fc.date({ noInvalidDate: true, min: new Date("1970-01-01"), max: new Date("2200-01-01") });
  fc.assert(fc.property(moment, (date) => isIsoDay(isoDay(date))));
});
