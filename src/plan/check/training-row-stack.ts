import type { RunSpec } from "../../domain/run-spec.ts";
import type { SpeedStack } from "../speed/speed-stack.ts";

/** A training library as measurements name it, as a run spec does, and as measured speeds do. */
export type RowStack = { name: string; spec: RunSpec["stack"]; speed: SpeedStack };

/** Stacks by the name that measurements use. */
const STACKS: Readonly<Record<string, Omit<RowStack, "name">>> = {
  "hf-trl": { spec: "hf", speed: "hf" },
  "hf-peft": { spec: "hf", speed: "hf" },
  "hf-script": { spec: "hf", speed: "hf" },
  "ms-swift": { spec: "hf", speed: "ms-swift" },
  "llama-factory": { spec: "hf", speed: "llama-factory" },
  axolotl: { spec: "hf", speed: "axolotl" },
  xtuner: { spec: "hf", speed: "xtuner" },
  paddlenlp: { spec: "hf", speed: "paddlenlp" },
  "fsdp-qlora": { spec: "hf", speed: "hf" },
  agilerl: { spec: "hf", speed: "hf" },
  litgpt: { spec: "hf", speed: "litgpt" },
  unsloth: { spec: "unsloth", speed: "unsloth" },
  torchtune: { spec: "torchtune", speed: "torchtune" },
  torchtitan: { spec: "torchtitan", speed: "torchtitan" },
  "llm-foundry": { spec: "llm-foundry", speed: "llm-foundry" },
  "fms-fsdp": { spec: "llm-foundry", speed: "fms-fsdp" },
  "nemo-automodel": { spec: "automodel", speed: "automodel" },
  nemo: { spec: "nemo", speed: "nemo" },
  "megatron-bridge": { spec: "nemo", speed: "nemo" },
  "nemo-rl": { spec: "nemo", speed: "nemo" },
  verl: { spec: "verl", speed: "verl" },
};

/** Other spellings, and libraries that train on the modules and the runtime of a known one; the first that fits. */
const SPELLINGS: readonly [RegExp, keyof typeof STACKS][] = [
  [/unsloth/, "unsloth"],
  [/llama-?factory/, "llama-factory"],
  [/axolotl/, "axolotl"],
  [/swift/, "ms-swift"],
  [/torchtune/, "torchtune"],
  [/titan/, "torchtitan"],
  [/lit-?(gpt|llama)/, "litgpt"],
  [/xtuner/, "xtuner"],
  [/paddle/, "paddlenlp"],
  [/foundry|composer/, "llm-foundry"],
  [/auto-?model/, "nemo-automodel"],
  [/nemo|megatron/, "nemo"],
  [/\btrl\b/, "hf-trl"],
  // Scripts and trainers over Hugging Face's model code, whatever shards it.
  [
    /\b(hf|hugging-?face|transformers|peft|accelerate|deepspeed|open-?rlhf|fastchat|llama-(recipes|cookbook)|colossal-?ai)\b/,
    "hf-script",
  ],
];

/**
 * Reads the library of a row. One that nothing was measured of, or none, has the physics of Hugging Face's model code,
 * which most libraries train on, and is corrected by the measurements of all of them.
 */
export function rowStack(name: string): RowStack {
  const plain = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "-");
  const key = plain in STACKS ? plain : SPELLINGS.find(([pattern]) => pattern.test(plain))?.[1];
  return key === undefined ? { name: plain, spec: "hf", speed: "unknown" } : { name: key, ...STACKS[key]! };
}
