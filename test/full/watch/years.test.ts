import { describe, expect, test } from "vitest";

import { simulateYears } from "../../../bench/watch-years.mjs";
import { seededRandom } from "../../../src/base/random.ts";
import { mixFactor, monitorSeries } from "../../../src/statistics/index.ts";

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
