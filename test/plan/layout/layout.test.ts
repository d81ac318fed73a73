import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { Stack } from "../../../src/domain/stack.ts";
import { gpuNotes } from "../../../src/plan/layout/gpu-notes.ts";
import { impossibleRun } from "../../../src/plan/layout/check-run.ts";
import { engineOf, layoutOf, replicaShare, shardingOf } from "../../../src/plan/layout/layout.ts";
import { memoryFacts } from "../../../src/plan/memory/memory-facts.ts";
import { stepOf } from "../../../src/plan/speed/step-run.ts";
import { run } from "../training-runs.ts";

const LLAMA = "meta-llama/Llama-3.1-8B";

describe("memory and speed read one layout", () => {
  test("degrees, chunks and sharding are the same for every run", () => {
    const anySpec = fc.record({
      stack: fc.constantFrom(...Stack.options),
      sharding: fc.constantFrom("auto", "none", "fsdp", "zero1", "zero2", "zero3"),
      gpuCount: fc.constantFrom(1, 2, 4, 8, 16),
      tensorParallel: fc.constantFrom(1, 2, 4),
      pipelineParallel: fc.constantFrom(1, 2, 4),
      contextParallel: fc.constantFrom(1, 2),
      method: fc.constantFrom("full", "lora"),
    } as const);
    fc.assert(
      fc.property(anySpec, (spec) => {
        const { shape, spec: asked, gpu } = run(LLAMA, spec);
        fc.pre(impossibleRun(shape, asked, gpu) === undefined);
        const [facts, { layout }] = [memoryFacts(shape, asked), stepOf({ shape, spec: asked, gpu })];
        expect(layout).toMatchObject(layoutOf(asked));
        expect(facts.sharding).toBe(layout.sharding);
        expect(facts.virtualStages).toBe(layout.virtualStages);
      }),
      { numRuns: 200 },
    );
  });

  test.each(["verl", "ms-swift"] as const)(
    "%s hands tensor parallelism to Megatron: its optimizer and kernels",
    (stack) => {
      const { shape, spec, gpu } = run(LLAMA, { stack, gpuCount: 8, tensorParallel: 2, method: "full" });
      expect(engineOf(spec)).toBe("megatron");
      const step = stepOf({ shape, spec, gpu });
      expect(step.layout.sharding).toBe("distributed optimizer");
      expect(step.traits.elementwise).toBe("fused");
      expect(stepOf({ shape, spec: { ...spec, tensorParallel: 1 }, gpu }).traits.elementwise).toBe("eager");
    },
  );

  test("recipes of NeMo interleave the stages of a pipeline, and fill more than one micro-batch per stage", () => {
    const layout = (stack: Stack) =>
      layoutOf(run(LLAMA, { stack, gpuCount: 8, pipelineParallel: 4, gradAccum: 16 }).spec);
    expect(layout("nemo").virtualStages).toBe(4);
    expect(layout("ms-swift").virtualStages).toBe(1);
    // Korthikanti et al. 2022, §4.2.3: 1 + (p - 1) / (p·m) times as many.
    expect(layout("nemo").inFlight / layout("ms-swift").inFlight).toBeCloseTo(1 + 3 / 16, 9);
  });
});

test("experts are shared by the GPUs that hold the same ones, whatever splits an expert", () => {
  const spec = run("Qwen/Qwen3-30B-A3B", { gpuCount: 32, tensorParallel: 2, expertParallel: 8 }).spec;
  const layout = layoutOf(spec);
  expect(layout.expertReplicas * layout.expert * layout.expertTensor).toBe(32);
  expect(replicaShare({ dense: 16, experts: 8 }, layout)).toBe(16 / 16 + 8 / 2);
});

test("one replica has nothing to shard", () => {
  expect(shardingOf(run(LLAMA, { stack: "torchtitan", gpuCount: 8, tensorParallel: 8 }).spec)).toBe("none");
});

test("a GPU that a run asks for more than it has gets a note for each of it", () => {
  const asked = { method: "qlora", quantisation: "nf4", attention: "flash", precision: "fp16" } as const;
  const notes = (gpu: string, changes: object = {}): string[] => gpuNotes({ ...asked, ...changes }, findGpu(gpu));
  expect(notes("MI300X")).toEqual([expect.stringContaining("bitsandbytes build for ROCm")]);
  expect(notes("MI300X", { quantisation: "gptq" })).toEqual([]);
  expect(notes("T4")).toEqual([
    expect.stringContaining("has no bf16: the run is in fp16"),
    expect.stringContaining("FlashAttention 2 has no kernels for T4"),
  ]);
  expect(notes("T4", { attention: "sdpa", precision: "fp32" })).toEqual([]);
  expect(notes("H100")).toEqual([]);
});
