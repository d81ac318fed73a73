import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { quantileSorted } from "../../src/base/quantile.ts";
import { seededRandom } from "../../src/base/random.ts";
import { arrivalTimes } from "../../src/loadtest/arrivals.ts";
import { searchCapacity, type Tried } from "../../src/loadtest/capacity.ts";
import { latencySummary } from "../../src/loadtest/latency-summary.ts";
import { drawnLength } from "../../src/loadtest/made-up-prompts.ts";
import { slopeOf } from "../../src/loadtest/slope.ts";

const first = (count: number, values: Iterator<number>): number[] =>
  Array.from({ length: count }, () => values.next().value as number);

describe("arrivals", () => {
  test("even ones are a period apart, without drift", () => {
    expect(first(4, arrivalTimes({ perSec: 3, arrivals: "constant" }, 1))).toEqual([0, 1 / 3, 2 / 3, 1]);
  });

  test("Poisson ones have the mean and the deviation of an exponential gap, and are not rescaled", () => {
    const times = first(20_000, arrivalTimes({ perSec: 50, arrivals: "poisson" }, 7));
    const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    expect(mean * 50).toBeCloseTo(1, 1); // within 0.05: seven standard errors
    expect(deviation / mean).toBeCloseTo(1, 1);
    expect(times.at(-1)).not.toBe(400);
  });

  test("are those of their seed", () => {
    const of = (seed: number): number[] => first(5, arrivalTimes({ perSec: 1, arrivals: "poisson" }, seed));
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });
});

describe("quantiles with failed requests", () => {
  test("without failed requests are the exact ones", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const sorted = Float64Array.from(values).toSorted();
        const { p50, p90, p95, p99, max } = latencySummary(Float64Array.from(values));
        expect([p50, p90, p95, p99]).toEqual([0.5, 0.9, 0.95, 0.99].map((each) => quantileSorted(sorted, each)));
        expect(max).toBe(sorted.at(-1));
      }),
    );
  });

  test("a failed request counts as longer than all others", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }),
        fc.nat({ max: 20 }),
        (values, failedRequests) => {
          const beyond = Float64Array.from([...values, ...Array.from({ length: failedRequests }, () => 1e12)]);
          const withFailures = latencySummary(Float64Array.from(values), failedRequests);
          const asLong = latencySummary(beyond);
          for (const name of ["p50", "p90", "p95", "p99"] as const) {
            const isLong = asLong[name]! > 1e6;
            expect(withFailures[name]).toEqual(isLong ? null : asLong[name]);
          }
        },
      ),
    );
  });

  test("are thin with fewer than ten values above them", () => {
    const thin = (n: number): string[] => latencySummary(new Float64Array(n)).thin;
    expect(thin(1000)).toEqual([]);
    expect(thin(999)).toEqual(["p99"]);
    expect(thin(200)).toEqual(["p99"]);
    expect(thin(199)).toEqual(["p95", "p99"]);
    expect(thin(100)).toEqual(["p95", "p99"]);
    expect(thin(19)).toEqual(["p50", "p90", "p95", "p99"]);
  });

  test("of nothing are unknown, not 0", () => {
    expect(latencySummary(new Float64Array())).toMatchObject({ n: 0, mean: null, p50: null, max: null });
    expect(latencySummary(new Float64Array(), 3)).toMatchObject({ n: 3, failedRequests: 3, mean: null, p50: null });
  });
});

describe("slopes", () => {
  // Anscombe 1973, "Graphs in Statistical Analysis", table: set 1; slope 0.500, t 4.24
  const x = Float64Array.of(10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5);
  const y = Float64Array.of(8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68);

  test("are those of a published table, with their standard error", () => {
    const slope = slopeOf(x, y)!;
    expect(slope.perX).toBeCloseTo(0.5, 3);
    expect(slope.t).toBeCloseTo(4.24, 2);
  });

  test("of two points, or of one x, there is none", () => {
    expect(slopeOf(Float64Array.of(1, 2), Float64Array.of(1, 2))).toBeUndefined();
    expect(slopeOf(Float64Array.of(3, 3, 3), Float64Array.of(1, 2, 3))).toBeUndefined();
  });

  test("of a level line is not sure, and of an exact one is", () => {
    const at = Float64Array.of(1, 2, 3, 4);
    expect(slopeOf(at, Float64Array.of(5, 5, 5, 5))).toMatchObject({ perX: 0, t: 0 });
    expect(slopeOf(at, at)!.t).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the search of a capacity", () => {
  const bounds = { from: 1, precision: 0.05, least: 1 / 1024, most: 100_000 };
  const upTo = (capacity: number, tried: number[] = []) => {
    return (rate: number): Promise<Tried> => {
      tried.push(rate);
      return Promise.resolve(rate <= capacity ? "kept" : "broken");
    };
  };

  test("ends with the capacity between two rates as close as the precision", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.01, max: 5000, noNaN: true }), async (capacity) => {
        const { kept, broken, isCut, isConfirmed } = await searchCapacity(bounds, upTo(capacity));
        expect({ isCut, isConfirmed }).toEqual({ isCut: false, isConfirmed: true });
        expect(kept).toBeLessThanOrEqual(capacity);
        expect(broken).toBeGreaterThan(capacity);
        expect((broken! - kept!) / broken!).toBeLessThanOrEqual(0.05);
      }),
      { numRuns: 50 },
    );
  });

  test("doubles, then bisects in proportion, then measures both ends again", async () => {
    const tried: number[] = [];
    await searchCapacity({ ...bounds, precision: 0.2 }, upTo(5, tried));
    expect(tried.map((rate) => Number(rate.toFixed(3)))).toEqual([1, 2, 4, 8, 5.657, 4.757, 4.757, 5.657]);
  });

  test("if no rate meets the SLO it ends at the lowest one", async () => {
    expect(await searchCapacity(bounds, upTo(0))).toMatchObject({ kept: undefined, isCut: false });
  });

  test("cut by a bound of the test, it keeps what it has", async () => {
    let left = 3;
    const bracket = await searchCapacity(bounds, () => Promise.resolve(left-- > 0 ? "kept" : "ended"));
    expect(bracket).toEqual({ kept: 4, broken: undefined, isConfirmed: false, isCut: true });
  });

  /** Shows each rate what is listed for it, in turn; the last of a list holds. */
  const inTurn = (shown: Record<string, Tried[]>, tried: string[]) => {
    return (rate: number): Promise<Tried> => {
      const key = rate.toFixed(2);
      tried.push(key);
      const list = shown[key]!;
      return Promise.resolve(list.length > 1 ? list.shift()! : list[0]!);
    };
  };
  const coarse = { ...bounds, precision: 0.5 };

  test("a rate that met the SLO by chance is replaced by the next lower one", async () => {
    const tried: string[] = [];
    const shown: Record<string, Tried[]> = { "1.00": ["kept"], "2.00": ["kept", "broken"], "4.00": ["broken"] };
    const bracket = await searchCapacity(coarse, inTurn(shown, tried));
    expect(bracket).toEqual({ kept: 1, broken: 2, isConfirmed: true, isCut: false });
    expect(tried).toEqual(["1.00", "2.00", "4.00", "2.00", "1.00"]);
  });

  test("a rate that broke by chance is given up for the next above", async () => {
    const tried: string[] = [];
    const shown: Record<string, Tried[]> = { "1.00": ["kept"], "2.00": ["broken", "kept"], "4.00": ["broken"] };
    const bracket = await searchCapacity(coarse, inTurn(shown, tried));
    expect(bracket).toEqual({ kept: 2, broken: 4, isConfirmed: true, isCut: false });
    expect(tried).toEqual(["1.00", "2.00", "1.00", "2.00", "4.00", "4.00"]);
  });

  test("a search that chance moves to and fro ends, unconfirmed", async () => {
    const seen = new Map<number, number>();
    let turn = 0;
    const wavering = (rate: number): Promise<Tried> => {
      turn += 1;
      seen.set(rate, (seen.get(rate) ?? 0) + 1);
      return Promise.resolve(rate < 4 && seen.get(rate) === 1 ? "kept" : "broken");
    };
    const { isConfirmed, isCut } = await searchCapacity({ ...bounds, least: 1e-9 }, wavering);
    expect({ isConfirmed, isCut }).toEqual({ isConfirmed: false, isCut: false });
    expect(turn).toBeLessThan(40);
  });
});

test("drawn lengths have the mean and the spread that were asked for", () => {
  const random = seededRandom(3);
  const drawn = Array.from({ length: 20_000 }, () => drawnLength({ mean: 400, cv: 0.6 }, random));
  const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
  const deviation = Math.sqrt(drawn.reduce((sum, each) => sum + (each - mean) ** 2, 0) / drawn.length);
  expect(mean / 400).toBeCloseTo(1, 1);
  expect(deviation / mean).toBeCloseTo(0.6, 1);
  expect(drawnLength({ mean: 400, cv: 0 }, random)).toBe(400);
});
