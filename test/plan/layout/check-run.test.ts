import { expect, test } from "vitest";

import type { RunSpec } from "../../../src/domain/run-spec.ts";
import { checkRun } from "../../../src/plan/layout/check-run.ts";
import { catchFailure } from "../../catch-failure.ts";
import { run } from "../training-runs.ts";

const check = (spec: Partial<RunSpec>, gpu = "H100-80GB-SXM", model = "Qwen/Qwen2.5-7B"): void => {
  const { shape, gpu: card, spec: valid } = run(model, {}, gpu);
  checkRun(shape, { ...valid, ...spec }, card);
};

test.each([
  [{ loraRank: 4000 }, "H100-80GB-SXM", "above the hidden width 3584", "3584"],
  [{ loraRank: 1024 }, "H100-80GB-SXM", "width 512 of the k projection", "512"],
  [{ loraRank: 0 }, "H100-80GB-SXM", "loraRank is 0", "8 to 64"],
  [{ batchSequences: 0 }, "H100-80GB-SXM", "batchSequences is 0", "whole number from 1"],
  [{ precision: "fp8" }, "A100-80GB-SXM", "A100-80GB-SXM has no fp8", "bf16"],
  [{ method: "full" }, "T4", "T4 has no bf16", "fp16, or choose an Ampere"],
  [{ method: "qlora" }, "V100-32GB-SXM", "V100-32GB-SXM has no bf16", "precision to fp16"],
  [{ precision: "bf16-mixed" }, "P100", "P100 has no bf16", "precision to fp16"],
  [{ precision: "fp8" }, "V100-32GB-SXM", "V100-32GB-SXM has no fp8", "bf16"],
  [{ sharding: "zero3" }, "H100-80GB-SXM", "gpuCount is 1", "auto"],
  [{ tensorParallel: 4, gpuCount: 2 }, "H100-80GB-SXM", "one copy of the model needs 4", "multiple of 4"],
  [{ expertParallel: 2, gpuCount: 8 }, "H100-80GB-SXM", "Qwen/Qwen2.5-7B has none", "expertParallel to 1"],
  [{ pipelineParallel: 64, gpuCount: 64 }, "H100-80GB-SXM", "above the 28 layers", "at most 28"],
  [{ method: "pretrain", objective: "dpo" }, "H100-80GB-SXM", "pretrain has no dpo", "sft"],
  [{ method: "qlora", stack: "nemo" }, "H100-80GB-SXM", "no 4-bit base", "hf"],
  [
    { method: "qlora", stack: "torchtune", quantisation: "gptq" },
    "H100-80GB-SXM",
    "no adapters on a base in gptq",
    "nf4",
  ],
  [{ method: "qlora", stack: "unsloth", quantisation: "awq" }, "H100-80GB-SXM", "no adapters on a base in awq", "hf"],
  [{ method: "full", objective: "dpo", reference: "adapter-off" }, "H100-80GB-SXM", "needs an adapter", "copy"],
  [{ batchSequences: 2 ** 40 }, "H100-80GB-SXM", "more than one step allows", "gradAccum"],
] as [Partial<RunSpec>, string, string, string][])("%j on %s is stopped: %s", (...[spec, gpu, message, hint]) => {
  const failure = catchFailure(() => check(spec, gpu));
  expect(failure.kind).toBe("bad_input");
  expect(failure.message).toContain(message);
  expect(failure.hint).toContain(hint);
});

test("a sequence above the context is stopped where positions are a learned table, and passes elsewhere", () => {
  for (const model of ["openai-community/gpt2", "facebook/opt-1.3b", "bigcode/starcoder"]) {
    const failure = catchFailure(() => check({ sequenceTokens: 16_384, loraRank: 8 }, "H100-80GB-SXM", model));
    expect(failure.message).toContain("whose learned positions end there");
  }
  // MLPerf's Llama 2 70B LoRA benchmark trains on 8,192 tokens.
  for (const model of ["meta-llama/Llama-2-70b-hf", "mosaicml/llm-foundry-mpt-7b", "mosaicml/mpt-7b"])
    expect(() => check({ sequenceTokens: 8192 }, "H100-80GB-SXM", model)).not.toThrow();
});

test("a plan that can run passes", () => {
  expect(() => check({ method: "lora", gpuCount: 8 })).not.toThrow();
  expect(() => check({ method: "full", gpuCount: 3 }, "RTX-4090")).not.toThrow(); // FSDP pads the last shard
  expect(() => check({ method: "qlora", precision: "fp16" }, "T4")).not.toThrow();
  expect(() => check({ method: "full", precision: "fp16" }, "T4")).not.toThrow(); // fp32 weights, loss scaled
  expect(() => check({ method: "full", loraRank: 100_000 })).not.toThrow(); // the rank is not used
});
