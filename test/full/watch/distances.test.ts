import { describe, expect, test } from "vitest";

import { normal, seededRandom } from "../../../src/base/random.ts";
import { meanDistances, medianGamma, monitorSeries, type PointBatch } from "../../../src/statistics/index.ts";

const [REFERENCE, LOOKS, ROWS, YEARS] = [8, 52, 60, 120];

type World = (random: () => number, shift: number) => { points: number[][]; clusters: string[] };

const WORLDS: Record<string, World> = {
  "prompts of 16 numbers": (random, shift) => ({
    points: Array.from({ length: ROWS }, () =>
      Array.from({ length: 16 }, (_, k) => normal(random) + (k === 0 ? shift : 0)),
    ),
    clusters: Array.from({ length: ROWS }, (_, k) => String(k)),
  }),
  "seven different prompts, one of them in half of the requests": (random) => {
    const points = Array.from({ length: ROWS }, () => {
      const kind = Math.floor(random() ** 3 * 7);
      return Array.from({ length: 7 }, (_, k) => Number(k === kind));
    });
    return { points, clusters: points.map((_, k) => String(k)) };
  },
  "users who send five requests alike": (random) => {
    const users = Array.from({ length: ROWS / 5 }, () => Array.from({ length: 8 }, () => normal(random)));
    const places = Array.from({ length: ROWS }, (_, k) => k % users.length);
    return {
      points: places.map((user) => users[user]!.map((value) => 0.7 * value + 0.7 * normal(random))),
      clusters: places.map(String),
    };
  },
};

/** First look in alarm of each simulated year; -1 if there is none. */
function firstAlarms(world: World, rise: { from: number; shift: number }, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: YEARS }, () => {
    const batches = Array.from({ length: REFERENCE + LOOKS }, (_, index): PointBatch => {
      return { index, ...world(random, index >= REFERENCE + rise.from ? rise.shift : 0) };
    });
    const reference = batches.slice(0, REFERENCE);
    const gamma = medianGamma(reference.flatMap(({ points }) => [...points]).slice(0, 200));
    const series = { ...meanDistances(reference, batches.slice(REFERENCE), gamma)!, ownSpread: true };
    const options = { windows: [1, 2, 4, 8], looks: LOOKS, level: 0.05 };
    const { looks } = monitorSeries([series], options).series[0]!;
    return looks.findIndex(({ isAlarm }, look) => isAlarm && look >= rise.from);
  });
}

describe("120 simulated years of prompts, 52 weekly looks at 60 of them, with a reference of 8 weeks", () => {
  test.each(Object.entries(WORLDS))("have few false alarms: %s", (_name, world) => {
    const alarmed = firstAlarms(world, { from: 0, shift: 0 }, 1).filter((look) => look >= 0).length;
    expect(alarmed / YEARS).toBeLessThanOrEqual(0.07); // a level of 5 %, with a standard error of 2 points
  });

  test("have a move by one deviation in one of 16 numbers found within a median of two weeks", () => {
    const delays = firstAlarms(WORLDS["prompts of 16 numbers"]!, { from: 4, shift: 1 }, 2)
      .map((look) => (look < 0 ? Infinity : look - 3))
      .toSorted((a, b) => a - b);
    expect(delays[YEARS / 2]).toBeLessThanOrEqual(2);
  });
});
