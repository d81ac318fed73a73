import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { arrivalTimes } from "../../src/loadtest/arrivals.ts";
import { simulateSlots } from "./simulate-slots.ts";

const even = (count: number, gapMs: number) =>
  Array.from({ length: count }, (_, i) => ({ atMs: i * gapMs, tokens: 1 }));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("the simulation that checks the load test agrees with exact theory", () => {
  test("without a queue a request takes its service time", () => {
    const [served] = simulateSlots([{ atMs: 5, tokens: 11 }], { slots: 1, prefillMs: 50, perTokenMs: 4 });
    expect(served).toEqual({ ttftMs: 50, tpotMs: 4, e2eMs: 90 });
  });

  test("at twice the capacity each request waits half a service time longer than the one before", () => {
    const served = simulateSlots(even(5, 20), { slots: 1, prefillMs: 40, perTokenMs: 0 });
    expect(served.map(({ ttftMs }) => ttftMs)).toEqual([40, 60, 80, 100, 120]);
  });

  // Pollaczek and Khinchine: the mean wait of M/D/1 is load / (2 (1 - load)) service times
  test.each([
    [0.5, 0.5],
    [0.7, 1.1667],
  ])("Poisson arrivals at load %d wait %d service times in the mean, as M/D/1 does", (load, wait) => {
    const times = arrivalTimes({ perSec: load, arrivals: "poisson" }, 7);
    const arrivals = Array.from({ length: 200_000 }, () => ({ atMs: 1000 * times.next().value, tokens: 1 }));
    const served = simulateSlots(arrivals, { slots: 1, prefillMs: 1000, perTokenMs: 0 });
    expect(mean(served.map(({ ttftMs }) => ttftMs)) / 1000 - 1).toBeCloseTo(wait, 1);
  });

  test("a stall delays what is under way and what comes within it by what is left of it", () => {
    const served = simulateSlots(even(5, 100), {
      slots: 9,
      prefillMs: 30,
      perTokenMs: 0,
      stall: { atMs: 110, ms: 250 },
    });
    expect(served.map(({ ttftMs }) => ttftMs)).toEqual([30, 280, 190, 90, 30]);
  });

  test("more slots never make anyone wait longer, and nobody is served faster than the service", () => {
    const anyArrivals = fc.array(fc.record({ gapMs: fc.nat(50), tokens: fc.integer({ min: 1, max: 20 }) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(anyArrivals, fc.integer({ min: 1, max: 6 }), (gaps, slots) => {
        let atMs = 0;
        const arrivals = gaps.map(({ gapMs, tokens }) => ({ atMs: (atMs += gapMs), tokens }));
        const service = { slots, prefillMs: 13, perTokenMs: 3 };
        const [few, more] = [
          simulateSlots(arrivals, service),
          simulateSlots(arrivals, { ...service, slots: slots + 1 }),
        ];
        few.forEach(({ ttftMs, tpotMs }, index) => {
          expect(ttftMs).toBeGreaterThanOrEqual(more[index]!.ttftMs - 1e-9);
          expect(ttftMs).toBeGreaterThanOrEqual(13 - 1e-9);
          if (tpotMs !== null) expect(tpotMs).toBeCloseTo(3, 9);
        });
      }),
    );
  });
});
