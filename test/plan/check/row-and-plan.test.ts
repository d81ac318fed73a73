import { describe, expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import { RunSpec } from "../../../src/domain/run-spec.ts";
import { Stack, STACKS } from "../../../src/domain/stack.ts";
import { ownCalibration } from "../../../src/plan/check/own-measurements.ts";
import { rowRun } from "../../../src/plan/check/training-row.ts";
import { rowStack } from "../../../src/plan/check/training-row-stack.ts";
import { memoryPhysics, trainMemory, type TrainRun } from "../../../src/plan/memory/memory.ts";
import { speedPhysics, trainThroughput } from "../../../src/plan/speed/throughput.ts";

const catalogue = { findModel, findGpu };

/** A run as `plan memory` is asked for it. */
const planned = (spec: Partial<RunSpec>): TrainRun & { spec: RunSpec } => {
  const whole = RunSpec.parse({ model: "Qwen/Qwen2.5-7B", loraRank: 16, ...spec });
  return { shape: findModel(whole.model), spec: whole, gpu: findGpu("H100-80GB-SXM") };
};

/** A run as a row of measurements. */
const rowOf = ({ spec }: { spec: RunSpec }): Record<string, string> => {
  const trainsBase = spec.method === "full";
  return {
    id: "lab-1",
    source_group: "lab",
    model: spec.model,
    method: spec.method,
    precision: spec.precision,
    quant: spec.method === "qlora" ? spec.quantisation : "",
    optimizer: spec.optimizer,
    lora_rank: trainsBase ? "" : String(spec.loraRank),
    lora_targets: trainsBase ? "" : spec.loraTargets,
    gpu: "H100",
    gpu_mem_gb: "80",
    n_gpus: String(spec.gpuCount),
    parallelism:
      spec.tensorParallel > 1 ? `megatron tp${spec.tensorParallel}` : spec.gpuCount > 1 ? spec.sharding : "none",
    seq_len: String(spec.sequenceTokens),
    micro_batch: String(spec.batchSequences),
    grad_accum: String(spec.gradAccum),
    grad_ckpt: "yes",
    attention: "flash",
    stack: spec.stack,
    memory_kind: "reserved",
    packing: "packed",
    kernels: spec.lossPath === "chunked" ? "liger" : "",
  };
};

const RUNS: [string, Partial<RunSpec>][] = Stack.options.flatMap((stack) => [
  ...(["full", "lora", ...(STACKS[stack].baseFormats.length > 0 ? (["qlora"] as const) : [])] as const).map(
    (method): [string, Partial<RunSpec>] => [`${stack} ${method}`, { stack, method }],
  ),
  [`${stack} with experts`, { stack, method: "lora", model: "mistralai/Mixtral-8x7B-v0.1" }] as const,
  [`${stack} in fp16`, { stack, method: "lora", precision: "fp16" }] as const,
  ...(STACKS[stack].shardings.includes("fsdp")
    ? [[`${stack} on eight`, { stack, method: "full", gpuCount: 8, sharding: "fsdp" }] as [string, Partial<RunSpec>]]
    : []),
]);

describe("a row without facts of its own is the run that a plan is made of", () => {
  test.each([
    ...RUNS,
    ["Mixtral in four bits", { stack: "hf", method: "qlora", model: "mistralai/Mixtral-8x7B-v0.1" }],
    ["ms-swift over two tensor ranks", { stack: "ms-swift", method: "full", tensorParallel: 2, gpuCount: 2 }],
    ["verl over two tensor ranks", { stack: "verl", method: "full", tensorParallel: 2, gpuCount: 2 }],
    ...(["nf4-double", "int8", "gptq", "gptq-int8", "awq"] as const).map((quantisation) => [
      quantisation,
      { method: "qlora", quantisation },
    ]),
  ] as [string, Partial<RunSpec>][])("%s", (_name, changes) => {
    const plan = planned(changes);
    const row = rowRun(rowOf(plan), catalogue);
    if ("refused" in row) throw new Error(row.refused);
    const { spec } = row.run;
    // One GPU has nothing to split, and a row says so.
    const sharding = plan.spec.gpuCount === 1 && plan.spec.stack !== "nemo" ? "none" : plan.spec.sharding;
    // What a row cannot say, and torchtune's fused Adam, which its recipes have.
    const { optimizer, loraRank, loraTargets } = spec;
    const unsaid = plan.spec.method === "full" ? { optimizer, loraRank, loraTargets } : { optimizer };
    const same = { ...plan, spec: { ...plan.spec, ...unsaid, sharding } };
    expect(spec).toEqual({ ...same.spec, gpu: "H100" });
    expect(row.run.facts).toEqual({});
    expect(memoryPhysics(row.run)).toEqual(memoryPhysics(same));
    expect(speedPhysics(row.run)).toEqual(speedPhysics(same));
  });
});

const p50 = (quantity: Quantity): number => {
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  return quantity.p50;
};

test.each(Stack.options)("five runs of one's own on %s move the plans of that stack", (stack) => {
  const plan = planned({ stack, method: "lora" });
  const [memory, speed] = [trainMemory(plan), p50(trainThroughput(plan))];
  const rows = [1, 2, 3, 4, 5].map((line) => ({
    from: "my.csv",
    line,
    fields: {
      ...rowOf(plan),
      id: `lab-${line}`,
      peak_mem_gib: String(1.3 * p50(memory.reserved)),
      tokens_per_s_per_gpu: String(0.7 * speed),
    },
  }));
  const calibration = ownCalibration(rows, catalogue);
  const after = { memory: trainMemory({ ...plan, calibration }), speed: trainThroughput({ ...plan, calibration }) };
  expect(p50(after.memory.reserved)).toBeGreaterThan(1.15 * p50(memory.reserved));
  expect(p50(after.speed)).toBeLessThan(0.85 * speed);
});

test.each(Stack.options.flatMap((stack) => [stack, ...STACKS[stack].names].map((name) => [name, stack] as const)))(
  "a row of %s is a run of %s",
  (name, stack) => {
    expect(rowStack(name)).toMatchObject({ spec: stack, speed: stack });
    expect(rowStack(name.toUpperCase()).spec).toBe(stack);
  },
);
