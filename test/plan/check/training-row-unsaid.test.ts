import { expect, test } from "vitest";

import { parseRaggedCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { checkTraining } from "../../../src/plan/check/check-training.ts";
import { trainMemory } from "../../../src/plan/memory/memory.ts";
import { rowRun, type RowRun } from "../../../src/plan/check/training-row.ts";
import { speedPhysics } from "../../../src/plan/speed/throughput.ts";

const ROW = {
  model: "meta-llama/Llama-3.1-8B",
  method: "lora",
  stack: "hf-script",
  gpu: "H100",
  gpu_mem_gb: "80",
  n_gpus: "1",
  seq_len: "4096",
  micro_batch: "2",
  grad_ckpt: "yes",
};

function rowOf(over: Record<string, string>): RowRun {
  const read = rowRun({ ...ROW, ...over }, { findModel, findGpu });
  if ("refused" in read) throw new Error(read.refused);
  return read;
}

function speedOf(over: Record<string, string>): number {
  const physics = speedPhysics(rowOf(over).run);
  if ("refused" in physics) throw new Error(physics.refused);
  return physics.tokensPerSecPerGpu;
}

test.each([
  ["adapters on a 16-bit base under the Trainer have no checkpoints", { over: {}, ours: "none", other: "full" }],
  [
    "4-bit training has them, since PEFT's preparation turns them on",
    { over: { method: "qlora", quant: "nf4" }, ours: "full", other: "none" },
  ],
  ["full training under the Trainer has none", { over: { method: "full" }, ours: "none", other: "full" }],
  [
    "full training under TRL has them, whose default it is",
    { over: { method: "full", stack: "hf-trl" }, ours: "full", other: "none" },
  ],
  ["torchtune's recipes mostly have them", { over: { stack: "torchtune" }, ours: "full", other: "none" }],
])("where nobody says it %s, and the range holds both", (_, { over, ours, other }) => {
  const { run, otherwise } = rowOf({ ...over, grad_ckpt: "unknown" });
  expect(run.spec.checkpointing).toBe(ours);
  expect(otherwise.filter(({ spec }) => spec.checkpointing === other)).toHaveLength(1);
});

test("a row of a library whose loss is known, that states its checkpointing, is one run", () => {
  expect(rowOf({ stack: "hf-trl" }).otherwise).toEqual([]);
});

const logitBytesOf = ({ run, otherwise }: RowRun): unknown[] =>
  [run, ...otherwise].map(({ spec, facts }) => facts?.logitBytes ?? spec.lossPath);

test.each([
  ["a script may have a loss of its own", {}, ["unfused", 8]],
  ["a script's preference loss takes fp32 logits, and may be TRL's", { method: "dpo" }, [14, 4]],
  ["Liger of an unknown library may hold all logits", { stack: "novel", kernels: "liger" }, ["chunked", 6]],
  ["and of ms-swift, which weighs tokens itself", { stack: "ms-swift", kernels: "liger" }, ["chunked", "unfused"]],
  ["said to hold them it does", { stack: "hf-trl", kernels: "liger", extra_facts: "materialises logits" }, [6]],
  ["Unsloth held them until its loss was chunked", { stack: "unsloth" }, ["unfused", 2]],
  ["torchtitan may leave its loss uncompiled", { stack: "torchtitan", kernels: "compile" }, [4, 14]],
])("%s", (_, over, expected) => {
  expect(logitBytesOf(rowOf({ method: "full", ...over }))).toEqual(expected);
});

test("rows under a cap may stay short: at the mean that is stated, at 512 tokens else", () => {
  const lengths = (said: string): number[] => {
    const { run, otherwise } = rowOf({ stack: "hf-trl", packing: "padded", extra_facts: said });
    return [run, ...otherwise].map(({ spec }) => spec.sequenceTokens);
  };
  expect(lengths("seq_len is a cap, samples of 2,823 tokens on average")).toEqual([4096, 2823]);
  expect(lengths("seq_len is a cap")).toEqual([4096, 512]);
  expect(lengths("")).toEqual([4096]);
});

test("gradients of Megatron may be reduced in fp32, unless they are said to be in bf16", () => {
  const bytes = (said: string): unknown[] => {
    const { run, otherwise } = rowOf({
      method: "full",
      stack: "nemo",
      parallelism: "tp2",
      n_gpus: "8",
      extra_facts: said,
    });
    return [run, ...otherwise].map(({ facts }) => facts?.gradientBytes);
  };
  expect(bytes("")).toEqual([undefined, 4]);
  expect(bytes("gradients reduced in bf16")).toEqual([2]);
});

test("where the usual case has no room on its card, the middle is that of the first that has", () => {
  const p50Of = (checkpoints: string, memory: string): number => {
    const csv = [
      "model,method,stack,gpu_mem_gb,n_gpus,seq_len,micro_batch,grad_ckpt,peak_mem_gib",
      `meta-llama/Llama-3.1-8B,lora,hf-peft,${memory},1,8192,4,${checkpoints},30`,
    ].join("\n");
    const [row] = checkTraining(parseRaggedCsv(csv, "rows.csv"), { findModel, findGpu }).rows;
    if (row === undefined || !("p50" in row)) throw new Error(JSON.stringify(row));
    return row.p50;
  };
  expect(p50Of("unknown", "999")).toBe(p50Of("no", "999"));
  expect(p50Of("unknown", "96")).toBe(p50Of("yes", "96"));
});

test("norms of a quantised base may be in fp32 where no release is stated, and under an unknown library", () => {
  const prepares = (over: Record<string, string>): unknown[] => {
    const { run, otherwise } = rowOf({ method: "qlora", quant: "nf4", ...over });
    return [run, ...otherwise].map(({ facts }) => facts?.preparesKbit ?? false);
  };
  expect(prepares({ stack: "hf-trl" })).toEqual([false, true]);
  expect(prepares({ stack: "novel" })).toContain(true);
  expect(prepares({ stack: "axolotl" })).toEqual([false]);
});

test("experts of a 4-bit mixture may have been linear layers in four bits, unless a later release is stated", () => {
  const mixtral = { model: "mistralai/Mixtral-8x7B-v0.1", method: "qlora", quant: "nf4-bnb", stack: "hf-trl" };
  const gib = (run: RowRun["run"]): number => {
    const memory = trainMemory(run).allocated;
    return "p50" in memory ? memory.p50 : Number.NaN;
  };
  const { run, otherwise } = rowOf(mixtral);
  expect(gib(run)).toBeGreaterThan(85); // 45 billion parameters of experts in two bytes
  expect(otherwise.filter((other) => gib(other) < 40)).not.toEqual([]); // 46.7 billion at half a byte
  const isLinear = (over: Record<string, string>): boolean =>
    rowOf({ ...mixtral, ...over }).otherwise.some(({ facts }) => facts?.expertsInLoop === true);
  expect(isLinear({})).toBe(true);
  expect(isLinear({ extra_facts: "transformers 5.1" })).toBe(false);
  expect(isLinear({ model: ROW.model })).toBe(false);
  expect(isLinear({ stack: "torchtune" })).toBe(false);
});

test("the range of an unstated checkpointing reaches into those of both statements", () => {
  const rows = ["yes", "no", "unknown"].map((said) => `meta-llama/Llama-3.1-8B,lora,axolotl,H100,1,4096,2,${said},30`);
  const csv = ["model,method,stack,gpu,n_gpus,seq_len,micro_batch,grad_ckpt,peak_mem_gib", ...rows].join("\n");
  const [yes, no, unknown] = checkTraining(parseRaggedCsv(csv, "rows.csv"), { findModel, findGpu }).rows.map((row) => {
    if (!("p50" in row)) throw new Error(JSON.stringify(row));
    return row;
  });
  expect(unknown!.p10).toBeLessThan(yes!.p50);
  expect(unknown!.p90).toBeGreaterThan(no!.p50);
  expect(unknown!.p50).toBe(yes!.p50);
});

test("4-bit training without autocast computes in fp32, unless bitsandbytes is told otherwise", () => {
  const precision = (facts: string): string =>
    rowOf({ method: "qlora", quant: "nf4", precision: "bf16", extra_facts: facts }).run.spec.precision;
  expect(precision("own loop; no autocast")).toBe("fp32");
  expect(precision("no autocast; bnb_4bit_compute_dtype=torch.bfloat16")).toBe("bf16");
  expect(precision("")).toBe("bf16");
  expect(rowOf({ precision: "bf16", extra_facts: "no autocast" }).run.spec.precision).toBe("bf16");
});

test.each(["liger", "transformer-engine", "compile"])("the kernels %s join elementwise work", (kernels) => {
  expect(speedOf({ kernels })).toBeGreaterThan(1.05 * speedOf({}));
});

test("torchtitan is plain torch unless compiled, which its fp8 always is", () => {
  const titan = { stack: "torchtitan", method: "full" };
  const eager = speedOf(titan);
  expect(speedOf({ ...titan, extra_facts: "without compile" })).toBe(eager);
  expect(speedOf({ ...titan, extra_facts: "FSDP + torch.compile" })).toBeGreaterThan(1.05 * eager);
  expect(speedOf({ ...titan, precision: "fp8", kernels: "compile" })).toBe(speedOf({ ...titan, precision: "fp8" }));
});

test("torchtitan has compiled the loss in addition to the model since 2025, and never writes its logits in fp32", () => {
  const logitBytes = (over: Record<string, string>): number | null | undefined =>
    rowOf({ stack: "torchtitan", method: "full", ...over }).run.facts?.logitBytes;
  expect(logitBytes({ kernels: "compile" })).toBe(4);
  expect(logitBytes({ kernels: "compile", source_ref: "benchmarks/llama3_h100_202412_torchtitan.md" })).toBeUndefined();
  expect(logitBytes({})).toBeUndefined();
});

test("a length that is a cap may never be reached by padded rows, unless the longest row is stated", () => {
  const capped = { stack: "hf-trl", packing: "padded", extra_facts: "seq_len is the cap" };
  expect(rowOf(capped).run.spec.sequenceTokens).toBe(4096);
  expect(rowOf(capped).otherwise.map(({ spec }) => spec.sequenceTokens)).toEqual([512]);
  expect(
    rowOf({ ...capped, extra_facts: "longest row of 1,040 tokens; seq_len is the cap" }).run.spec.sequenceTokens,
  ).toBe(1040);
  expect(rowOf({ ...capped, packing: "full-length" }).otherwise).toEqual([]);
});

test("a trainer's step measured without rollouts waits for no engine, and holds none", () => {
  const grpo = { method: "grpo", extra_facts: "trainer step alone: no rollouts" };
  expect(rowOf(grpo).run.spec.rolloutEngine).toBe("server");
  expect(speedOf(grpo)).toBeGreaterThan(2 * speedOf({ method: "grpo" }));
});

test("experts that kernels group do not run one after the other", () => {
  const experts = { model: "Qwen/Qwen3-30B-A3B", method: "full", n_gpus: "8", parallelism: "fsdp" };
  expect(speedOf({ ...experts, kernels: "liger grouped-gemm" })).toBeGreaterThan(
    1.5 * speedOf({ ...experts, kernels: "liger" }),
  );
});

test("weights that were loaded in fp32 take four bytes", () => {
  expect(rowOf({ extra_facts: "weights loaded in fp32" }).run.facts?.linearWeightBytes).toBe(4);
  expect(rowOf({}).run.facts?.linearWeightBytes).toBeUndefined();
});

test("a stated mean length is that of the rows, prompts and answers together", () => {
  const tokensOf = (extra: string): number | undefined =>
    rowOf({ packing: "padded", extra_facts: extra }).run.speed?.rowTokens;
  expect(tokensOf("samples of 2,823 tokens on average")).toBe(2823);
  expect(tokensOf("about 490 real tokens a sequence")).toBe(490);
  expect(tokensOf("prompts of 100.5 and answers of 200 tokens on average")).toBe(300.5);
  expect(tokensOf("seq_len is the cap")).toBeUndefined();
});

test("rows without padding whose lengths nobody states have no speed, pairs that are packed among them", () => {
  const gapOf = (over: Record<string, string>): string | undefined => rowOf(over).noSpeed;
  expect(gapOf({ packing: "padding-free" })).toMatch(/^padding-free batches/);
  expect(gapOf({ method: "dpo", packing: "packed" })).toMatch(/^padding-free batches/);
  expect(gapOf({ packing: "padding-free", extra_facts: "about 490 tokens a sequence" })).toBeUndefined();
  expect(gapOf({ packing: "packed" })).toBeUndefined();
});

test("a model that is compiled takes its loss in, and JAX compiles all", () => {
  const script = { stack: "hf-script", method: "full" };
  expect(rowOf({ ...script, kernels: "compile" }).run.speed?.compiledLoss).toBe(true);
  expect(rowOf({ ...script, kernels: "liger" }).run.speed?.compiledLoss).toBeUndefined();
  expect(rowOf({ ...script, stack: "maxtext" }).run.speed).toMatchObject({ compiled: true, compiledLoss: true });
});
