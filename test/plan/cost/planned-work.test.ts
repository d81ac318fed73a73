import { expect, test } from "vitest";

import { assumptionsWith } from "../../../src/catalog/assumptions.ts";
import { type Quantity, isRefusal } from "../../../src/domain/estimate.ts";
import type { TrainingFacts } from "../../../src/plan/cost/cost-facts.ts";
import { plannedWork, type PlannedWork } from "../../../src/plan/cost/planned-work.ts";
import { programmeCost } from "../../../src/plan/cost/programme-cost.ts";
import { request } from "./request.ts";

const tokensOf = (tokens: number): Quantity => ({
  p10: tokens,
  p50: tokens,
  p90: tokens,
  unit: "tokens",
  basis: "by hand",
  n: 0,
  sources: [],
});

function work(over: Parameters<typeof request>[0], training: Partial<TrainingFacts> = {}): PlannedWork {
  const { programme, training: facts } = request(over, training);
  return plannedWork({
    programme,
    training: facts,
    assumption: assumptionsWith(programme.assumptions),
    tokens: { perRun: tokensOf(1e7), supervised: undefined, reward: undefined },
    seed: 1,
  });
}

function p50(quantity: Quantity): number {
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  return quantity.p50;
}

test("hours of all runs times the price are the compute that is costed, with every pass and start-up in them", () => {
  const usdPerGpuHour = { ...tokensOf(2), unit: "USD" };
  const over = { data: { plannedRows: 2000, preferencePairs: 8000 }, training: { preferencePass: "dpo" } } as const;
  const { gpuHours, parts } = work(over, { usdPerGpuHour });
  const { computeOnly } = programmeCost(request(over, { usdPerGpuHour }));
  expect((2 * p50(gpuHours)) / p50(computeOnly)).toBeCloseTo(1, 2);
  expect(parts.map(({ id }) => id.replace("run.gpuHours.", ""))).toEqual(["sweep", "overhead", "final", "preference"]);
});

test("more preference pairs are more tokens and more hours", () => {
  const of = (preferencePairs: number): PlannedWork =>
    work({ data: { plannedRows: 2000, preferencePairs }, training: { preferencePass: "dpo" } });
  const [few, many] = [of(2000), of(4000)];
  expect(p50(many.gpuHours)).toBeGreaterThan(p50(few.gpuHours));
  // A pair takes the compute of three rows with an adapter: 2,000 pairs more are three runs over 2,000 rows.
  expect(p50(many.tokens) - p50(few.tokens)).toBeCloseTo(3e7, -6);
});

test("tokens are those of the runs, whatever hours are stated for one", () => {
  const [free, stated] = [work({}, { runs: 4 }), work({ training: { hoursPerRun: 9 } }, { runs: 4 })];
  expect(p50(free.tokens)).toBe(4e7);
  expect(p50(stated.tokens)).toBe(4e7);
});

test("hours are refused with the reason where those of a run are unknown", () => {
  const refused = { refused: "no measurement covers it", hint: "state the hours" };
  expect(work({}, { gpuHoursPerRun: refused }).gpuHours).toMatchObject({
    refused: expect.stringContaining("no measurement") as string,
  });
});
