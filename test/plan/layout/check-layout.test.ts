import * as fc from "fast-check";
import { expect, test } from "vitest";

import type { RunSpec } from "../../../src/domain/run-spec.ts";
import { impossibleRun } from "../../../src/plan/layout/check-run.ts";
import { run } from "../training-runs.ts";

const found = (
  spec: Partial<RunSpec>,
  model = "Qwen/Qwen3-30B-A3B",
  gpu = "H100-80GB-SXM",
): ReturnType<typeof impossibleRun> => {
  const asked = run(model, spec, gpu);
  return impossibleRun(asked.shape, asked.spec, asked.gpu);
};

test.each([
  [{ stack: "unsloth", tensorParallel: 2, gpuCount: 2 }, "tensorParallel", "no parallel layouts"],
  [{ stack: "unsloth", contextParallel: 2, gpuCount: 2 }, "contextParallel", "no parallel layouts"],
  [{ stack: "unsloth", expertParallel: 2, gpuCount: 2 }, "expertParallel", "no parallel layouts"],
  [{ stack: "hf", pipelineParallel: 2, gpuCount: 2 }, "pipelineParallel", "no pipeline"],
  [{ stack: "ms-swift", method: "qlora", tensorParallel: 2, gpuCount: 2 }, "tensorParallel", "no 4-bit base model"],
  [{ stack: "nemo", tensorParallel: 2, contextParallel: 4, gpuCount: 4 }, "gpuCount", "one copy of the model needs 8"],
  [{ stack: "nemo", expertParallel: 8, gpuCount: 4 }, "expertParallel", "does not divide the 4 GPUs"],
  [{ stack: "nemo", expertParallel: 24, gpuCount: 24 }, "expertParallel", "does not divide the 128 experts"],
  [{ stack: "nemo", tensorParallel: 6, gpuCount: 6 }, "tensorParallel", "does not divide the 32 heads"],
  [{ stack: "nemo", contextParallel: 8, gpuCount: 8, sequenceTokens: 1000 }, "contextParallel", "16 pieces"],
  [{ stack: "torchtitan", sharding: "zero3", gpuCount: 8 }, "sharding", "no DeepSpeed"],
  [{ stack: "hf", sharding: "zero3", tensorParallel: 2, gpuCount: 8 }, "sharding", "either the state or the model"],
  [{ stack: "llama-factory", method: "qlora", experts: "quantised" }, "experts", "leaves fused experts in two bytes"],
  [{ stack: "nemo", optimizer: "adamw-8bit" }, "optimizer", "distributed optimizer"],
  [{ stack: "torchtitan", objective: "dpo" }, "objective", "no dpo objective"],
  [{ stack: "nemo", precision: "nvfp4" }, "precision", "Blackwell"],
] as [Partial<RunSpec>, string, string][])("%j is stopped at %s: %s", (spec, field, words) => {
  const stopped = found(spec);
  expect(stopped?.field).toBe(field);
  expect(stopped?.message).toContain(words);
});

test("latent attention splits by its heads, since its ranks share the one compressed key", () => {
  const spec = { stack: "nemo", tensorParallel: 16, gpuCount: 16 } as const;
  expect(found(spec, "deepseek-ai/DeepSeek-V3")).toBeUndefined();
  expect(found({ ...spec, tensorParallel: 48, gpuCount: 48 }, "deepseek-ai/DeepSeek-V3")?.field).toBe("tensorParallel");
});

test.each([
  { stack: "nemo", tensorParallel: 8, pipelineParallel: 2, expertParallel: 8, gpuCount: 32, gradAccum: 8 },
  { stack: "automodel", tensorParallel: 2, expertParallel: 4, gpuCount: 8 },
  { stack: "ms-swift", pipelineParallel: 4, gpuCount: 8 },
  { stack: "hf", sharding: "zero3", gpuCount: 8 },
  { stack: "nemo", contextParallel: 2, gpuCount: 8 },
] as Partial<RunSpec>[])("%j can run", (spec) => {
  expect(found(spec)).toBeUndefined();
});

test("what the hint of a layout says can run, or stops at another rule", () => {
  fc.assert(
    fc.property(
      fc.record({
        t: fc.integer({ min: 1, max: 8 }),
        p: fc.integer({ min: 1, max: 8 }),
        gpus: fc.integer({ min: 1, max: 64 }),
      }),
      ({ t, p, gpus }) => {
        const spec = { stack: "nemo" as const, tensorParallel: t, pipelineParallel: p, gpuCount: 2 * gpus };
        const stopped = found(spec);
        if (stopped?.field !== "gpuCount") return;
        const multiple = Number(/multiple of (\d+)/.exec(stopped.hint)?.[1]);
        const again = found({ ...spec, gpuCount: 2 * multiple });
        expect(again?.field).not.toBe("gpuCount");
      },
    ),
    { numRuns: 100 },
  );
});
