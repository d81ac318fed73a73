import { expect, test } from "vitest";

import { rowMethod } from "../../../src/plan/check/training-row-method.ts";

const read = (fields: Record<string, string>): ReturnType<typeof rowMethod> =>
  rowMethod((column) => fields[column] ?? "");

test.each([
  [{ method: "full" }, "full", "sft"],
  [{ method: "pretrain" }, "pretrain", "sft"],
  [{ method: "continued-pretraining" }, "pretrain", "sft"],
  [{ method: "sft" }, "full", "sft"],
  [{ method: "sft", lora_rank: "8" }, "lora", "sft"],
  [{ method: "lora" }, "lora", "sft"],
  [{ method: "LoRA", quant: "nf4" }, "qlora", "sft"],
  [{ method: "qlora", quant: "int4-gptq" }, "qlora", "sft"],
  [{ method: "dora" }, "dora", "sft"],
  [{ method: "rslora" }, "rslora", "sft"],
  [{ method: "lora", extra_facts: "exp=dora tuner=lora" }, "dora", "sft"],
  [{ method: "dpo" }, "full", "dpo"],
  [{ method: "dpo", lora_rank: "16" }, "lora", "dpo"],
  [{ method: "dpo", lora_rank: "16", quant: "nf4" }, "qlora", "dpo"],
  [{ method: "dpo", extra_facts: "SimPO; 2 sequences per sample" }, "full", "simpo"],
  [{ method: "dpo", extra_facts: "loss_type=ipo" }, "full", "ipo"],
  [{ method: "orpo", lora_rank: "16" }, "lora", "orpo"],
  [{ method: "kto" }, "full", "kto"],
  [{ method: "reward" }, "full", "reward"],
  [{ method: "grpo", lora_targets: "all-linear" }, "lora", "grpo"],
  [{ method: "rlvr" }, "full", "grpo"],
  [{ method: "ppo" }, "full", "ppo"],
  [{ method: "lora", extra_facts: "rlhf_type=kto" }, "lora", "kto"],
])("%j trains %s on %s", (fields, method, objective) => {
  expect(read(fields)).toMatchObject({ method, objective });
});

test("a reference that was computed before says so, and a method that is none is refused by name", () => {
  const before = { method: "dpo", extra_facts: "LoRA DPO with TRL, precompute_ref_log_probs=True" };
  expect(read(before)).toMatchObject({ reference: "precomputed" });
  expect(read({ method: "telepathy" })).toMatchObject({ refused: "method telepathy is not covered" });
  expect(read({ method: "" })).toHaveProperty("refused");
});
