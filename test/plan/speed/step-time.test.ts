import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { RunSpec } from "../../../src/domain/run-spec.ts";
import { stepTime } from "../../../src/plan/speed/step-time.ts";
import { run } from "../training-runs.ts";

const MODELS = ["Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B", "Qwen/Qwen3-30B-A3B", "meta-llama/Llama-3.2-1B"];
const GPUS = ["A100-80GB-SXM", "H100-80GB-SXM", "B200", "MI300X", "L40S"];

const anySpec = fc.record({
  method: fc.constantFrom("full", "lora", "qlora" as const),
  stack: fc.constantFrom("hf", "torchtune", "nemo", "unsloth" as const),
  sequenceTokens: fc.integer({ min: 64, max: 16_384 }),
  batchSequences: fc.constantFrom(1, 2, 4, 8, 16),
  checkpointing: fc.constantFrom("none", "selective", "full" as const),
  sharding: fc.constantFrom("fsdp", "zero2" as const),
});
const seconds = (model: string, spec: Partial<RunSpec>, gpu: string): number =>
  stepTime(run(model, spec, gpu)).totalSec;

describe("laws of a step's time", () => {
  test("the parts add up to the whole, and none is negative", () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODELS), anySpec, fc.constantFrom(...GPUS), (model, spec, gpu) => {
        const { tokens, totalSec, ...parts } = stepTime(run(model, { ...spec, gpuCount: 8 }, gpu));
        expect(tokens).toBe(8 * spec.sequenceTokens * spec.batchSequences);
        for (const part of Object.values(parts)) expect(part).toBeGreaterThanOrEqual(0);
        expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(totalSec, 9);
      }),
    );
  });

  test("a step never takes longer on more GPUs of one node, for the same batch in all", () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODELS), anySpec, fc.constantFrom(...GPUS), (model, spec, gpu) => {
        // Megatron's optimizer exchanges once a step, however many micro-steps that has: more GPUs pay where they compute longer.
        fc.pre(spec.stack !== "nemo" || (gpu !== "L40S" && spec.sequenceTokens * spec.batchSequences >= 8192));
        const global = 8 * spec.batchSequences;
        let before = Number.POSITIVE_INFINITY;
        for (const gpuCount of [2, 4, 8]) {
          const gradAccum = global / spec.batchSequences / gpuCount;
          const now = seconds(model, { ...spec, gpuCount, gradAccum }, gpu);
          expect(now).toBeLessThanOrEqual(before * (1 + 1e-9));
          before = now;
        }
      }),
    );
  });

  test("DoRA takes a fifth to a half longer than LoRA where PEFT makes W + BA for 800 tokens (published: a quarter)", () => {
    const spec = { stack: "hf", checkpointing: "none", loraTargets: "qv", batchSequences: 1 } as const;
    const at = (method: "lora" | "dora"): number =>
      seconds("meta-llama/Llama-3.2-3B", { ...spec, method, sequenceTokens: 800 }, "L40S");
    expect(at("dora") / at("lora")).toBeGreaterThan(1.2);
    expect(at("dora") / at("lora")).toBeLessThan(1.5);
  });

  test("a ring that the host's kernel starts hide makes no shorter row slower", () => {
    const small = { method: "full", packing: false, batchSequences: 1, contextParallel: 4, gpuCount: 8 } as const;
    const at = (rowTokens: number): number =>
      stepTime({ ...run("bigscience/bloomz-560m", small, "A100-80GB-SXM"), speed: { rowTokens } }).totalSec;
    expect(at(1336)).toBeGreaterThanOrEqual(at(668) * (1 - 1e-9));
  });

  test("more tokens, more recomputation and another trained copy never take less time", () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODELS), anySpec, fc.constantFrom(...GPUS), (model, spec, gpu) => {
        const of = (over: Partial<RunSpec>): number => seconds(model, { ...spec, ...over }, gpu);
        expect(of({ sequenceTokens: spec.sequenceTokens * 2 })).toBeGreaterThanOrEqual(of({}) * (1 - 1e-9));
        expect(of({ checkpointing: "none" })).toBeLessThanOrEqual(of({ checkpointing: "full" }) * (1 + 1e-9));
        expect(of({ objective: "ppo" })).toBeGreaterThan(of({ objective: "grpo" }));
      }),
    );
  });
});

test("a DPO pair takes 2.67 times a full SFT row, as its FLOPs do, and 2 times where the reference is precomputed", () => {
  // training-model.md §2.4: (6 + 2) / 6 per token, two sequences per pair
  const of = (over: Partial<RunSpec>): number =>
    seconds("Qwen/Qwen2.5-7B", { method: "full", checkpointing: "none", gradAccum: 64, ...over }, "H100-80GB-SXM");
  expect(of({ objective: "dpo" }) / of({})).toBeGreaterThan(2.55);
  expect(of({ objective: "dpo" }) / of({})).toBeLessThan(2.75);
  expect(of({ objective: "dpo", reference: "precomputed" }) / of({})).toBeLessThan(2.1);
});

test("ZeRO-3's hooks bound a short micro-step, hide under a long one, and FSDP has none", () => {
  const host = (sequenceTokens: number, sharding: RunSpec["sharding"]): number =>
    stepTime(run("Qwen/Qwen2.5-7B", { method: "full", sequenceTokens, sharding, gpuCount: 8 }, "A100-80GB-SXM"))
      .hostSec;
  expect(host(256, "zero3")).toBeGreaterThan(0.04);
  expect(host(256, "fsdp")).toBeLessThan(0.02);
  expect(host(8192, "zero3")).toBe(0);
});

test("fp8 with a scale for each row takes an eighth to a half longer, as on H100 (published: 1.14 to 1.51)", () => {
  const fp8 = { method: "full", precision: "fp8", stack: "torchtitan", checkpointing: "selective" } as const;
  const at = (rowwiseScales: boolean): number =>
    stepTime({
      ...run("meta-llama/Llama-3.1-8B", { ...fp8, sequenceTokens: 8192, gpuCount: 8 }, "H100-80GB-SXM"),
      speed: { rowwiseScales },
    }).totalSec;
  expect(at(true) / at(false)).toBeGreaterThan(1.12);
  expect(at(true) / at(false)).toBeLessThan(1.51);
});

test("attention by a chip's newest kernel takes less time where the library's own is an older one, and never more", () => {
  const at = (gpu: string, newestAttention: boolean): number =>
    stepTime({ ...run("Qwen/Qwen3-8B", { method: "full", sequenceTokens: 16_384 }, gpu), speed: { newestAttention } })
      .attentionSec;
  expect(at("H100-80GB-SXM", true) / at("H100-80GB-SXM", false)).toBeCloseTo(0.55, 2);
  expect(at("A100-80GB-SXM", true)).toBe(at("A100-80GB-SXM", false));
  expect(at("MI300X", true)).toBe(at("MI300X", false));
});
