import { expect, test } from "vitest";

import { assumptionsWith } from "../../../src/catalog/assumptions.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import type { RunSpec } from "../../../src/domain/run-spec.ts";
import { type OneFleet, oneFleet } from "../../../src/plan/fleet/one-fleet.ts";
import { spotFacts } from "../../../src/plan/fleet/spot.ts";
import { run } from "../training-runs.ts";

const usd: Quantity = { p10: 1.8, p50: 2, p90: 2.4, unit: "USD", basis: "a stated price", n: 1, sources: [] };

type Place = { gpu: string; gpuCount?: number; price?: Quantity };

function on(model: string, spec: Partial<RunSpec>, { gpu, gpuCount = 1, price = usd }: Place): OneFleet {
  const request = {
    ...run(model, spec),
    volume: { rows: 14_000, meanTokens: 900, epochs: 3 },
    terms: ["on-demand" as const],
    priceOf: () => ({ usd: price, note: undefined }),
    spot: spotFacts(assumptionsWith()),
    assumption: assumptionsWith(),
  };
  return oneFleet(request, { gpu: findGpu(gpu), gpuCount });
}

test("a GPU of AMD is marked as hardly measured, and its 4-bit training as hardly tried", () => {
  const { option } = on("Qwen/Qwen2.5-7B", { method: "qlora" }, { gpu: "MI300X" });
  const isThin = expect.stringContaining("only one source says how fast");
  expect(option.notes).toEqual([isThin, expect.stringContaining("bitsandbytes build for ROCm")]);
  expect(on("Qwen/Qwen2.5-7B", { method: "lora" }, { gpu: "MI300X" }).option.notes).toEqual([isThin]);
});

test("what does not fit says what it needs, what most of it is and what to change", () => {
  const { option } = on("meta-llama/Llama-3.1-70B", { method: "full" }, { gpu: "L40S", gpuCount: 8 });
  expect(option.fits).toBe("no");
  expect(option.reason).toMatch(/^needs [\d.,–]+ of 45 GiB, most of it .*: /);
});

test("an unknown price refuses the cost and not the fit", () => {
  const none = { refused: "no price for it", hint: "give one" };
  const { option } = on("Qwen/Qwen2.5-7B", { method: "lora" }, { gpu: "H200-141GB-SXM", price: none });
  expect(option.fits).toBe("yes");
  expect(option.cost).toEqual(none);
});

test("where the run's own micro-batch does not fit a smaller one does at the same batch per step", () => {
  const {
    option,
    run: taken,
    memory,
  } = on("Qwen/Qwen2.5-7B", { method: "qlora", batchSequences: 8 }, { gpu: "RTX-4090", gpuCount: 2 });
  expect(option.fits).toBe("yes");
  expect(option.batchSequences).toBeLessThan(8);
  expect(option.batchSequences * option.gradAccum).toBe(8);
  expect(taken.spec).toMatchObject({ batchSequences: option.batchSequences, gradAccum: option.gradAccum });
  expect(!isRefusal(memory.device) && memory.device.p90).toBeLessThanOrEqual(24);
});

test("a run keeps its own micro-batch where that fits, and where none does", () => {
  const own = { batchSequences: 4, gradAccum: 2 };
  const misfit = on("meta-llama/Llama-3.1-70B", { method: "full", ...own }, { gpu: "L40S" }).option;
  expect(misfit).toMatchObject({ fits: "no", ...own });
  const held = on("Qwen/Qwen2.5-0.5B", { method: "lora", ...own }, { gpu: "H100-80GB-SXM" }).option;
  expect(held).toMatchObject({ fits: "yes", ...own });
});
