import { expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import { FleetOption } from "../../../src/domain/study.ts";
import { searchFleets } from "../../../src/plan/fleet/fleet.ts";
import { fleetText, shortFleets } from "../../../src/plan/training-text.ts";
import { run } from "../training-runs.ts";

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

test("a GPU whose only price is an old published range never leads, and says why", () => {
  const { shape, spec } = run("Qwen/Qwen2.5-7B", { method: "lora" });
  const volume = { rows: 14_000, meanTokens: 900, epochs: 3 };
  const gpus = ["H100-80GB-SXM", "A100-80GB-SXM"].map(findGpu);
  const note = { text: "its price is a published range of 2026-05-01, 208 days old", isOld: true };
  const priceNoteOf = (gpu: string) => (gpu.startsWith("A100") ? note : undefined);
  const [first, ...others] = searchFleets({ shape, spec, volume, gpus, priceOf, priceNoteOf });
  expect(searchFleets({ shape, spec, volume, gpus, priceOf })[0]!.gpu).toBe("A100-80GB-SXM");
  expect(first!.gpu).toBe("H100-80GB-SXM");
  expect(fleetText([first!, ...others], "hf")).toMatch(
    /1 × A100-80GB-SXM \*[^]*\* A100-80GB-SXM: its price is a published range/,
  );
});

test("4-bit training on an AMD GPU is marked as hardly tried, bf16 is not", () => {
  const [qlora] = search("Qwen/Qwen2.5-7B", { method: "qlora" }, ["MI300X"]);
  expect(qlora!.notes).toEqual([expect.stringContaining("bitsandbytes build for ROCm")]);
  expect(search("Qwen/Qwen2.5-7B", { method: "lora" }, ["MI300X"])[0]!.notes).toEqual([]);
});

test("the list says that its order holds for the stack", () => {
  expect(fleetText(search("Qwen/Qwen2.5-7B", {}), "hf")).toContain("the order holds for hf");
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
  await expect(`${fleetText(shortFleets(options), "hf")}\n`).toMatchFileSnapshot("../../golden/plan/fleet.txt");
});
