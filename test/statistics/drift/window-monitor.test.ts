import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { simulateYears } from "../../../bench/watch-years.mjs";
import { seededRandom } from "../../../src/base/random.ts";
import {
  alarmThreshold,
  batchMean,
  dispersion,
  mixFactor,
  monitorSeries,
  type SeriesBatch,
  windowContrast,
} from "../../../src/statistics/index.ts";
import { longTest } from "../../long-suite.ts";

const OPTIONS = { windows: [1, 2, 4, 8], looks: 52, level: 0.05 };
const tools = { monitor: monitorSeries, mixFactor, seeded: seededRandom };

/** Batches of 100 rows with a standard error of 1. */
function batches(means: readonly number[], from = 0): SeriesBatch[] {
  return means.map((mean, k) => ({ index: from + k, rows: 100, mean, standardError: 1 }));
}

const STEADY = [0.4, -0.3, 0.1, -0.2, 0.3, -0.1, 0.2, -0.4];

describe("a window less its reference", () => {
  test("has the variance of both means where batches are independent", () => {
    const found = windowContrast(
      { batches: batches(STEADY) },
      { batches: batches([2, 2, 2, 2], 8) },
      { correlation: 0 },
    );
    expect(found.difference).toBeCloseTo(2, 12);
    expect(found.standardError).toBeCloseTo(Math.sqrt(1 / 8 + 1 / 4), 12);
  });

  test("has the variance of an autoregressive process, counted by hand for two batches against two", () => {
    // Var = (2 + 2r)/4 + (2 + 2r)/4 - 2 (r^2 + r^3 + r + r^2)/4 with r = 0.5: 0.75 + 0.75 - 0.5625
    const found = windowContrast({ batches: batches([0, 0]) }, { batches: batches([0, 0], 2) }, { correlation: 0.5 });
    expect(found.standardError).toBeCloseTo(Math.sqrt(0.9375), 12);
  });

  test("is as uncertain as its reference's mix of weekdays makes it", () => {
    expect(
      mixFactor(
        new Map([[1, 1]]),
        new Map([
          [1, 0.5],
          [2, 0.5],
        ]),
      ),
    ).toBe(2);
    expect(
      mixFactor(
        new Map([
          [1, 0.5],
          [2, 0.5],
        ]),
        new Map([
          [1, 0.5],
          [2, 0.5],
        ]),
      ),
    ).toBe(1);
  });
});

describe("the mean of a batch", () => {
  test("has the clustered standard error of Inspect's definition", () => {
    // ../shared/reference/evaluation.md section 3: 0.136083 for these four clusters.
    const rows = [1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1].map((value, i) => ({
      value,
      cluster: String(Math.floor(i / 3)),
      stratum: 0,
    }));
    expect(batchMean(0, rows).standardError).toBeCloseTo(0.136083, 6);
  });

  test("is the difference to what its weekday is expected to have", () => {
    const rows = [3, 5].map((value, stratum) => ({ value, cluster: String(stratum), stratum }));
    expect(
      batchMean(
        0,
        rows,
        new Map([
          [0, 1],
          [1, 2],
        ]),
      ).mean,
    ).toBe(2.5);
  });
});

describe("the scatter of a reference", () => {
  test("counts neighbours that go together as correlation, and a scatter that fits its rows as none", () => {
    const waves = Array.from({ length: 8 }, (_, k) =>
      batches(Array.from({ length: 40 }, (__, t) => Math.sin(t / 2 + k) * Math.SQRT2)),
    );
    const found = dispersion(waves);
    expect(found.correlation).toBeGreaterThan(0.7);
    expect(found.factors.every((factor) => factor === 1)).toBe(true);
  });

  test("counts batches that scatter far more than their rows say", () => {
    const wild = Array.from({ length: 8 }, () => batches(STEADY.map((mean) => mean * 15)));
    expect(Math.min(...dispersion(wild).factors)).toBeGreaterThan(3);
  });
});

describe("a monitor", () => {
  const calm = { reference: batches(STEADY), watched: batches([0.2, -0.3, 0.4, -0.1], 8) };

  test("alarms on a change of five standard errors, and says since when", () => {
    const changed = { reference: batches(STEADY), watched: batches([0.1, -0.2, 0.1, 5, 5, 5], 8) };
    const { series } = monitorSeries([calm, changed], OPTIONS);
    expect(series[0]!.looks.map(({ isAlarm }) => isAlarm)).not.toContain(true);
    const first = series[1]!.looks.find(({ isAlarm }) => isAlarm)!;
    expect(first.since).toBe(11);
    expect(first.difference).toBeGreaterThan(2);
  });

  test("alarms as well on a fall as on a rise", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 1, maxLength: 12 }), (means) => {
        const of = (sign: number) =>
          monitorSeries(
            [
              {
                reference: batches(STEADY.map((mean) => sign * mean)),
                watched: batches(
                  means.map((mean) => sign * mean),
                  8,
                ),
              },
            ],
            OPTIONS,
          ).series[0]!.looks.map(({ isAlarm, since }) => ({ isAlarm, since }));
        expect(of(1)).toEqual(of(-1));
      }),
      { seed: 21, numRuns: 50 },
    );
  });

  test("never alarms on a reference of seven batches, and says what it could see", () => {
    const short = { reference: batches(STEADY.slice(1)), watched: batches([50, 50], 8) };
    const found = monitorSeries([short], OPTIONS);
    expect(found.threshold).toBeNull();
    expect(found.series[0]!.looks.map(({ isAlarm }) => isAlarm)).toEqual([false, false]);
    expect(found.series[0]!.detectable).toBeGreaterThan(2);
  });

  test("is silent on a constant signal, and certain of one that changes", () => {
    const constant = (mean: number, from: number) =>
      batches([mean, mean, mean], from).map((batch) => ({ ...batch, standardError: 0 }));
    const reference = [0, 3, 6].flatMap((from) => constant(1, from));
    const found = monitorSeries(
      [
        { reference, watched: constant(1, 9) },
        { reference, watched: constant(2, 9) },
      ],
      OPTIONS,
    );
    expect(found.series.map(({ looks }) => looks[0]!.isAlarm)).toEqual([false, true]);
  });

  longTest("asks for more of each signal the more signals there are", () => {
    const of = (series: number) =>
      alarmThreshold({ referenceBatches: 8, looks: 52, windows: [1, 2, 4, 8], series, level: 0.05 });
    expect(of(1)).toBeLessThan(of(8));
    expect(of(8)).toBeLessThan(of(64));
  });
});

describe("simulated years, in small", () => {
  test("have few false alarms in eight signals over 52 looks", () => {
    // Bound: 5 % and three standard errors of 60 years. In full: test/full/watch/years.test.ts
    for (const world of ["independent batches", "autocorrelation 0.3"]) {
      const { falseAlarms } = simulateYears(tools, { world, years: 60, seed: 7 });
      expect(falseAlarms).toBeLessThanOrEqual(0.134);
    }
  });

  test("have a rise from 12 to 16 % found within a median of four batches", () => {
    const { median } = simulateYears(tools, {
      world: "independent batches",
      years: 60,
      seed: 7,
      rise: { batch: 4, points: 4 },
    });
    expect(median).toBeLessThanOrEqual(5);
  });
});
