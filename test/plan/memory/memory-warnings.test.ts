import { expect, test } from "vitest";

import type { RunSpec } from "../../../src/domain/run-spec.ts";
import { memoryWarnings } from "../../../src/plan/memory/memory-warnings.ts";
import { run } from "../training-runs.ts";

type Plan = Partial<RunSpec> & { model?: string };

const LLAMA = "meta-llama/Llama-3.1-8B";
const MIXTURE = "Qwen/Qwen3-30B-A3B";

const warnings = ({ model = LLAMA, ...spec }: Plan): string => {
  const { shape, spec: whole, gpu } = run(model, spec, "H100-80GB-SXM");
  return memoryWarnings({ shape, spec: whole, gpu }).join("\n");
};

const PAIRS: Plan = { objective: "dpo", precision: "bf16", lossPath: "unfused" };
const EXPERTS: Plan = { model: MIXTURE, method: "qlora" };

test.each<[words: string, warned: Plan, near: Plan]>([
  ["tokens are above the context", { sequenceTokens: 131_073 }, { sequenceTokens: 131_072 }],
  ["mixture of experts: tokens are assumed", { model: MIXTURE }, {}],
  ["24 of 32 layers are not attention", { model: "Qwen/Qwen3.5-9B" }, {}],
  ["fused experts are assumed to stay in two bytes", EXPERTS, { model: MIXTURE, method: "lora" }],
  ["fused experts are assumed to stay in two bytes", EXPERTS, { ...EXPERTS, stack: "litgpt" }],
  ["quantised too they take a third", { ...EXPERTS, stack: "hf" }, { ...EXPERTS, stack: "llama-factory" }],
  ["as you stated", { ...EXPERTS, stack: "axolotl", experts: "quantised" }, { ...EXPERTS, stack: "axolotl" }],
  ["does since June 2026", { ...EXPERTS, stack: "unsloth" }, { ...EXPERTS, stack: "unsloth", experts: "quantised" }],
  ["lengths vary", { packing: false }, { packing: true }],
  ['use_gradient_checkpointing="unsloth"', { stack: "unsloth" }, { stack: "axolotl" }],
  ["norms and adapters are assumed to be in two bytes", { method: "qlora" }, { method: "lora" }],
  ["norms and adapters are assumed to be in two bytes", { method: "qlora" }, { method: "qlora", stack: "axolotl" }],
  ["logits are assumed to stay in two bytes", PAIRS, { ...PAIRS, lossPath: "chunked" }],
  ["logits are assumed to stay in two bytes", PAIRS, { ...PAIRS, objective: "sft" }],
  ["logits are assumed to stay in two bytes", PAIRS, { ...PAIRS, precision: "bf16-mixed" }],
  ["paged optimizer state", { optimizer: "paged-adamw" }, { optimizer: "adamw" }],
  ["critic and reward model are assumed", { objective: "ppo" }, { objective: "grpo" }],
  [
    "the engine is assumed to sleep",
    { objective: "grpo", rolloutEngine: "sleeping" },
    { objective: "grpo", rolloutEngine: "server" },
  ],
  ["the engine is assumed to sleep", { objective: "grpo", rolloutEngine: "sleeping" }, { rolloutEngine: "sleeping" }],
])("a memory plan warns: %s, in case %#", (words, warned, near) => {
  expect(warnings(warned)).toContain(words);
  expect(warnings(near)).not.toContain(words);
});

test.each<[words: string, warned: Plan, near: Plan]>([
  ["torchtitan keeps an fp32 master", { stack: "torchtitan" }, { stack: "torchtitan", precision: "bf16-mixed" }],
  ["torchtitan keeps an fp32 master", { stack: "torchtitan" }, { stack: "torchtitan", method: "lora" }],
  ["keeps an fp32 master of weights that it trains under FSDP", { stack: "hf", gpuCount: 8 }, { stack: "hf" }],
])("a full run in bf16 warns: %s, in case %#", (words, warned, near) => {
  expect(warnings({ method: "full", ...warned })).toContain(words);
  expect(warnings({ method: "full", ...near })).not.toContain(words);
});
