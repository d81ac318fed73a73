import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatMoney, parseMoney } from "../../src/base/money.ts";
import { forecastOf, type GuardFacts, limitOf } from "../../src/launch/supervise/budget-guard.ts";
import { picoFor } from "../../src/launch/supervise/running-cost.ts";
import { lookMsOf, notePass } from "../../src/programme/training/job-sight.ts";
import type { Store } from "../../src/store/open-store.ts";

/** A machine of 3.60 USD an hour, a thousandth of a dollar a second, looked at twice a second. */
const FACTS: GuardFacts = {
  usdPerHour: "3.60",
  maxUsd: "1.00",
  maxHours: undefined,
  spentMs: 0,
  graceMs: 60_000,
  lookMs: 500,
  stepMs: 1000,
  step: 10,
  maxSteps: 100_000,
  saveSteps: 100,
};

describe("a limit of a job", () => {
  test("is reached by the cost of the grace period, of two looks and of its end before the cap", () => {
    expect(limitOf({ ...FACTS, spentMs: 1_000_000 - 62_001 })).toBeUndefined();
    expect(limitOf({ ...FACTS, spentMs: 1_000_000 - 62_000 })).toMatchObject({ reason: "over-budget" });
  });

  test("allows for the interval at which a busy supervisor looks, and not for one sleep of its machine", () => {
    const store = {} as Store;
    expect(lookMsOf(store)).toBe(500);
    for (const nowMs of [0, 500, 600_000, 600_500, 602_200]) notePass(store, nowMs);
    expect(lookMsOf(store)).toBe(1700);
    for (let look = 0; look < 40; look++) notePass(store, 602_200 + 510 * look);
    expect(lookMsOf(store)).toBe(1700); // a burst of load of half a minute ago
    for (let look = 0; look < 64; look++) notePass(store, 640_000 + 510 * look);
    expect(lookMsOf(store)).toBe(510);
    for (let look = 0; look < 4; look++) notePass(store, 700_000 + 60_000 * look);
    expect(lookMsOf(store)).toBe(10_000);
  });

  test("is none without a price, or without a cap", () => {
    expect(limitOf({ ...FACTS, spentMs: 1e12, maxUsd: undefined })).toBeUndefined();
    expect(limitOf({ ...FACTS, spentMs: 1e12, usdPerHour: undefined })).toBeUndefined();
  });

  test("of hours is reached the same time before", () => {
    const facts = { ...FACTS, maxUsd: undefined, maxHours: 0.5 };
    expect(limitOf({ ...facts, spentMs: 1_800_000 - 62_001 })).toBeUndefined();
    expect(limitOf({ ...facts, spentMs: 1_800_000 - 62_000 })).toMatchObject({ reason: "over-time" });
  });

  test("is the last checkpoint before the cap where a step is longer than the grace period", () => {
    const slow = { ...FACTS, graceMs: 1000, stepMs: 5000, saveSteps: 20 };
    expect(limitOf({ ...slow, spentMs: 895_000, step: 40 })).toBeUndefined();
    expect(limitOf({ ...slow, spentMs: 899_000, step: 40 })?.detail).toBe(
      "stopped at a checkpoint: reaching the next one, at step 60, would exceed its cap",
    );
    expect(limitOf({ ...slow, spentMs: 899_000, step: 41 })).toBeUndefined();
  });
});

test("a forecast says what the next checkpoint and the end cost, and the step at which the cap ends it", () => {
  const found = forecastOf({ ...FACTS, spentMs: 100_000, step: 150, maxSteps: 5000 })!;
  expect(formatMoney(found.checkpointPico)).toBe("0.15");
  expect(formatMoney(found.endPico)).toBe("4.95");
  // 1,000 s are paid for, 100 are spent, 62 are kept for the end
  expect(found.capStep).toBe(150 + 838);
  expect(forecastOf({ ...FACTS, spentMs: 0, step: 0, maxSteps: 50 })?.capStep).toBeUndefined();
});

test("a forecast without a cap has no step at which it ends, and none is made without a price or a speed", () => {
  expect(forecastOf({ ...FACTS, maxUsd: undefined })).toMatchObject({ capStep: undefined });
  expect(forecastOf({ ...FACTS, usdPerHour: undefined })).toBeUndefined();
  expect(forecastOf({ ...FACTS, stepMs: undefined })).toBeUndefined();
});

/** Runs a trainer by the guard, in simulated time, and gives what it spent beyond its cap in pico-dollars. */
function overshoot(run: {
  usdPerHour: string;
  maxUsd: string;
  graceMs: number;
  stepMs: number;
  lookMs: number;
  isDeaf: boolean;
}): bigint {
  const { lookMs } = run;
  let stopMs = Number.POSITIVE_INFINITY;
  // long before the cap nothing is decided that counts here
  const capMs = Number((parseMoney(run.maxUsd) * 3_600_000n) / parseMoney(run.usdPerHour));
  const firstMs = Math.max(0, Math.floor((capMs - run.graceMs) / lookMs) - 20) * lookMs;
  for (let nowMs = firstMs; ; nowMs += lookMs) {
    const step = Math.floor(nowMs / run.stepMs);
    const facts = { ...FACTS, ...run, spentMs: nowMs, step };
    if (stopMs === Number.POSITIVE_INFINITY && limitOf(facts) !== undefined) stopMs = nowMs;
    if (stopMs === Number.POSITIVE_INFINITY) continue;
    // it saves at its next step and ends; a deaf one, and one whose step is too long, is killed at the look after the grace
    const endMs = Math.min(
      run.isDeaf ? Number.POSITIVE_INFINITY : (step + 1) * run.stepMs,
      stopMs + Math.ceil((run.graceMs + 1) / lookMs) * lookMs,
    );
    const over = picoFor(run.usdPerHour, endMs) - parseMoney(run.maxUsd);
    return over > 0n ? over : 0n;
  }
}

test("no trainer passes its cap, whether it hears or not: 0 dollars over 500 runs", () => {
  fc.assert(
    fc.property(
      fc.record({
        usdPerHour: fc.constantFrom("0.10", "2.99", "98.32"),
        capSec: fc.integer({ min: 200, max: 2000 }),
        graceMs: fc.integer({ min: 0, max: 120_000 }),
        stepMs: fc.integer({ min: 50, max: 90_000 }),
        lookMs: fc.constantFrom(500, 1700, 5000),
        isDeaf: fc.boolean(),
      }),
      ({ capSec, ...run }) => {
        const maxUsd = formatMoney(picoFor(run.usdPerHour, capSec * 1000));
        expect(overshoot({ ...run, maxUsd })).toBe(0n);
      },
    ),
    { numRuns: 500, seed: 17 },
  );
});
