import { expect, test } from "vitest";

import { findGpu } from "../../src/catalog/gpus.ts";
import { isRefusal, type Quantity } from "../../src/domain/estimate.ts";
import { FleetOption } from "../../src/domain/study.ts";
import { searchFleets } from "../../src/plan/fleet.ts";
import { fleetText, shortFleets } from "../../src/plan/training-text.ts";
import { run } from "./training-runs.ts";

const USD: Record<string, number> = { "H100-80GB-SXM": 2.4, "A100-80GB-SXM": 1.5, L40S: 0.9, "RTX-4090": 0.4 };
const priceOf = (gpu: string): Quantity => {
  const usd = USD[gpu];
  if (usd === undefined) return { refused: `no price for ${gpu}`, hint: "give one" };
  return { p10: usd * 0.9, p50: usd, p90: usd * 1.2, unit: "USD", basis: "a stated price", n: 1, sources: [] };
};
const search = (model: string, spec: object, gpus = Object.keys(USD)): FleetOption[] => {
  const { shape, spec: valid } = run(model, spec);
  const volume = { rows: 14_000, meanTokens: 900, epochs: 3 };
  return searchFleets({ shape, spec: valid, volume, gpus: gpus.map(findGpu), priceOf });
};
const median = (quantity: Quantity): number => (isRefusal(quantity) ? Infinity : quantity.p50);

test("fleets that fit stand first, cheapest first, and each option is valid", () => {
  const options = search("Qwen/Qwen2.5-7B", { method: "lora" });
  for (const option of options) FleetOption.parse(option);
  const fitting = options.filter(({ fits }) => fits === "yes");
  expect(fitting.length).toBeGreaterThan(2);
  expect(options.slice(0, fitting.length)).toEqual(fitting);
  const costs = fitting.map(({ cost }) => median(cost));
  expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  for (const { memory, gpu } of fitting)
    expect(!isRefusal(memory) && memory.p90).toBeLessThanOrEqual(findGpu(gpu).memoryGib);
});

test("what does not fit says what it needs, what most of it is and what to change", () => {
  const options = search("meta-llama/Llama-3.1-70B", { method: "full" }, ["L40S", "H100-80GB-SXM"]);
  const misfit = options.find(({ gpu, fits }) => gpu === "L40S" && fits === "no")!;
  expect(misfit.reason).toMatch(/^needs [\d.,–]+ of 48 GiB, most of it .*: /);
  const fitting = options.filter(({ fits }) => fits === "yes");
  expect(Math.min(...fitting.map(({ gpuCount }) => gpuCount))).toBeGreaterThan(8);
});

test("an unknown price refuses the cost and not the fit", () => {
  const [option] = search("Qwen/Qwen2.5-7B", { method: "lora" }, ["H200-141GB-SXM"]);
  expect(option!.fits).toBe("yes");
  expect(option!.cost).toEqual({ refused: "no price for H200-141GB-SXM", hint: "give one" });
});

test("the table of fleets is as in its golden file", async () => {
  const options = search("Qwen/Qwen2.5-14B", { method: "full", lossPath: "fused" });
  await expect(`${fleetText(shortFleets(options))}\n`).toMatchFileSnapshot("../golden/plan/fleet.txt");
});
