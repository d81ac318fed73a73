import { expect, test } from "vitest";

import { checkpointBytes } from "../../../src/plan/memory/checkpoint-bytes.ts";
import { run } from "../training-runs.ts";

const LLAMA = "meta-llama/Llama-3.1-8B";
const bytesPerParam = (spec: Parameters<typeof run>[1]): number => {
  const { shape, spec: asked } = run(LLAMA, spec);
  return checkpointBytes({ shape, spec: asked }) / shape.paramCount;
};

test("a checkpoint of Megatron and DeepSpeed has bf16 and fp32 weights and two moments: BLOOM's 2.3 TiB", () => {
  // Hugging Face, "The technology behind BLOOM training" (2022-07-14): 2.3 TB with optimizer states for 176.2 B
  // parameters, 329 GB (GiB) of bf16 weights alone.
  const published = (2.3 * 2 ** 40) / 176.247e9;
  for (const spec of [{ stack: "nemo" }, { stack: "hf", sharding: "zero3" }] as const)
    expect(Math.abs(bytesPerParam({ ...spec, method: "full", gpuCount: 8 }) / published - 1)).toBeLessThan(0.03);
});

test("it is what the run holds, wherever it holds it: bf16 on one GPU, fp32 masters under FSDP, nothing of SGD", () => {
  expect(bytesPerParam({ method: "full" })).toBe(6);
  expect(bytesPerParam({ method: "full", offload: "optimizer" })).toBe(6);
  expect(bytesPerParam({ method: "full", gpuCount: 8 })).toBe(12);
  expect(bytesPerParam({ method: "full", optimizer: "sgd" })).toBe(2);
  expect(bytesPerParam({ method: "full", stack: "torchtitan", gpuCount: 8, optimizer: "adafactor" })).toBe(4);
  expect(bytesPerParam({ method: "lora" })).toBeLessThan(0.1);
});
