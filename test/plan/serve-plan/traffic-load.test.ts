import { expect, test } from "vitest";

import { Traffic, type TrafficInput } from "../../../src/domain/traffic.ts";
import { ratePerSec, trafficLoad } from "../../../src/plan/serve-plan/traffic-load.ts";

const SOURCE = { kind: "user", ref: "an export" } as const;
const of = (input: Omit<TrafficInput, "source">) => trafficLoad(Traffic.parse({ ...input, source: SOURCE }));
const SECONDS = 730.5 * 3600;

test("requests of a month are a rate, and tokens of a request their mean", () => {
  const { fields } = of({ inputTokensPerMonth: 3e9, outputTokensPerMonth: 6e8, requestsPerMonth: 3e6 });
  expect(fields).toEqual({ inputTokens: 1000, outputTokens: 200, rate: 3e6 / SECONDS, peakOverMean: 3 });
});

test("lengths that were counted are taken with their spread, and the cached share as prefix hits", () => {
  const { fields, notes } = of({
    inputTokensPerMonth: 3e9,
    outputTokensPerMonth: 6e8,
    inputLengths: { mean: 900, cv: 1.1 },
    outputLengths: { mean: 150, cv: null },
    cachedInputShare: 0.4,
    peakOverMean: 5,
    peakBucket: "day",
  });
  expect(fields).toMatchObject({ inputTokens: 900, inputCv: 1.1, outputTokens: 150, prefixHitShare: 0.4 });
  expect(fields).not.toHaveProperty("outputCv");
  expect(fields.rate).toBeCloseTo(6e8 / 150 / SECONDS, 9);
  expect(notes.join(" ")).toMatch(/40 % of the input was cached.*day by day/);
});

test("what can wait for a batch is taken out of the peak, which is never below the mean of all", () => {
  const month = { inputTokensPerMonth: 3e9, outputTokensPerMonth: 6e8, requestsPerMonth: 3e6, peakOverMean: 4 };
  const { fields, notes } = of({ ...month, batchShare: 0.5 });
  expect(fields).toMatchObject({ rate: 3e6 / SECONDS, peakOverMean: 2 });
  expect(notes.join()).toContain("50 % of the tokens can wait");
  expect(of({ ...month, batchShare: 0.9 }).fields.peakOverMean).toBe(1);
});

test("tokens alone say neither a rate nor a length", () => {
  const { fields } = of({ inputTokensPerMonth: 3e9, outputTokensPerMonth: 6e8 });
  expect(fields).toEqual({ peakOverMean: 3 });
});

test("a month of output tokens at so many a request is a rate", () => {
  expect(ratePerSec(SECONDS * 300, 300)).toBeCloseTo(1, 9);
});
