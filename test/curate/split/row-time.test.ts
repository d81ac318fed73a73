import { expect, test } from "vitest";

import { rowTime } from "../../../src/curate/split/row-time.ts";

test.each<[unknown, string | undefined]>([
  ["2026-11-25", "2026-11-25T00:00:00.000Z"],
  ["2026-11-25T10:30:00Z", "2026-11-25T10:30:00.000Z"],
  ["2026-11-25 10:30:00", "2026-11-25T10:30:00.000Z"],
  ["2026-11-25 10:30:00.5 +02:00", "2026-11-25T08:30:00.500Z"],
  ["2026-11-25T10:30+0530", "2026-11-25T05:00:00.000Z"],
  [1_700_000_000, "2023-11-14T22:13:20.000Z"],
  [1_700_000_000_000, "2023-11-14T22:13:20.000Z"],
  ["1700000000", "2023-11-14T22:13:20.000Z"],
  ["2026-13-40", undefined],
  ["yesterday", undefined],
  [1e300, undefined],
  [Number.NaN, undefined],
  [null, undefined],
  [{}, undefined],
])("%j is %j in any zone", (value, time) => {
  const found = rowTime(value);
  expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(time);
});
