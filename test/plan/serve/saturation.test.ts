import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { replicaOf } from "../../../src/plan/serve/replica.ts";
import { saturated, saturatedWithin } from "../../../src/plan/serve/saturation.ts";
import { staticBatch } from "../../../src/plan/serve/static-batch.ts";
import { memoryOf, served } from "./served-runs.ts";

const outputOf = (run: ReturnType<typeof served>): number => saturated(replicaOf(run), memoryOf(run)).outputPerSec;

describe("a replica that never waits", () => {
  test("gives no less output with more memory, but for the scatter of timed kernels", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("meta-llama/Llama-3.1-8B", "Qwen/Qwen3-30B-A3B"),
        fc.integer({ min: 72, max: 200 }),
        fc.integer({ min: 1, max: 100 }),
        (model, gib, more) => {
          const run = served({ model });
          const at = (memoryGib: number): number => outputOf({ ...run, gpu: { ...run.gpu, memoryGib } });
          expect(at(gib + more)).toBeGreaterThan(at(gib) * 0.94);
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each(["vllm", "sglang", "tensorrt-llm"] as const)(
    "gives with %s what its steps give in the time they take",
    (engine) => {
      const run = served({ engine });
      const { outputPerSec, requestsPerSec, running, tpotSec } = saturated(replicaOf(run), memoryOf(run));
      expect(outputPerSec * tpotSec[0]!).toBeCloseTo(running, 6);
      expect(requestsPerSec * 200).toBeCloseTo(outputPerSec, 6);
    },
  );

  test("is held by room where sequences are long, and by its GPUs where prompts are", () => {
    const bound = (input: number, output: number): string => {
      const run = served({ inputTokens: { mean: input, cv: 0 }, outputTokens: { mean: output, cv: 0 } });
      return saturated(replicaOf(run), memoryOf(run)).boundBy;
    };
    expect(bound(2000, 8000)).toBe("kv");
    expect(bound(8000, 20)).toBe("compute");
  });

  test("gives less where each token must come sooner, and all of it where that does not matter", () => {
    const run = served();
    const within = (ms: number): number => saturatedWithin(replicaOf(run), memoryOf(run), ms / 1e3).outputPerSec;
    expect(within(10)).toBeLessThan(within(20));
    expect(within(1e6)).toBe(outputOf(run));
  });

  test("shares its layers over stages without losing output, while each token takes their exchange longer", () => {
    const of = (pipelineParallel: number): number =>
      outputOf(
        served({ model: "meta-llama/Llama-3.1-70B", gpu: "H200-141GB-SXM", tensorParallel: 2, pipelineParallel }),
      );
    expect(of(2) / of(1)).toBeGreaterThan(1.5);
  });
});

describe("a batch that starts and ends together", () => {
  test("gives its tokens in the time of its prompts and its steps, in turns where not all fit", () => {
    const run = served({ inputTokens: { mean: 4000, cv: 0 }, outputTokens: { mean: 500, cv: 0 } });
    const of = (requests: number): ReturnType<typeof staticBatch> =>
      staticBatch(replicaOf(run), memoryOf(run), { requests, alike: false });
    const { outputPerSec, tpotSec, prefillSec } = of(8);
    expect((8 * 500) / (prefillSec[0]! + 500 * tpotSec[0]!)).toBeCloseTo(outputPerSec, 6);
    expect(of(8).boundBy).toBe("demand");
    expect(of(1000)).toMatchObject({ boundBy: "kv" });
    expect(of(1000).running).toBeLessThan(1000);
  });

  test("of the same tokens reads the experts of one token", () => {
    const run = served({ model: "mistralai/Mixtral-8x7B-v0.1", gpu: "H200-141GB-SXM" });
    const of = (alike: boolean): number =>
      staticBatch(replicaOf(run), memoryOf(run), { requests: 16, alike }).tpotSec[0]!;
    expect(of(true)).toBeLessThan(0.8 * of(false));
  });
});
