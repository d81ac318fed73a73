import { describe, expect, test } from "vitest";

import { TrainingFile } from "../../src/domain/training-job.ts";
import { nextStartMs } from "../../src/launch/supervise/back-off.ts";
import { hasExploded, type LossWatch, nextLoss } from "../../src/launch/supervise/divergence.ts";
import { ladderStep } from "../../src/launch/supervise/memory-ladder.ts";
import { estimateRun } from "../../src/launch/supervise/run-estimate.ts";
import { steadyClock } from "../../src/launch/supervise/steady-clock.ts";
import { needsApproval } from "../../src/programme/training/approve-training.ts";
import { askedMs } from "../../src/programme/training/job-sight.ts";
import type { Store } from "../../src/store/open-store.ts";

const watched = (losses: readonly number[]): LossWatch =>
  losses.reduce<LossWatch>((watch, loss) => nextLoss(watch, loss), { high: 0 });

describe("a loss explodes", () => {
  const falling = Array.from({ length: 50 }, (_, step) => 4 / (1 + step / 5) + 0.3 * Math.sin(step));

  test("where five in a row are far above the best", () => {
    expect(hasExploded(watched([...falling, 30, 40, 60, 90]))).toBe(false);
    expect(hasExploded(watched([...falling, 30, 40, 60, 90, 200]))).toBe(true);
  });

  test("whatever losses that are not finite lie between, which count as none", () => {
    expect(hasExploded(watched([...falling, 30, 40, Number.NaN, 60, 90, Number.POSITIVE_INFINITY, 200]))).toBe(true);
    expect(hasExploded(watched([...falling, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]))).toBe(false);
  });

  test("not by a noisy curve, by single spikes, or near zero as with rewards", () => {
    expect(hasExploded(watched(falling))).toBe(false);
    expect(hasExploded(watched(falling.flatMap((loss) => [loss, 20])))).toBe(false);
    expect(hasExploded(watched([0.001, 0.5, 0.8, 1.1, 1.4, 0.9, 1.9]))).toBe(false);
  });
});

describe("the next attempt", () => {
  test("follows at once where the last one made steps, later and later where none did", () => {
    const good = { endedMs: 1000, isFruitless: false };
    const bad = { endedMs: 1000, isFruitless: true };
    expect(nextStartMs([])).toBe(0);
    expect(nextStartMs([bad, bad, good])).toBe(0);
    expect(nextStartMs([good, bad])).toBe(11_000);
    expect(nextStartMs([good, bad, bad, bad])).toBe(41_000);
    expect(nextStartMs(Array.from({ length: 40 }, () => bad))).toBe(601_000);
  });
});

describe("a run out of memory", () => {
  const spec = (fields: object): TrainingFile =>
    TrainingFile.parse({ version: 1, name: "r", model: "m", dataset: "d", maxSteps: 10, saveSteps: 5, ...fields });

  test("takes fewer sequences in more micro-steps, so that a step sees as many", () => {
    expect(ladderStep(spec({ batchSequences: 8, accumulationSteps: 2 }))?.fields).toEqual({
      batchSequences: 4,
      accumulationSteps: 4,
    });
    expect(ladderStep(spec({ batchSequences: 3, accumulationSteps: 2 }))?.fields).toEqual({
      batchSequences: 1,
      accumulationSteps: 6,
    });
  });

  test("then recomputes activations, and cuts the data only where its file allows it", () => {
    const one = { batchSequences: 1, sequenceTokens: 1024 };
    expect(ladderStep(spec({ ...one, recompute: false }))?.fields).toEqual({ recompute: true });
    expect(ladderStep(spec(one))).toBeUndefined();
    expect(ladderStep(spec({ ...one, shortenOnOom: true }))?.fields).toEqual({ sequenceTokens: 512 });
    expect(ladderStep(spec({ ...one, sequenceTokens: 300, shortenOnOom: true }))).toBeUndefined();
  });
});

describe("the first steps of a run", () => {
  const probe = { startMs: 9000, stepMs: [1000, 1000, 1000, 1000], saveMs: 500 };
  const plan = { steps: 5, maxSteps: 105, saveSteps: 50 };

  test("give its time: start twice, what is left of the steps, the saves", () => {
    const { p10, p50, p90, n } = estimateRun(probe, plan)!;
    expect(n).toBe(4);
    expect(p50).toBe(9000 + 4000 + 500 + 9000 + 100_000 + 2 * 500);
    // Student's quantile at 0.9 with 3 degrees is 1.638 (tables); spread 0.1, one further draw of 5
    const half = Math.exp(1.6377 * 0.1 * Math.sqrt(1.25));
    expect(p90 - p50).toBeCloseTo(100_000 * (half - 1), -2);
    expect(p50 - p10).toBeCloseTo(100_000 * (1 - 1 / half), -2);
  });

  test("give a wider range the less even they are, and none where there are too few", () => {
    const even = estimateRun(probe, plan)!;
    const uneven = estimateRun({ ...probe, stepMs: [500, 1500, 800, 1300] }, plan)!;
    expect(uneven.p90 - uneven.p10).toBeGreaterThan(even.p90 - even.p10);
    expect(estimateRun({ ...probe, stepMs: [1000] }, plan)).toBeUndefined();
  });
});

test("a steady clock does not follow one that is set", () => {
  let wallMs = 1_000_000;
  let ticksMs = 5;
  const clock = steadyClock(
    () => new Date(wallMs),
    () => ticksMs,
  );
  wallMs += 3_600_000;
  ticksMs += 250;
  expect(clock.now().getTime()).toBe(1_000_250);
  clock.reset();
  expect(clock.now().getTime()).toBe(4_600_000);
});

test("a run needs approval above the amount of its programme, and where nothing limits what it costs", () => {
  expect(needsApproval({ maxUsd: "5", usdPerHour: "1" }, undefined)).toBe(false);
  expect(needsApproval({ maxUsd: "5", usdPerHour: "1" }, "5")).toBe(false);
  expect(needsApproval({ maxUsd: "5.01", usdPerHour: "1" }, "5")).toBe(true);
  expect(needsApproval({ maxUsd: undefined, usdPerHour: "1" }, "5")).toBe(true);
  expect(needsApproval({ maxUsd: undefined, usdPerHour: undefined }, "5")).toBe(false);
  const hosted = { epochs: 1, usdPerMillionTokens: "5", testQuestion: "Hello" };
  expect(needsApproval({ maxUsd: undefined, usdPerHour: undefined, hosted }, "5")).toBe(true);
});

describe("the grace period of a request to stop", () => {
  const HOUR_MS = 3_600_000;
  const job = (askedAtMs: number | null, state = "stopping"): Parameters<typeof askedMs>[1] => ({
    job_no: 1,
    stop_asked_ms: askedAtMs,
    state,
  });

  test.each([
    ["on the same clock", 0, 1200],
    ["by a clock that was set ahead meanwhile", HOUR_MS, 1500],
    ["by a clock that was set back meanwhile", -HOUR_MS, 1000],
  ])("begins with the request %s", (_clock, jumpMs, beginsMs) => {
    const store = {} as Store;
    askedMs(store, job(null), 1000);
    expect(askedMs(store, job(1200 + jumpMs), 1500)).toBe(beginsMs);
    expect(askedMs(store, job(1200 + jumpMs), 9000)).toBe(beginsMs);
  });

  test("begins with the first look, where nobody supervised since the request", () => {
    const store = {} as Store;
    expect(askedMs(store, job(1200, "running"), HOUR_MS)).toBe(HOUR_MS);
    expect(askedMs(store, job(1200), HOUR_MS + 500)).toBe(HOUR_MS);
  });

  test("goes on where the supervisor was replaced, and begins anew with the next request", () => {
    const store = {} as Store;
    expect(askedMs(store, job(1200), 5000)).toBe(1200);
    askedMs(store, job(null), 6000);
    expect(askedMs(store, job(6100), 6200)).toBe(6100);
  });
});
