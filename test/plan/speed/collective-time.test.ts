import { expect, test } from "vitest";

import { collectiveSec } from "../../../src/catalog/kernel-times.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { exchangedSec } from "../../../src/plan/speed/collective-time.ts";

const BYTES = 2 ** 29;
const gather = (gpu: string, gpus: number, spacing = 1): number =>
  exchangedSec({ gpu: findGpu(gpu), op: "all-gather", gpus, spacing, bytes: BYTES });

test.each([
  // data/kernels/collective, all-gather of 512 MiB
  ["H100", 2, 1.04e-3],
  ["H100", 8, 1.4e-3],
  ["GB200", 4, 0.714e-3],
])("a gather inside one link of %s over %d GPUs takes what was timed", (gpu, gpus, sec) => {
  expect(gather(gpu, gpus)).toBeCloseTo(sec, 5);
});

test("the one timed host of L40S is not taken for every machine of PCIe cards, nor is one card's faster than another's", () => {
  const timed = collectiveSec({ gpu: findGpu("L40S"), op: "all-gather", bytes: BYTES, gpus: 8 })!.sec;
  expect(gather("L40S", 8)).toBeLessThan(timed / 3);
  expect(gather("L40S", 8)).toBe(gather("RTX-4090", 8));
});

test("over machines each byte enters once by all adapters of the members there, and a rack of 72 needs no network", () => {
  const [adapter, share] = [50e9, 0.8];
  expect(gather("H100", 16)).toBeCloseTo(BYTES / (8 * adapter * share), 9);
  expect(gather("H100", 16, 8)).toBeCloseTo(BYTES / (adapter * share), 9);
  expect(gather("GB200", 64)).toBeLessThan(2 * gather("GB200", 4));
  expect(gather("GB200", 128)).toBeGreaterThanOrEqual(gather("GB200", 72));
});

test("a slower network never makes an exchange faster", () => {
  for (const op of ["all-gather", "all-reduce", "all-to-all"] as const) {
    const over = (networkGbPerSec: number): number =>
      exchangedSec({ gpu: { ...findGpu("H100"), networkGbPerSec }, op, gpus: 32, bytes: BYTES });
    expect(over(12.5), op).toBeGreaterThan(over(50));
  }
});
