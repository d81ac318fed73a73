import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findModel } from "../../../src/catalog/models.ts";
import { replicaOf } from "../../../src/plan/serve/replica.ts";
import { kvBytesPerToken } from "../../../src/plan/serve/serve-point.ts";
import { serveMemory } from "../../../src/plan/serve/serve-memory.ts";
import { readTsv } from "../../catalog/read-tsv.ts";
import { memoryOf, served } from "./served-runs.ts";

describe("the cache of keys and values", () => {
  test.each(readTsv("kv-bytes-per-token.tsv"))("$model in $kv: $bytes bytes a token", ({ model, kv, bytes }) => {
    expect(kvBytesPerToken(findModel(model!), kv as "bf16" | "fp8", 4096)).toBe(Number(bytes));
  });

  test("is linear in layers, and halves in eight bits", () => {
    const shape = findModel("meta-llama/Llama-3.1-70B");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1e6 }), (layers, context) => {
        const bytes = kvBytesPerToken({ ...shape, attentionLayers: layers }, "bf16", context);
        expect(bytes).toBe(layers * 4096);
        expect(kvBytesPerToken({ ...shape, attentionLayers: layers }, "fp8", context)).toBe(layers * 2048);
      }),
    );
  });

  test("of layers with a window holds no more than the window, so that a token of a long sequence takes less", () => {
    const shape = findModel("openai/gpt-oss-120b");
    const whole = 36 * 2 * 8 * 64 * 2;
    expect(kvBytesPerToken(shape, "bf16", 100)).toBe(whole);
    // Every second layer sees 128 tokens.
    expect(kvBytesPerToken(shape, "bf16", 12_800)).toBeCloseTo(whole * (0.5 + 0.5 / 100), 6);
  });

  test("of layers that keep a state of unknown size has no formula, and says what would do", () => {
    const shape = { ...findModel("Qwen/Qwen3-Next-80B-A3B-Instruct"), recurrence: null };
    expect(kvBytesPerToken(shape, "bf16", 4096)).toMatchObject({
      refused: expect.stringMatching(/^36 of 48 layers .* keep a state/),
      hint: expect.stringMatching(/measure/),
    });
  });
});

describe("the memory of a replica", () => {
  test("is split by tensor parallelism without a byte more or less, until GPUs outnumber heads", () => {
    const of = (tensorParallel: number): ReturnType<typeof memoryOf> => memoryOf(served({ tensorParallel }));
    for (const gpus of [2, 4, 8]) {
      expect(of(gpus).weightsGib).toBe(of(1).weightsGib);
      expect(of(gpus).kvBytesPerToken).toBe(of(1).kvBytesPerToken);
    }
    // Eight heads over sixteen GPUs: two GPUs keep each.
    expect(of(16).kvBytesPerToken).toBe(2 * of(1).kvBytesPerToken);
  });

  test("lies between the bounds of the published formula: 0.90 of the memory, less 2 to 3.5 GB and the weights", () => {
    const { kvPoolTokens, weightsGib } = memoryOf(served());
    expect(weightsGib).toBeCloseTo((8.03e9 * 2) / 2 ** 30, 1);
    const pool = (reserved: number): number => (0.9 * 80 * 2 ** 30 - reserved - weightsGib * 2 ** 30) / 131_072;
    expect(kvPoolTokens).toBeGreaterThan(pool(3.5e9));
    expect(kvPoolTokens).toBeLessThan(pool(2e9));
  });

  test("grows with the card and shrinks with bits per weight", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("bf16", "fp8", "int4" as const),
        fc.integer({ min: 40, max: 300 }),
        (weights, gib) => {
          const run = served({ weights });
          const pool = (memoryGib: number): number => memoryOf({ ...run, gpu: { ...run.gpu, memoryGib } }).kvPoolTokens;
          expect(pool(gib + 1)).toBeGreaterThan(pool(gib));
          expect(memoryOf({ ...run, weights: "int4" }).kvPoolTokens).toBeGreaterThanOrEqual(memoryOf(run).kvPoolTokens);
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each([
    // OpenAI, gpt-oss model card, 2025-08, table 1: checkpoint sizes.
    ["openai/gpt-oss-120b", "fp4", 60.8],
    ["openai/gpt-oss-20b", "fp4", 12.8],
    // 6.98 billion of 8.03 in four bits with their scales, and twice 128,256 × 4,096 in bf16.
    ["meta-llama/Llama-3.1-8B", "int4", 5.3],
    ["meta-llama/Llama-3.1-8B", "fp8", 8.46],
    // One matrix for both ends: 0.26 of 1.24 billion.
    ["meta-llama/Llama-3.2-1B", "fp8", 1.4],
  ] as const)("keeps embeddings and head in bf16: %s in %s takes %f GiB", (model, weights, gib) => {
    expect(Math.abs(memoryOf(served({ model, weights })).weightsGib / gib - 1)).toBeLessThan(0.02);
  });

  test("that weights leave no room in is refused by name", () => {
    const run = served({ model: "meta-llama/Llama-3.1-70B" });
    expect(serveMemory(replicaOf(run))).toEqual({
      refused: "weights of 131 GiB leave no room for the cache of one request on 1 × H100-80GB-SXM",
      hint: "use more GPUs per replica, fewer bits per weight, or a larger GPU",
    });
  });

  test("holds fewer sequences where adapters stand in addition to the weights", () => {
    const pool = (count: number): number => memoryOf(served({ adapters: { count, rank: 64 } })).kvPoolTokens;
    // Rank 64 over all linear layers of an 8B: 168 million numbers of two bytes.
    expect((pool(0) - pool(10)) * 131_072).toBeCloseTo(10 * 2 * 167_772_160, -3);
  });
});
