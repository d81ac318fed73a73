import { expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import { FleetOption } from "../../../src/domain/study.ts";
import { searchFleets } from "../../../src/plan/fleet/fleet.ts";
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
  const costs = fitting.map(({ cost }) => Number(median(cost).toPrecision(2)));
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
  const cheapA100 = (gpu: string): Quantity =>
    gpu.startsWith("A100")
      ? { p10: 0.1, p50: 0.1, p90: 0.1, unit: "USD", basis: "stated", n: 1, sources: [] }
      : priceOf(gpu);
  const request = { shape, spec, volume, gpus, priceOf: cheapA100 };
  const [first, ...others] = searchFleets({ ...request, priceNoteOf });
  expect(searchFleets(request)[0]!.gpu).toBe("A100-80GB-SXM");
  expect(first!.gpu).toBe("H100-80GB-SXM");
  expect(others.find(({ gpu }) => gpu === "A100-80GB-SXM")!.notes).toEqual([note.text]);
});

test("4-bit training on an AMD GPU is marked as hardly tried, bf16 is not", () => {
  const [qlora] = search("Qwen/Qwen2.5-7B", { method: "qlora" }, ["MI300X"]);
  expect(qlora!.notes).toEqual([expect.stringContaining("bitsandbytes build for ROCm")]);
  expect(search("Qwen/Qwen2.5-7B", { method: "lora" }, ["MI300X"])[0]!.notes).toEqual([]);
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

test("where the run's own micro-batch does not fit a smaller one does at the same batch per step, and that is said", () => {
  const spec = { method: "qlora", batchSequences: 8 };
  const option = search("Qwen/Qwen2.5-7B", spec, ["RTX-4090"]).find(({ gpuCount }) => gpuCount === 2)!;
  expect(option.fits).toBe("yes");
  expect(option.batchSequences).toBeLessThan(8);
  expect(option.batchSequences * option.gradAccum).toBe(8);
  expect(option.reason).toMatch(
    /^needs [\d.–]+ of 24 GiB; micro-batch \d with \d accumulation steps in place of 8 sequences at once, which needs/,
  );
});

test("a run keeps its own micro-batch where that fits, and where none does", () => {
  const spec = { method: "full", batchSequences: 4, gradAccum: 2 } as const;
  for (const gpu of ["H100-80GB-SXM", "L40S"]) {
    const [first] = search("meta-llama/Llama-3.1-70B", spec, [gpu]).filter(({ fits }) => fits === "no");
    expect(first).toMatchObject({ batchSequences: 4, gradAccum: 2 });
  }
  const [best] = search("Qwen/Qwen2.5-0.5B", { ...spec, method: "lora" }, ["H100-80GB-SXM"]);
  expect(best).toMatchObject({ fits: "yes", batchSequences: 4, gradAccum: 2 });
});
