import { expect, test } from "vitest";

import { allGpus } from "../../../src/catalog/gpus.ts";
import type { RunSpec } from "../../../src/domain/run-spec.ts";
import { remedyChanges } from "../../../src/plan/advice/remedy-changes.ts";
import { run } from "../training-runs.ts";

const GPUS = allGpus().filter(({ consumer }) => !consumer);

type Plan = Partial<RunSpec> & { model?: string };

const ids = ({ model = "meta-llama/Llama-3.1-8B", gpu = "L40S", ...spec }: Plan): string[] =>
  remedyChanges(run(model, spec, gpu), GPUS).map(({ id }) => id);

const MIXTURE = { model: "openai/gpt-oss-120b", method: "qlora", stack: "axolotl" } as const;

test.each<[id: string, offered: Plan, near: Plan]>([
  ["chunked-loss", {}, { lossPath: "chunked" }],
  ["micro-batch-1", { batchSequences: 3 }, { batchSequences: 1 }],
  ["micro-batch-2", { batchSequences: 4 }, { batchSequences: 3 }],
  ["checkpointing", { checkpointing: "selective" }, { checkpointing: "full" }],
  ["flash-attention", { attention: "eager" }, { attention: "sdpa" }],
  ["flash-attention", { attention: "eager" }, { attention: "eager", gpu: "T4", precision: "fp16" }],
  ["fused-optimizer", { optimizer: "adamw" }, { optimizer: "adamw-fused" }],
  ["8-bit-optimizer", { optimizer: "adamw-fused" }, { optimizer: "adamw-8bit" }],
  ["offload-activations", {}, { offload: "optimizer" }],
  ["offload-optimizer", {}, { offload: "activations" }],
  ["fsdp", { gpuCount: 4, sharding: "none" }, { gpuCount: 1, sharding: "none" }],
  ["fsdp", { gpuCount: 4, sharding: "none" }, { gpuCount: 4, sharding: "auto" }],
  ["gpus-8", { gpuCount: 4 }, { gpuCount: 8 }],
  ["gpus-8", { gpuCount: 1 }, { gpuCount: 1, stack: "unsloth" }],
  ["lora", { method: "full" }, { method: "pretrain" }],
  ["qlora", { method: "lora" }, { method: "qlora" }],
  ["qlora", { method: "lora" }, { method: "lora", stack: "torchtitan" }],
  ["quantised-experts", MIXTURE, { ...MIXTURE, experts: "quantised" }],
  ["shorter-sequence", { sequenceTokens: 256 }, { sequenceTokens: 255 }],
])("%s is offered, and not where it changes nothing or the run cannot have it (case %#)", (id, offered, near) => {
  expect(ids(offered)).toContain(id);
  expect(ids(near)).not.toContain(id);
});

test("each size of a larger memory is offered once, and no GPU of another vendor or without bf16", () => {
  const changes = remedyChanges(run("meta-llama/Llama-3.1-8B", {}, "L40S"), GPUS).filter(
    ({ kind }) => kind === "larger-gpu",
  );
  const offered = changes.map(({ id }) => GPUS.find((gpu) => `gpu-${gpu.id}` === id)!);
  expect(offered.length).toBeGreaterThan(1);
  expect(new Set(offered.map(({ memoryGib }) => memoryGib)).size).toBe(offered.length);
  expect(
    offered.filter(({ vendor, bf16Native, memoryGib }) => vendor !== "NVIDIA" || !bf16Native || memoryGib <= 48),
  ).toEqual([]);
});
