import { Stack, STACKS } from "../../domain/stack.ts";
import type { SpeedStack } from "../speed/speed-stack.ts";

/** A training library by its names in measurements, in a run spec, and in measured speeds. */
export type RowStack = { name: string; spec: Stack; speed: SpeedStack };

/**
 * Libraries that occur in measurements but not in a run spec: the spec library whose modules they train, and their
 * speed class.
 */
const MEASURED: Readonly<Record<string, Omit<RowStack, "name">>> = {
  xtuner: { spec: "hf", speed: "xtuner" },
  paddlenlp: { spec: "hf", speed: "paddlenlp" },
  "fms-fsdp": { spec: "llm-foundry", speed: "fms-fsdp" },
  // AMD's Primus passes its configuration to Megatron-LM, which is its engine.
  primus: { spec: "nemo", speed: "unknown" },
};

/** Libraries by all of their names. */
const NAMES: ReadonlyMap<string, Omit<RowStack, "name">> = new Map([
  ...Object.entries(MEASURED),
  ...Stack.options.flatMap((spec) =>
    [spec, ...STACKS[spec].names].map((name) => [name, { spec, speed: spec }] as const),
  ),
]);

/**
 * Other spellings, and libraries that train with the modules and the runtime of a known library; the first match is
 * used.
 */
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
  // Scripts and trainers on Hugging Face's model code, with any sharding.
  [
    /\b(hf|hugging-?face|transformers|peft|accelerate|deepspeed|open-?rlhf|fastchat|llama-(recipes|cookbook)|colossal-?ai)\b/,
    "hf-script",
  ],
];

/**
 * Reads the library of a row. An unknown or unmeasured library uses the physics of Hugging Face's model code, on which
 * most libraries train, and is calibrated by the measurements of all libraries.
 */
export function rowStack(name: string): RowStack {
  const plain = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "-");
  const key = NAMES.has(plain) ? plain : SPELLINGS.find(([pattern]) => pattern.test(plain))?.[1];
  return key === undefined ? { name: plain, spec: "hf", speed: "unknown" } : { name: key, ...NAMES.get(key)! };
}
