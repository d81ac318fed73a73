import { describe, expect, test } from "vitest";

import type { RunSpec } from "../../../src/domain/run-spec.ts";
import { memoryPhysics } from "../../../src/plan/memory/memory.ts";
import { run } from "../training-runs.ts";

const allocated = (model: string, spec: Partial<RunSpec>): number => memoryPhysics(run(model, spec)).gib.allocated;
const bytesOf = (id: string, model: string, spec: Partial<RunSpec>): number =>
  memoryPhysics(run(model, spec)).lines.find((line) => line.id === id)?.bytes ?? 0;

/** One A10G, rows cut at 512 tokens, no checkpoints; GB as printed in litgpt's config hub (README at 26857050fe). */
const HUB: Partial<RunSpec> = { stack: "litgpt", sequenceTokens: 512, checkpointing: "none", packing: true };

describe("litgpt's config hub", () => {
  test.each([
    ["google/gemma-2b", { method: "lora", batchSequences: 2, loraRank: 8, loraTargets: "all-linear" }, 12.62],
    ["mistralai/Mistral-7B-v0.1", { method: "qlora", batchSequences: 2, loraRank: 32, loraTargets: "qv" }, 14.29],
    ["microsoft/phi-2", { method: "lora", batchSequences: 4, loraRank: 8, loraTargets: "all-linear" }, 13.98],
  ] as const)("%s %o takes %d GB", (model, spec, gigabytes) => {
    const gib = allocated(model, { ...HUB, ...spec });
    expect(Math.abs((gib * 2 ** 30) / 1e9 / gigabytes - 1) * 100).toBeLessThan(9);
  });
});

describe("adapters in mixed precision", () => {
  const spec: Partial<RunSpec> = { method: "lora", precision: "bf16-mixed", sequenceTokens: 1024, batchSequences: 1 };

  test("stand on a base in fp32", () => {
    const [half, mixed] = (["bf16", "bf16-mixed"] as const).map((precision) =>
      bytesOf("weights", "meta-llama/Llama-3.1-8B", { ...spec, precision }),
    );
    expect(mixed).toBe(2 * half!);
  });

  test("keep the casts of all layers without checkpoints, of one with them", () => {
    const of = (checkpointing: RunSpec["checkpointing"]): number =>
      bytesOf("autocast", "meta-llama/Llama-3.1-8B", { ...spec, checkpointing });
    expect(of("none")).toBeGreaterThan(30 * of("full"));
  });
});

test("tensor parallelism under transformers leaves checkpoints and logits whole, sequence parallelism splits them", () => {
  const spec: Partial<RunSpec> = { method: "full", gpuCount: 8, tensorParallel: 8, batchSequences: 8 };
  for (const id of ["checkpoints", "logits"]) {
    const [whole, split] = (["hf", "torchtitan"] as const).map((stack) =>
      bytesOf(id, "meta-llama/Llama-3.1-8B", { ...spec, stack }),
    );
    expect(whole! / split!).toBeGreaterThan(6);
  }
});

test("torchtitan's recomputation of every second layer keeps what lies half-way between all layers and none", () => {
  const of = (checkpointing: RunSpec["checkpointing"], recomputedEvery = 0): number => {
    const spec = { stack: "torchtitan", method: "full", checkpointing, sequenceTokens: 4096 } as const;
    const { lines } = memoryPhysics({ ...run("meta-llama/Llama-3.1-8B", spec), facts: { recomputedEvery } });
    return lines.find(({ id }) => id === "checkpoints" || id === "activations")!.bytes;
  };
  expect(of("selective", 2)).toBeCloseTo((of("none") + of("full")) / 2, 0);
});

/** H100, EP8 over FSDP, packed at 4,096 tokens, no checkpoints; GiB of published runs of AutoModel on SQuAD. */
describe("a hybrid whose layers are one part alone", () => {
  const HYBRID: Partial<RunSpec> = {
    stack: "automodel",
    method: "full",
    gpuCount: 8,
    expertParallel: 8,
    sharding: "fsdp",
    sequenceTokens: 4096,
    checkpointing: "none",
    packing: true,
  };
  const model = "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16";

  test("keeps less than half of what layers of both parts would", () => {
    const kept = bytesOf("activations", model, { ...HYBRID, batchSequences: 1 });
    expect(kept / 2 ** 30).toBeGreaterThan(10);
    expect(kept / 2 ** 30).toBeLessThan(17);
  });

  test.each([
    ["unfused", { batchSequences: 1, gradAccum: 2 }, 54.9],
    ["chunked", { batchSequences: 1, gradAccum: 2 }, 49],
    ["chunked", { batchSequences: 3, gradAccum: 1 }, 70.5],
  ] as const)("takes with a loss that is %s and %o %d GiB", (lossPath, batch, gib) => {
    const { device } = memoryPhysics(run(model, { ...HYBRID, ...batch, lossPath })).gib;
    expect(Math.abs(device / gib - 1) * 100).toBeLessThan(10);
  });
});
