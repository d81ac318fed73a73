import { describe, expect, test } from "vitest";

import { type Estimate, isRefusal } from "../../../src/domain/estimate.ts";
import type { RunSpec } from "../../../src/domain/run-spec.ts";
import { trainThroughput } from "../../../src/plan/speed/throughput.ts";
import { run } from "../training-runs.ts";

const speed = (spec: Partial<RunSpec> = {}, gpu = "A100-80GB-SXM"): Estimate => {
  const found = trainThroughput(run("meta-llama/Llama-3.1-8B", { batchSequences: 2, ...spec }, gpu));
  if (isRefusal(found)) throw new Error(found.refused);
  return found;
};
/** Seconds of kernels by the basis. */
const kernels = ({ basis }: Estimate): number => Number(/ in ([\d.]+) s of kernels/.exec(basis)![1]);
const width = ({ p10, p90 }: Estimate): number => p90 / p10;

describe("a range of speed", () => {
  test.each(["axolotl", "verl", "llama-factory", "unsloth", "litgpt"] as const)(
    "is wider for %s, which nobody measured, than for the HF Trainer, which many did",
    (stack) => {
      expect(width(speed({ stack }))).toBeGreaterThan(1.05 * width(speed()));
    },
  );

  test("of a library that was not measured is from its family, and says what was given up", () => {
    const { basis, sources } = speed({ stack: "axolotl" });
    expect(basis).toMatch(/of NVIDIA, transformers, given rows, pooled over gpu, stack, /);
    expect(sources).toContain("fms");
    expect(sources).not.toContain("titan"); // PyTorch modules of its own
  });

  test("of a library that runs the HF Trainer is timed as it and says so, and verl's reduces in fp32 and says so", () => {
    for (const stack of ["axolotl", "llama-factory"] as const) {
      expect(speed({ stack }).basis).toContain("runs the HF Trainer");
      expect(kernels(speed({ stack, gpuCount: 8 }))).toBe(kernels(speed({ gpuCount: 8 })));
    }
    const full = { method: "full", gpuCount: 8 } as const;
    expect(speed({ stack: "verl" }).basis).toContain("has no HF Trainer");
    expect(kernels(speed({ stack: "verl", ...full }))).toBeGreaterThan(kernels(speed(full)));
    expect(speed().basis).not.toContain("timed as");
  });

  test("of a library that was measured on another vendor's GPUs alone is widened", () => {
    const [nvidia, amd] = [speed({ stack: "torchtune" }), speed({ stack: "torchtune" }, "MI325X")];
    expect(width(amd)).toBeGreaterThan(1.1 * width(nvidia));
  });

  test("of preference training is corrected as supervised training is, and says that no measurement is of it", () => {
    const sft = speed();
    for (const objective of ["dpo", "orpo", "simpo", "reward"] as const) {
      const other = speed({ objective });
      expect(width(other), objective).toBeCloseTo(width(sft), 6);
      expect(other.basis, objective).toContain("none of them of preference pairs");
      // A reward model has no output matrix over the vocabulary: it may be faster by what that takes.
      expect(other.p50 / sft.p50, objective).toBeLessThan(objective === "reward" ? 1.15 : 1.02);
    }
    expect(sft.basis).not.toContain("preference");
    expect(speed({ objective: "kto" }).basis).toContain("none of them of labelled answers");
  });
});

test("DPO takes the reference forward that it has: three quarters of the speed of full tuning, two thirds of LoRA's", () => {
  // 6 / 8 and 4 / 6 of the FLOPs without recomputation (training-model.md §2.4); attention and memory-bound parts blur it.
  const ratio = (method: "full" | "lora"): number =>
    speed({ method, objective: "dpo", checkpointing: "none", batchSequences: 4, gradAccum: 16 }).p50 /
    speed({ method, checkpointing: "none", batchSequences: 8, gradAccum: 16 }).p50;
  expect(ratio("full")).toBeGreaterThan(0.7);
  expect(ratio("full")).toBeLessThan(0.82);
  expect(ratio("lora")).toBeGreaterThan(0.6);
  expect(ratio("lora")).toBeLessThan(0.78);
});

test("selective checkpointing repeats attention alone, but half of all products in torchtitan", () => {
  const kept = (stack: RunSpec["stack"]): number =>
    speed({ stack, method: "full", checkpointing: "selective" }).p50 /
    speed({ stack, method: "full", checkpointing: "none" }).p50;
  expect(kept("hf")).toBeGreaterThan(0.96);
  expect(kept("hf")).toBeLessThan(1);
  expect(kept("torchtitan")).toBeLessThan(0.92);
});

test("an MI300X trains adapters of a Hugging Face model about as fast as an H100", () => {
  // Measured products 668 against 795 TFLOP/s, bandwidth 5.3 against 3.35 TB/s; MLPerf LoRA 0.95 (planning figures of 2026).
  const ratio = speed({ batchSequences: 4 }, "MI300X").p50 / speed({ batchSequences: 4 }, "H100-80GB-SXM").p50;
  expect(ratio).toBeGreaterThan(0.8);
  expect(ratio).toBeLessThan(1.3);
});
