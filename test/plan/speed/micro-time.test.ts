import * as fc from "fast-check";
import { expect, test } from "vitest";

import { allGpus } from "../../../src/catalog/gpus.ts";
import { RunSpec } from "../../../src/domain/run-spec.ts";
import { microTime, microTimeOf } from "../../../src/plan/speed/micro-time.ts";
import { microStepOf, stepOf } from "../../../src/plan/speed/step-run.ts";
import { run } from "../training-runs.ts";

const MODELS = ["Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B", "Qwen/Qwen3-30B-A3B"];
const one = (
  field:
    | "method"
    | "quantisation"
    | "objective"
    | "precision"
    | "lossPath"
    | "loraTargets"
    | "attention"
    | "checkpointing"
    | "stack",
) => fc.constantFrom(...(RunSpec.shape[field].unwrap().options as readonly string[]));

const anySpec = fc.record({
  method: one("method"),
  quantisation: one("quantisation"),
  objective: one("objective"),
  precision: one("precision"),
  lossPath: one("lossPath"),
  loraTargets: one("loraTargets"),
  attention: one("attention"),
  checkpointing: one("checkpointing"),
  stack: one("stack"),
  loraRank: fc.constantFrom(8, 16, 64),
  sequenceTokens: fc.constantFrom(512, 4096),
  batchSequences: fc.constantFrom(1, 4),
  gpuCount: fc.constantFrom(1, 8),
  tensorParallel: fc.constantFrom(1, 2),
});

test("a time that is kept is the one that would be computed, whatever differs from the run before", () => {
  const anyFacts = fc.record({
    compiled: fc.boolean(),
    balancedExperts: fc.boolean(),
    fusedDequant: fc.boolean(),
    newestAttention: fc.boolean(),
    rowwiseScales: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.record({
        model: fc.constantFrom(...MODELS),
        gpu: fc.constantFrom(...allGpus()),
        spec: anySpec,
        change: anySpec,
        facts: anyFacts,
        others: anyFacts,
      }),
      ({ model, gpu, spec, change, facts, others }) => {
        const runs = [...Object.entries(change), ...Object.entries(others)].map(([field, value]) => {
          const changed = field in change ? { ...spec, [field]: value } : spec;
          const speed = field in change ? facts : { ...facts, [field]: value };
          return { ...run(model, changed as Partial<RunSpec>, gpu.id), speed };
        });
        for (const each of runs) {
          const micro = microStepOf(stepOf(each));
          expect(microTime(micro)).toEqual(microTimeOf(micro));
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("a GPU that somebody changed is another one", () => {
  const { shape, spec, gpu } = run("Qwen/Qwen2.5-7B", { precision: "fp32" }, "H100-80GB-SXM");
  const sec = (bf16Tflops: number): number =>
    microTime(microStepOf(stepOf({ shape, spec, gpu: { ...gpu, bf16Tflops, measuredBf16Tflops: null } }))).matmulSec;
  expect(sec(989)).toBeLessThan(sec(500));
});
