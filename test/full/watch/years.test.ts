import { describe, expect, test } from "vitest";

import { simulateYears } from "../../../bench/watch-years.mjs";
import { normal, seededRandom } from "../../../src/base/random.ts";
import { mixFactor, monitorSeries } from "../../../src/statistics/index.ts";
import { looksOf, windowsOf } from "../../../src/watch/batches.ts";
import { dailySeries, type DayOfTraffic, volumeOf } from "../../../src/watch/daily-series.ts";

const tools = { monitor: monitorSeries, mixFactor, seeded: seededRandom };
const YEARS = 10_000;

describe("10,000 simulated years of eight signals and 52 weekly looks, with a reference of 8 batches", () => {
  test.for([
    ["independent batches", 0.05],
    ["clustered users", 0.08],
    ["weekday cycle", 0.05],
    ["autocorrelation 0.3", 0.08],
  ] as const)("have a false alarm in few years: %s, at most %f", ([world, most]) => {
    expect(simulateYears(tools, { world, years: YEARS, seed: 1 }).falseAlarms).toBeLessThanOrEqual(most);
  });

  test.for([4, 26])("have a rise from 12 to 16 % from batch %i on found within a median of four batches", (batch) => {
    const rise = { batch, points: 4 };
    // the median needs to know only whether a rise is found within four batches
    const looks = batch + 8;
    const { median } = simulateYears(tools, { world: "independent batches", years: YEARS, seed: 1, rise, looks });
    expect(median).toBeLessThanOrEqual(4);
  });
});

/** Share of simulated years with a false alarm in the number of requests per day, a fifth as many on a weekend. */
function volumeAlarms(batch: "week" | "day", correlation: number, years: number): number {
  const random = seededRandom(7);
  const [days, reference] = batch === "week" ? [7, 8] : [1, 56];
  const dayOfYear = (index: number, error: number): readonly [number, DayOfTraffic] => {
    const requests = Math.round((index % 7 > 4 ? 200 : 1000) * Math.exp(0.15 * error));
    return [index, { requests, priced: 0, usd: 0 }];
  };
  let alarms = 0;
  for (let year = 0; year < years; year++) {
    let error = 0;
    const batches = Array.from({ length: reference + looksOf(batch) }, (_, index) => ({
      index,
      days: new Map(
        Array.from({ length: days }, (_day, k) => {
          error = correlation * error + Math.sqrt(1 - correlation ** 2) * normal(random);
          return dayOfYear(index * days + k, error);
        }),
      ),
    }));
    const sides = { reference: batches.slice(0, reference), watched: batches.slice(reference) };
    const { series } = dailySeries(sides, volumeOf, days)!;
    const { looks } = monitorSeries([series], { windows: windowsOf(batch), looks: looksOf(batch), level: 0.05 })
      .series[0]!;
    if (looks.some(({ isAlarm }) => isAlarm)) alarms++;
  }
  return alarms / years;
}

describe("simulated years of the number of requests per day, which varies by 15 %, more than a count would", () => {
  test.for([
    ["week", 0, 1_000, 0.05],
    ["week", 0.3, 1_000, 0.05],
    ["day", 0, 300, 0.05],
    ["day", 0.3, 300, 0.08],
  ] as const)(
    "have a false alarm in few years: batches of a %s, correlation %f of days",
    ([batch, rho, years, most]) => {
      expect(volumeAlarms(batch, rho, years)).toBeLessThanOrEqual(most);
    },
  );
});
