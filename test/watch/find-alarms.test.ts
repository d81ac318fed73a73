import { expect, test } from "vitest";

import type { WatchFile } from "../../src/domain/watch-file.ts";
import type { SeenSignal } from "../../src/watch/check-signals.ts";
import { findAlarms } from "../../src/watch/find-alarms.ts";

const file = { batch: "week" } as WatchFile;

/** Looks of one week each; a number is the statistic of a look in alarm, null a quiet look. */
function signal(name: "refusal" | "latency", statistics: readonly (number | null)[]): SeenSignal {
  const looks = statistics.map((statistic, week) => ({
    index: 2900 + week,
    since: 2899 + week,
    statistic: statistic ?? 1,
    difference: (statistic ?? 1) / 100,
    standardError: 0.01,
    isAlarm: statistic !== null,
  }));
  return { of: { signal: name, slice: null, level: 0.1, rows: 100 }, monitored: { looks } } as unknown as SeenSignal;
}

const alarms = (seen: readonly SeenSignal[], threshold: number | null = 3) =>
  findAlarms({ seen: [...seen], threshold } as never, { watch: "support", definition: "d1", file });

const spans = (statistics: readonly (number | null)[]) =>
  alarms([signal("refusal", statistics)]).map(({ alarm, from, to }) => [
    from - 2899,
    to - 2900,
    alarm.isOver,
    alarm.statistic,
  ]);

test.each<[what: string, statistics: (number | null)[], alarms: unknown[]]>([
  ["none without a look in alarm", [null, null], []],
  ["one for looks in a row, with the strongest of them", [null, 4, 6, 5], [[1, 3, false, 6]]],
  ["over once a look is quiet", [4, null], [[0, 0, true, 4]]],
  ["the same one after three quiet looks, and open again", [4, null, null, null, 5], [[0, 4, false, 5]]],
  [
    "a new one after four, the newest first",
    [4, null, null, null, null, 5],
    [
      [5, 5, false, 5],
      [0, 0, true, 4],
    ],
  ],
])("alarms of a signal: %s", (_what, statistics, expected) => {
  expect(spans(statistics)).toEqual(expected);
});

test("alarms of all signals are listed by day, the newest first, those of one day by their id", () => {
  const found = alarms([
    signal("refusal", [4, null, null]),
    signal("latency", [4, null, null]),
    signal("refusal", [null, 5, null]),
  ]);
  expect(found.map(({ alarm }) => alarm.raisedBy)).toEqual(
    found
      .map(({ alarm }) => alarm.raisedBy)
      .toSorted()
      .toReversed(),
  );
  expect(found.map(({ alarm }) => alarm.signal)[0]).toBe("refusal");
  const ids = found.slice(1).map(({ alarm }) => alarm.id);
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(found.map(({ alarm }) => alarm.id)).size).toBe(3);
  expect(alarms([signal("latency", [4]), signal("refusal", [4])])).toEqual(
    alarms([signal("refusal", [4]), signal("latency", [4])]),
  );
});

test("there is none without a threshold, and the statistic of a look that is certain is not stated", () => {
  expect(alarms([signal("refusal", [9])], null)).toEqual([]);
  expect(spans([Number.POSITIVE_INFINITY])).toEqual([[0, 0, false, null]]);
});
