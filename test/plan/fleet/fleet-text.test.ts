import { expect, test } from "vitest";

import type { Estimate } from "../../../src/domain/estimate.ts";
import { type FleetCandidate, FleetSearch } from "../../../src/domain/fleet-search.ts";
import { fleetSearchText } from "../../../src/plan/fleet/fleet-text.ts";

const estimate = (p10: number, p90: number, [unit, basis = "stated"]: string[]): Estimate => {
  return { p10, p50: Math.sqrt(p10 * p90), p90, unit: unit!, basis, n: 1, sources: [] };
};

const OPTION: FleetCandidate = {
  gpu: "H100-80GB-SXM",
  gpuCount: 1,
  sharding: "none",
  tensorParallel: 1,
  pipelineParallel: 1,
  batchSequences: 4,
  gradAccum: 1,
  memory: estimate(27.1, 46.2, ["GiB"]),
  fits: "yes",
  hours: estimate(1.9, 4.29, ["h"]),
  usdPerGpuHour: estimate(2.1, 2.9, ["USD"]),
  cost: estimate(4.4, 11, ["USD"]),
  reason: "needs 27.1–46.2 of 80 GiB",
  notes: [],
  term: "on-demand",
  priceIsOld: false,
  speedSources: 1,
  vendorSpeedSources: 8,
  isLessSure: false,
  onFront: true,
  dominatedBy: null,
  spot: null,
};

const SPOT = "0.1 interruptions, a checkpoint every 9 min by Young and Daly";

/** A search with each kind of line: a front, an option behind it, spot, an old price, and rejections. */
const SEARCH: FleetSearch = FleetSearch.parse({
  rank: "cost",
  deadlineHours: 6,
  budgetUsd: "50.00",
  candidates: 1250,
  options: [
    {
      ...OPTION,
      term: "spot",
      hours: estimate(2, 5, ["h"]),
      cost: estimate(2.2, 6, ["USD"]),
      spot: { interruptions: 0.1, checkpointMinutes: 9, billedFactor: 1.02, wallFactor: 1.05, basis: SPOT },
    },
    OPTION,
    {
      ...OPTION,
      gpu: "RTX-4090",
      gpuCount: 8,
      sharding: "zero1",
      tensorParallel: 2,
      batchSequences: 1,
      gradAccum: 4,
      onFront: false,
      dominatedBy: "1 × H100-80GB-SXM on-demand",
      notes: ["the FlashAttention of its generation is not there"],
    },
    ...Array.from({ length: 20 }, (_, index) => ({ ...OPTION, gpu: "L40S", gpuCount: 2 + index, onFront: index > 15 })),
    {
      ...OPTION,
      gpu: "GB200",
      speedSources: 0,
      notes: ["its price is a published range of 2026-05-01"],
      priceIsOld: true,
      isLessSure: true,
    },
    {
      ...OPTION,
      gpu: "MI300X",
      vendorSpeedSources: 1,
      notes: ["only one source says how fast libraries like this one are on GPUs of AMD"],
      isLessSure: true,
      onFront: false,
      dominatedBy: "1 × GB200 on-demand",
    },
  ],
  unpriced: [
    { gpu: "L4", hint: "give the price of your own contract" },
    { gpu: "A10G", hint: "in force that day: on-demand from a hyperscaler; or give the price of your own contract" },
    { gpu: "L20", hint: "give the price of your own contract" },
  ].map(({ gpu, hint }) => ({
    gpu,
    gpuCount: 2,
    sharding: "fsdp",
    tensorParallel: 1,
    pipelineParallel: 1,
    batchSequences: 4,
    gradAccum: 1,
    memory: estimate(12, 20, ["GiB"]),
    hours: estimate(6, 12, ["h"]),
    gpuHours: estimate(12, 24, ["GPU-h"]),
    breakEvenUsdPerGpuHour: estimate(0.1, 0.4, ["USD"]),
    priceHint: hint,
    speedSources: 0,
    vendorSpeedSources: 8,
  })),
  rejected: [
    { reason: "no-price", gpu: "L4", terms: ["on-demand", "spot", "reserved"], count: 300, example: "1 × L4: none" },
    ...["A", "B", "C", "D", "E", "F"].map((gpu) => ({
      reason: "no-price",
      gpu,
      terms: ["reserved"],
      count: 100,
      example: `1 × ${gpu} reserved: no reserved price`,
    })),
    {
      reason: "does-not-fit",
      gpu: "T4",
      terms: ["spot"],
      count: 327,
      example: "1 × T4 spot, batch 1: needs 18–25 of 16 GiB, most of it frozen weights: shard it over more GPUs",
    },
  ],
  each: [],
});

test("the list marks the front, says what the order rests on and counts what is rejected, as in its golden file", async () => {
  await expect(`${fleetSearchText(SEARCH, { stack: "hf" })}\n`).toMatchFileSnapshot("../../golden/plan/fleet.txt");
});

test("everything is shown where all is asked for", () => {
  const text = fleetSearchText(SEARCH, { stack: "hf", all: true });
  for (const { gpu, gpuCount } of SEARCH.options) expect(text).toContain(`${gpuCount} × ${gpu}`);
  for (const { example } of SEARCH.rejected) expect(text.replaceAll(/\s+/g, " ")).toContain(example);
  expect(text).not.toContain("not shown");
});

test("a search without an option says so and why", () => {
  const text = fleetSearchText({ ...SEARCH, options: [] }, { stack: "hf" });
  expect(text).toContain("none of them fits the run");
  expect(text).toContain("1 × T4 spot");
});

test("a search whose fleets have no price asks for one", () => {
  const rejected = SEARCH.rejected.filter(({ reason }) => reason === "no-price");
  expect(fleetSearchText({ ...SEARCH, options: [], rejected }, { stack: "hf" })).toContain("--usd-per-gpu-hour");
});
