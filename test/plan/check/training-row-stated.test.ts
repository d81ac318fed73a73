import { describe, expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { rowRun, type RowRun } from "../../../src/plan/check/training-row.ts";
import { memoryPhysics } from "../../../src/plan/memory/memory.ts";

const TITAN = {
  model: "Qwen/Qwen3-14B",
  method: "pretrain",
  stack: "torchtitan",
  precision: "bf16",
  gpu: "B200",
  n_gpus: "8",
  parallelism: "fsdp",
  seq_len: "4096",
  micro_batch: "4",
  kernels: "compile",
  grad_ckpt: "unknown",
};

function rowOf(fields: Record<string, string>): RowRun {
  const read = rowRun(fields, { findModel, findGpu });
  if ("refused" in read) throw new Error(read.refused);
  return read;
}

const gibOf = (fields: Record<string, string>): number => memoryPhysics(rowOf(fields).run).gib.allocated;
const bytesOf = (id: string, fields: Record<string, string>): number =>
  memoryPhysics(rowOf(fields).run).lines.find((line) => line.id === id)?.bytes ?? 0;

describe("a compiler's memory budget", () => {
  const at = (budget: string): number =>
    gibOf({ ...TITAN, extra_facts: `memory-budget activation checkpointing ${budget}` });

  test("of 0 keeps what full recomputation does, and of 1 all", () => {
    expect(at("0")).toBeCloseTo(gibOf({ ...TITAN, grad_ckpt: "yes" }), 6);
    expect(Math.abs(at("1.0") / gibOf({ ...TITAN, grad_ckpt: "no" }) - 1)).toBeLessThan(0.02);
  });

  test("between them keeps its share", () => {
    const [none, half, all] = ["0", "0.5", "1.0"].map((budget) =>
      bytesOf("checkpoints", { ...TITAN, extra_facts: `memory-budget activation checkpointing ${budget}` }),
    );
    expect(half).toBeCloseTo((none! + all!) / 2, 0);
  });
});

test("weights that FSDP does not reshard are there whole", () => {
  const kept = bytesOf("gathered", { ...TITAN, extra_facts: "no reshard after forward" });
  expect(kept).toBeCloseTo(2 * findModel("Qwen/Qwen3-14B").paramCount, 0);
  expect(bytesOf("gathered", { ...TITAN, extra_facts: "reshard after forward" })).toBeLessThan(kept / 5);
});

test("of HSDP's two copies each GPU holds twice the share", () => {
  const of = (parallelism: string): number => bytesOf("optimizer", { ...TITAN, parallelism });
  expect(of("hsdp fsdp4_dp2")).toBe(2 * of("fsdp"));
});

test("a loss computed in chunks holds no logits, and a loss of one position none worth a line", () => {
  const whole = bytesOf("logits", TITAN);
  expect(bytesOf("logits", { ...TITAN, extra_facts: "loss computed in chunks" })).toBeLessThan(whole);
  const one = {
    ...TITAN,
    stack: "pytorch",
    parallelism: "none",
    n_gpus: "1",
    extra_facts: "logits at one position only",
  };
  expect(bytesOf("logits", one)).toBeLessThan(whole / 10);
});

test("sequences that ms-swift splits by Ulysses leave the modules sharded by FSDP or ZeRO", () => {
  const swift = { ...TITAN, method: "full", stack: "ms-swift", kernels: "", gpu: "H100" };
  for (const sharding of ["fsdp_full_shard", "zero3"]) {
    const [alone, split] = [sharding, `${sharding} cp2`].map((parallelism) =>
      bytesOf("weights", { ...swift, parallelism }),
    );
    expect(split).toBe(alone);
  }
});

test("Primus is Megatron-LM, recomputes nothing unless it says so, and reduces gradients in fp32", () => {
  const { run } = rowOf({ ...TITAN, stack: "primus", parallelism: "tp1_pp1_cp1_dp8", kernels: "" });
  expect(run.spec).toMatchObject({ stack: "nemo", checkpointing: "none" });
  expect(run.facts?.gradientBytes).toBe(4);
});

test("a card that is not named has the memory that the row states", () => {
  expect(rowOf({ ...TITAN, gpu: "", gpu_mem_gb: "6" }).run.gpu.memoryGib).toBe(6);
});

describe("a card without flash kernels", () => {
  const volta = {
    ...TITAN,
    model: "Qwen/Qwen3-0.6B",
    stack: "hf-script",
    gpu: "V100-32GB-SXM",
    n_gpus: "1",
    kernels: "",
  };
  const stores = (over: Record<string, string>): unknown => rowOf({ ...volta, ...over }).run.facts?.eagerAttention;

  test("stores the scores of grouped keys without padding, and may not", () => {
    expect(stores({})).toBe(true);
    expect(rowOf(volta).otherwise.some(({ facts }) => facts?.eagerAttention === false)).toBe(true);
  });

  test.each([
    ["padded rows", { packing: "padded" }],
    ["heads with keys of their own", { model: "meta-llama/Llama-2-7b-hf" }],
    ["a card of Ampere", { gpu: "A100" }],
    ["flash attention that is stated", { attention: "flash" }],
  ])("but not for %s", (_, over) => {
    expect(stores(over)).toBeUndefined();
  });
});
