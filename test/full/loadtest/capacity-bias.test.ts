import { describe, expect, test } from "vitest";

import type { LoadTestResult } from "../../../src/domain/loadtest-result.ts";
import { LoadTestSpec } from "../../../src/domain/loadtest-spec.ts";
import { arrivalTimes } from "../../../src/loadtest/arrivals.ts";
import { measureLoads } from "../../../src/loadtest/measure-loads.ts";
import { offerToSlots } from "../../loadtest/offer-to-slots.ts";
import { simulateSlots } from "../../loadtest/simulate-slots.ts";

/** Answers of 11 tokens: 0.2 s each on 4 slots, 20 a second at most. */
const SERVICE = { slots: 4, prefillMs: 100, perTokenMs: 10, tokens: 11 };
const SLO = { ttftMs: 300 };

/** Poisson arrivals per second of which 95 % meet the SLO in the long run, as the first test shows. */
const CAPACITY = 14.5;

type Found = NonNullable<LoadTestResult["sloCapacity"]>;

async function find(seed: number, over: Partial<LoadTestSpec> = {}): Promise<{ found: Found; rates: number[] }> {
  const spec = LoadTestSpec.parse({ url: "http://localhost", findCapacity: true, slo: SLO, rate: 4, seed, ...over });
  const { sloCapacity, points } = await measureLoads(offerToSlots(SERVICE, spec.maxRequests), spec);
  return { found: sloCapacity!, rates: points.map(({ load }) => (load.kind === "rate" ? load.perSec : 0)) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

describe("the capacity of a server of known speed, by arithmetic alone", () => {
  test("14.5 requests/s are what it holds in the long run", () => {
    const times = arrivalTimes({ perSec: CAPACITY, arrivals: "poisson" }, 5);
    const arrivals = Array.from({ length: 300_000 }, () => ({ atMs: 1000 * times.next().value, tokens: 11 }));
    const kept = simulateSlots(arrivals, SERVICE).filter(({ ttftMs }) => ttftMs <= SLO.ttftMs).length;
    expect(kept / arrivals.length).toBeCloseTo(0.95, 2);
  });

  test("in windows of ten seconds it is found without bias, over 60 seeds", async () => {
    const all = [];
    for (let seed = 1; seed <= 60; seed++) all.push(await find(seed * 7919, { seconds: 12 }));
    const off = all.map(({ found }) => found.ratePerSec! / CAPACITY - 1);
    const first = all.map(({ rates }) => firstBracket(rates) / CAPACITY - 1);
    const over = (errors: readonly number[]): number => mean(errors.map((each) => (each > 0.1 ? 1 : 0)));
    const line = (name: string, errors: readonly number[]): string =>
      `${name.padEnd(20)} mean ${(100 * mean(errors)).toFixed(1).padStart(5)} %, mean error ${(100 * mean(errors.map(Math.abs))).toFixed(1)} %, more than 10 % too high ${(100 * over(errors)).toFixed(0)} %\n`;
    process.stdout.write(
      `${line("after the bisection", first)}${line("measured again", off)}${mean(all.map(({ rates }) => rates.length)).toFixed(1)} measurements each\n`,
    );
    expect(Math.abs(mean(off))).toBeLessThan(0.02);
    expect(over(off)).toBeLessThan(0.2);
    expect(mean(first)).toBeGreaterThan(0.025);
  });

  test("a confirmed rate was measured at least twice, and all its requests together met the SLO", async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const { found, rates } = await find(seed, { seconds: 20 });
      if (!found.confirmed) continue;
      expect(found.measurements).toBeGreaterThanOrEqual(2);
      expect(rates.filter((rate) => rate === found.ratePerSec)).toHaveLength(found.measurements);
      expect(rates.filter((rate) => rate === found.failsAtPerSec).length).toBeGreaterThanOrEqual(2);
      expect(found.attained).toBeGreaterThanOrEqual(0.95);
      expect(found.requests).toBeGreaterThan(200);
    }
  });

  test("a search that a bound ends before it is confirmed says so", async () => {
    const { found } = await find(1, { seconds: 20, maxRequests: 1900 });
    expect(found).toMatchObject({ confirmed: false, reason: expect.stringMatching(/max-requests before/) });
  });
});

/** The highest rate that had met the SLO when the first rate was measured again: the result of a bisection alone. */
function firstBracket(rates: readonly number[]): number {
  return rates.find((rate, index) => rates.indexOf(rate) < index)!;
}
