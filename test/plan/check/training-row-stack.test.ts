import { expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { rowRun, type RowRun } from "../../../src/plan/check/training-row.ts";
import { rowStack } from "../../../src/plan/check/training-row-stack.ts";
import { memoryFacets } from "../../../src/plan/memory/memory-facets.ts";
import { speedFacets } from "../../../src/plan/speed/speed-facets.ts";

const ROW = {
  model: "meta-llama/Llama-3.1-8B",
  method: "full",
  gpu: "A100-SXM4-80GB",
  n_gpus: "8",
  seq_len: "4096",
  micro_batch: "1",
  global_batch: "8",
};

function runOf(over: Record<string, string>): RowRun["run"] {
  const read = rowRun({ ...ROW, ...over }, { findModel, findGpu });
  if ("refused" in read) throw new Error(read.refused);
  return read.run;
}

test.each([
  ["hf-trl", "hf-trl"],
  ["TRL", "hf-trl"],
  ["HuggingFace Transformers + PEFT", "hf-script"],
  ["accelerate", "hf-script"],
  ["DeepSpeed", "hf-script"],
  ["ColossalAI", "hf-script"],
  ["LLaMA-Factory", "llama-factory"],
  ["llamafactory", "llama-factory"],
  ["lit-gpt", "litgpt"],
  ["Megatron-LM", "nemo"],
  ["NVIDIA NeMo", "nemo"],
  ["TorchTitan", "torchtitan"],
])("the library %s is read as %s", (written, name) => {
  expect(rowStack(written).name).toBe(name);
});

test.each(["vectorlm", "", "my-own-trainer"])(
  'the library "%s" is not known: its run is in no cell of a library, and so corrected by all of them',
  (stack) => {
    const run = runOf({ stack });
    expect(memoryFacets(run, "reserved")).toMatchObject({ stack: "unknown", family: "unknown" });
    expect(speedFacets(run)).toMatchObject({ stack: "unknown" });
  },
);

test.each([
  ["ZeRO-3", "zero3"],
  ["DeepSpeed ZeRO stage 2", "zero2"],
  ["zero1", "zero1"],
  ["FSDP", "fsdp"],
  ["full_shard", "fsdp"],
  ["fsdp_shard_grad_op", "zero2"],
  ["ddp", "none"],
])("the layout %s shards as %s", (parallelism, sharding) => {
  expect(runOf({ stack: "hf-trl", parallelism }).spec.sharding).toBe(sharding);
});

test("the first stages of ZeRO offload the optimizer alone, the third the weights too", () => {
  expect(runOf({ stack: "hf-trl", parallelism: "zero2-cpu" }).spec.offload).toBe("optimizer");
  expect(runOf({ stack: "hf-trl", parallelism: "zero3 offload" }).spec.offload).toBe("parameters");
});

test("degrees of parallelism are read with and without a sign between", () => {
  const degrees = { tensorParallel: 4, pipelineParallel: 2 };
  expect(runOf({ stack: "nemo", parallelism: "TP=4, PP=2" }).spec).toMatchObject(degrees);
  expect(runOf({ stack: "nemo", parallelism: "tp4_pp2" }).spec).toMatchObject(degrees);
});

test.each([
  [{ grad_ckpt: "False" }, { checkpointing: "none" }],
  [{ grad_ckpt: "selective" }, { checkpointing: "selective" }],
  [{ grad_ckpt: "yes" }, { checkpointing: "full" }],
  [{ precision: "bfloat16" }, { precision: "bf16" }],
  [{ precision: "fp16-mixed" }, { precision: "bf16-mixed" }],
  [{ precision: "TF32" }, { precision: "fp32" }],
  [{ precision: "float8 rowwise" }, { precision: "fp8" }],
])("%j is read as %j", (fields, expected) => {
  expect(runOf({ stack: "hf-trl", ...fields }).spec).toMatchObject(expected);
});
