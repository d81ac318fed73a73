import { expect, test } from "vitest";

import { chanceOfRun } from "../../../src/plan/serve/chance-of-run.ts";
import { disaggregated } from "../../../src/plan/serve/disaggregated.ts";
import { replicaOf } from "../../../src/plan/serve/replica.ts";
import { memoryOf, served } from "./served-runs.ts";

const run = served({ engine: "sglang", inputTokens: { mean: 8000, cv: 0 }, outputTokens: { mean: 50, cv: 0 } });
const load = { prefill: 1, decode: 1, concurrency: 8, count: 8 };
const ofLoad = (changes: Partial<typeof load>): ReturnType<typeof disaggregated> =>
  disaggregated(replicaOf(run), memoryOf(run), { ...load, ...changes });

test("prompts that arrive together are read one after the other, each as far behind as those ahead of it take", () => {
  const { ttftSec, queueSec } = ofLoad({});
  const gaps = [...queueSec].slice(1).map((sec, index) => sec - queueSec[index]!);
  for (const gap of gaps) expect(gap).toBeCloseTo(queueSec[1]!, 6);
  expect(ttftSec.at(-1)! / ttftSec[0]!).toBeGreaterThan(4);
});

test("as many prefill replicas as prompts leave no queue", () => {
  expect(ofLoad({ prefill: 8 }).queueSec.at(-1)).toBe(0);
});

test("Little's law holds: requests held open are the rate times the time of one", () => {
  const { requestsPerSec, ttftSec, tpotSec } = ofLoad({ prefill: 2, count: 400 });
  const mean = (times: Float64Array): number => times.reduce((sum, each) => sum + each, 0) / times.length;
  expect(requestsPerSec * (mean(ttftSec) + 49 * mean(tpotSec))).toBeCloseTo(8, 0);
});

test("the output of a hundred requests scatters twice as far as that of four hundred, where arrivals are all there is to it", () => {
  const point = ofLoad({});
  const chance = (requests: number): number =>
    chanceOfRun(run, { kind: "rate", perSec: 1, requests }, { ...point, requestsPerSec: 1 });
  expect(chance(100)).toBeCloseTo(0.1);
  expect(chance(100) / chance(400)).toBeCloseTo(2);
});

test("the longest of answers that vary adds to it, and a closed loop has no chance of arrivals", () => {
  const point = { ...ofLoad({}), requestsPerSec: 1 };
  const atOnce = { kind: "all-at-once", requests: 100 } as const;
  expect(chanceOfRun(run, atOnce, point)).toBe(0);
  expect(chanceOfRun({ outputTokens: { mean: 50, cv: 1 } }, atOnce, point)).toBeGreaterThan(0);
  expect(chanceOfRun(run, { kind: "concurrency", requests: 8 }, point)).toBe(0);
});
