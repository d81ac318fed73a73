import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { allModels, findModel } from "../../../src/catalog/models.ts";
import { attentionGroups, kvBytesPerToken } from "../../../src/plan/serve/kv-per-token.ts";
import { pageTokens, recurrentBytes, stateBytes, stateTokens } from "../../../src/plan/serve/recurrent-state.ts";
import { productSec } from "../../../src/plan/serve/products-time.ts";
import { recurrentSec } from "../../../src/plan/serve/recurrent-time.ts";
import { replicaOf } from "../../../src/plan/serve/replica.ts";
import { servePoint } from "../../../src/plan/serve/serve-point.ts";
import { stepParts } from "../../../src/plan/serve/engine-step.ts";
import { readTsv } from "../../catalog/read-tsv.ts";
import { accepted, memoryOf, served } from "./served-runs.ts";

const HYBRIDS = allModels().filter(({ recurrence }) => recurrence !== null);

describe("the state of a sequence", () => {
  test.each(readTsv("recurrent-state.tsv"))("$model on $tensor_parallel under $engine is as published", (row) => {
    const replica = replicaOf(
      served({ model: row["model"]!, engine: "vllm", tensorParallel: Number(row["tensor_parallel"]) }),
    );
    const { shape } = replica;
    const bytes = stateBytes(shape, recurrentBytes(replica));
    if (row["page_tokens"] !== "") expect(pageTokens(replica)).toBe(Number(row["page_tokens"]));
    if (row["state_mib"] !== "") expect(bytes / 2 ** 20).toBeCloseTo(Number(row["state_mib"]), 1);
    if (row["padding_pct"] === "") return;
    const perLayer = known(kvBytesPerToken(shape, "bf16", 1)) / shape.attentionLayers;
    const padded = pageTokens(replica) * perLayer * (bytes === 0 ? 0 : shape.recurrence!.layers / bytes);
    expect(100 * (padded - 1)).toBeCloseTo(Number(row["padding_pct"]), 2);
  });

  test("of Nemotron Nano 9B v2 was a page of 672 tokens with 16 bits, as vLLM issue 24280 has it, and is in fp32 today", () => {
    const replica = replicaOf(served({ model: "nvidia/NVIDIA-Nemotron-Nano-9B-v2" }));
    const { shape } = replica;
    const narrow = { ...shape, recurrence: { ...shape.recurrence!, isStateFp32: false } };
    expect(pageTokens({ ...replica, shape: narrow })).toBe(672);
    expect(recurrentBytes(replica)).toBe(4);
  });

  test("does not grow with a request, and replaces tokens", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...HYBRIDS.filter(({ paramCount }) => paramCount < 30e9)),
        fc.constantFrom("vllm", "sglang", "tensorrt-llm" as const),
        fc.integer({ min: 100, max: 4000 }),
        ({ id }, engine, mean) => {
          const of = (input: number): ReturnType<typeof memoryOf> =>
            memoryOf(served({ model: id, engine, gpu: "H200-141GB-SXM", inputTokens: { mean: input, cv: 0 } }));
          const [short, long] = [of(mean), of(2 * mean)];
          expect(long.stateBytes).toBe(short.stateBytes);
          expect(short.stateTokens * short.kvBytesPerToken).toBeGreaterThanOrEqual(short.stateBytes * (1 - 1e-9));
          expect(long.maxRunning).toBeLessThanOrEqual(short.maxRunning);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("in fp32 is twice that in 16 bits, but for the inputs of the convolution", () => {
    for (const shape of HYBRIDS) {
      const { layers, state } = shape.recurrence!;
      expect(stateBytes(shape, 4) - stateBytes(shape, 2)).toBe(2 * layers * state);
    }
  });

  test("is none in a model of attention alone", () => {
    const replica = replicaOf(served());
    expect(stateBytes(replica.shape, 4)).toBe(0);
    expect(stateTokens(replica, 131_072)).toBe(0);
    expect(stepParts(replica, { decodes: 8, context: 1000, promptTokens: 512, promptLength: 1000 }).recurrent).toBe(0);
  });
});

describe("attention by kind", () => {
  // Gemma 4 31B: 10 global layers of 4 heads of 512, 50 local ones of 16 heads of 256 that see 1,024 tokens.
  test("local and global layers have heads of their own", () => {
    const shape = findModel("google/gemma-4-31B-it");
    const [local, global] = [50 * 2 * 16 * 256 * 2, 10 * 2 * 4 * 512 * 2];
    expect(kvBytesPerToken(shape, "bf16", 1024)).toBe(local + global);
    expect(kvBytesPerToken(shape, "bf16", 102_400)).toBeCloseTo(local / 100 + global, 6);
  });

  test.each([
    ["google/gemma-4-E2B-it", 15],
    ["google/gemma-4-E4B-it", 24],
    ["google/gemma-3n-E4B-it", 20],
    ["google/gemma-3n-E2B-it", 20],
  ])("%s keeps keys and values in %d layers, and attends in all", (id, kept) => {
    const groups = attentionGroups(findModel(id));
    expect(groups.reduce((sum, each) => sum + each.kept, 0)).toBe(kept);
    expect(groups.reduce((sum, each) => sum + each.layers, 0)).toBe(findModel(id).layers);
  });
});

describe("the time of a mixer", () => {
  test.each(readTsv("kernel-recurrent.tsv"))(
    "$phase of $sequences x $tokens tokens on $gpu is within a fifth of $us us",
    (row) => {
      const [sequences, tokens, us] = [Number(row["sequences"]), Number(row["tokens"]), Number(row["us"])];
      const replica = replicaOf(served({ model: "Qwen/Qwen3.5-9B", gpu: row["gpu"]! }));
      const isDecode = row["phase"] === "decode";
      const rows = sequences * tokens;
      const work = isDecode
        ? { decodes: sequences, promptTokens: 0, onePrompt: 0 }
        : { decodes: 0, promptTokens: rows, onePrompt: tokens };
      const { layers, inWidth, outWidth } = replica.shape.recurrence!;
      const products =
        productSec(replica, { rows, n: inWidth, k: 4096 }, isDecode) +
        productSec(replica, { rows, n: 4096, k: outWidth }, isDecode);
      const beside = recurrentSec(replica, rows, work) / layers - products;
      expect(Math.abs((beside * 1e6) / us - 1)).toBeLessThan(0.2);
    },
  );
});

describe("an estimate of a hybrid", () => {
  test("rests on all measurements, is wider than one of attention, and says so", () => {
    const of = (model: string) =>
      accepted(servePoint(served({ model, gpu: "H200-141GB-SXM" }), { kind: "concurrency", requests: 16 }));
    const [hybrid, plain] = [of("Qwen/Qwen3.5-9B"), of("Qwen/Qwen3-8B")];
    const width = ({ tpotMs }: typeof hybrid): number => {
      const { p10, p90 } = accepted(tpotMs.mean) as { p10: number; p90: number };
      return p90 / p10;
    };
    expect(width(hybrid)).toBeGreaterThan(1.3 * width(plain));
    expect(hybrid.basis.join("\n")).toMatch(
      /engines since 2025, widened × 1.5: no load test of models with mixers with a state/,
    );
  });

  test("is dearer by the reads of its states, and cheaper by its caches", () => {
    const replica = replicaOf(served({ model: "Qwen/Qwen3.5-9B" }));
    const at = (decodes: number, context: number) =>
      stepParts(replica, { decodes, context, promptTokens: 0, promptLength: 1 });
    // 64 sequences of 49 MiB, read and written, at 3.35 TB/s: no faster than that.
    const least = (2 * 64 * stateBytes(replica.shape, 4)) / 3.35e12;
    expect(at(128, 1000).recurrent - at(64, 1000).recurrent).toBeGreaterThan(least);
    expect(at(64, 1000).recurrent).toBe(at(64, 16_000).recurrent);
  });
});

function known(value: number | { refused: string }): number {
  if (typeof value === "number") return value;
  throw new Error(value.refused);
}
