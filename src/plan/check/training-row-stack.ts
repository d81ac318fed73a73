import { Stack, STACKS } from "../../domain/stack.ts";
import type { SpeedStack } from "../speed/speed-stack.ts";

/** A training library as measurements name it, as a run spec does, and as measured speeds do. */
export type RowStack = { name: string; spec: Stack; speed: SpeedStack };

/** Libraries that measurements name and a run spec does not: the modules that they train, and the speed of their own. */
const MEASURED: Readonly<Record<string, Omit<RowStack, "name">>> = {
  xtuner: { spec: "hf", speed: "xtuner" },
  paddlenlp: { spec: "hf", speed: "paddlenlp" },
  "fms-fsdp": { spec: "llm-foundry", speed: "fms-fsdp" },
  // AMD's Primus hands its configuration to Megatron-LM, whose engine it is.
  primus: { spec: "nemo", speed: "unknown" },
};

/** Libraries by every name of theirs. */
const NAMES: ReadonlyMap<string, Omit<RowStack, "name">> = new Map([
  ...Object.entries(MEASURED),
  ...Stack.options.flatMap((spec) =>
    [spec, ...STACKS[spec].names].map((name) => [name, { spec, speed: spec }] as const),
  ),
]);

/** Other spellings, and libraries that train on the modules and the runtime of a known one; the first that fits. */
const SPELLINGS: readonly [RegExp, string][] = [
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
  [/auto-?model/, "automodel"],
  [/primus/, "primus"],
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
  const key = NAMES.has(plain) ? plain : SPELLINGS.find(([pattern]) => pattern.test(plain))?.[1];
  return key === undefined ? { name: plain, spec: "hf", speed: "unknown" } : { name: key, ...NAMES.get(key)! };
}
