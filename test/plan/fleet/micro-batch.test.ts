import fc from "fast-check";
import { expect, test } from "vitest";

import { fittingBatches, microBatches, withMicroBatch } from "../../../src/plan/fleet/micro-batch.ts";
import { trainMemory } from "../../../src/plan/memory/memory.ts";
import { run } from "../training-runs.ts";

test("micro-batches are powers of two that divide the step, and all of it", () => {
  expect(microBatches(8).map(({ batchSequences }) => batchSequences)).toEqual([1, 2, 4, 8]);
  expect(microBatches(12).map(({ batchSequences }) => batchSequences)).toEqual([1, 2, 4, 12]);
  expect(microBatches(1)).toEqual([{ batchSequences: 1, gradAccum: 1 }]);
  for (const { batchSequences, gradAccum } of microBatches(96)) expect(batchSequences * gradAccum).toBe(96);
});

const anyRun = fc.record({
  model: fc.constantFrom("Qwen/Qwen2.5-0.5B", "Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B"),
  method: fc.constantFrom("full" as const, "lora" as const, "qlora" as const),
  gpu: fc.constantFrom("RTX-4090", "L40S", "A100-80GB-SXM"),
  sequenceTokens: fc.constantFrom(512, 2048, 8192),
  gpuCount: fc.constantFrom(1, 2, 8),
  sequences: fc.constantFrom(1, 2, 8, 24, 64),
});

test("bisection finds the micro-batches that trying each one finds", () => {
  fc.assert(
    fc.property(anyRun, ({ model, gpu, sequences, ...spec }) => {
      const memoryOf = (batch: object) => trainMemory(run(model, { ...spec, ...batch }, gpu));
      const batches = microBatches(sequences);
      const { fitting, misfit } = fittingBatches(batches, memoryOf);
      const each = batches.filter((batch) => memoryOf(batch).fits === "yes");
      expect(fitting.map(({ batch }) => batch)).toEqual(each);
      expect(misfit?.batch).toEqual(batches.find((batch) => !each.includes(batch)));
    }),
    { numRuns: 60 },
  );
});

test("a larger micro-batch never needs less memory at the same number of micro-steps", () => {
  fc.assert(
    fc.property(anyRun, fc.integer({ min: 1, max: 64 }), ({ model, gpu, sequences, ...spec }, more) => {
      const at = (batchSequences: number) => trainMemory(run(model, { ...spec, gradAccum: 2, batchSequences }, gpu));
      const [small, large] = [at(sequences).device, at(sequences + more).device];
      if ("refused" in small || "refused" in large) return;
      expect(large.p90).toBeGreaterThanOrEqual(small.p90);
    }),
    { numRuns: 60 },
  );
});

test("the micro-batch of a run is the largest that fits, no larger than its own, at the same batch per step", () => {
  fc.assert(
    fc.property(anyRun, ({ model, gpu, sequences, ...spec }) => {
      const asked = run(model, { ...spec, batchSequences: sequences }, gpu);
      const { spec: found, memory } = withMicroBatch(asked);
      expect(found.batchSequences * found.gradAccum).toBe(sequences);
      expect(memory).toEqual(trainMemory({ ...asked, spec: found }));
      const smaller = microBatches(sequences).filter(({ batchSequences }) => batchSequences > found.batchSequences);
      if (memory.fits === "yes")
        for (const batch of smaller)
          expect(trainMemory({ ...asked, spec: { ...asked.spec, ...batch } }).fits).not.toBe("yes");
    }),
    { numRuns: 40 },
  );
});
