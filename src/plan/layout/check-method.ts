import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { type Library, Stack, STACKS } from "../../domain/stack.ts";
import type { ImpossibleRun } from "./check-layout.ts";

/** Reason why a library cannot train a method with a loss; undefined if it can. */
export function impossibleMethod(spec: RunSpec): ImpossibleRun | undefined {
  for (const rule of RULES) {
    const found = rule(spec);
    if (found) return found;
  }
  return undefined;
}

type Rule = (spec: RunSpec) => ImpossibleRun | undefined;

const RULES: readonly Rule[] = [
  textSuits,
  pretrainingExists,
  lossExists,
  doraExists,
  formatExists,
  optimizerExists,
  baseExists,
  expertsAreQuantised,
  hasAdapter,
];

/** Libraries that satisfy a condition, as listed in a hint. */
function stacksWhere(holds: (library: Library) => boolean): string {
  return Stack.options.filter((option) => holds(STACKS[option])).join(", ");
}

function textSuits({ method, objective }: RunSpec): ImpossibleRun | undefined {
  if (method !== "pretrain" || objective === "sft") return undefined;
  return {
    field: "objective",
    message: `method pretrain has no ${objective} objective: it predicts raw text`,
    hint: "set objective to sft, or method to full or lora",
  };
}

function pretrainingExists({ method, stack }: RunSpec): ImpossibleRun | undefined {
  if (method !== "pretrain" || STACKS[stack].hasPretraining) return undefined;
  return {
    field: "method",
    message: `the ${stack} stack has no pretraining: it trains on answers and by reinforcement`,
    hint: `set method to full, or stack to one of ${stacksWhere(({ hasPretraining }) => hasPretraining)}`,
  };
}

function lossExists(spec: RunSpec): ImpossibleRun | undefined {
  const { objective, stack, method } = spec;
  const part = isFull(spec) ? "weights" : "adapters";
  const { losses } = STACKS[stack];
  if (losses[part].includes(objective)) return undefined;
  const others = stacksWhere((library) => library.losses[part].includes(objective));
  const isOfOther = losses[part === "weights" ? "adapters" : "weights"].includes(objective);
  return {
    field: "objective",
    message: `the ${stack} stack has no ${objective} objective${isOfOther ? ` with method ${method}` : ""}: it has ${losses[part].join(", ")}`,
    hint: isOfOther
      ? `set method to ${part === "weights" ? "lora" : "full"}, or stack to one of ${others}`
      : `set objective to one of those, or stack to one of ${others}`,
  };
}

function doraExists({ method, stack }: RunSpec): ImpossibleRun | undefined {
  if (method !== "dora" || STACKS[stack].hasDora) return undefined;
  return {
    field: "method",
    message: `the ${stack} stack has no dora: its adapters are plain`,
    hint: `set method to lora, or stack to one of ${stacksWhere(({ hasDora }) => hasDora)}`,
  };
}

/** @source Megatron-LM `--fp4-format`, by Transformer Engine 2.7; axolotl's plugin is an open pull request, 3767 (2026-06) */
function formatExists({ precision, stack }: RunSpec): ImpossibleRun | undefined {
  if (precision !== "nvfp4" || STACKS[stack].layouts === "megatron") return undefined;
  return {
    field: "precision",
    message: `the ${stack} stack has no nvfp4: only Megatron-Core has it, through Transformer Engine`,
    hint: `set precision to fp8 or bf16, or stack to one of ${stacksWhere(({ layouts }) => layouts === "megatron")}`,
  };
}

function optimizerExists({ optimizer, stack }: RunSpec): ImpossibleRun | undefined {
  if (stack !== "nemo" || !/8bit|paged|adafactor/.test(optimizer)) return undefined;
  return {
    field: "optimizer",
    message: `the nemo stack has no ${optimizer}: Megatron's distributed optimizer is Adam or SGD in full precision`,
    hint: "set optimizer to adamw",
  };
}

function baseExists({ method, stack, quantisation }: RunSpec): ImpossibleRun | undefined {
  if (method !== "qlora") return undefined;
  const formats: readonly string[] = STACKS[stack].baseFormats;
  if (formats.length === 0)
    return {
      field: "stack",
      message: `the ${stack} stack has no 4-bit base model`,
      hint: `set stack to one of ${stacksWhere(({ baseFormats }) => baseFormats.length > 0)}, or method to lora`,
    };
  if (formats.includes(quantisation)) return undefined;
  return {
    field: "quantisation",
    message: `the ${stack} stack trains no adapters on a base in ${quantisation}`,
    hint: `set quantisation to ${formats.join(", ")}, or stack to hf`,
  };
}

/** litgpt's experts are linear layers, so they are quantised by default. */
function expertsAreQuantised({ method, stack, experts }: RunSpec): ImpossibleRun | undefined {
  const can = STACKS[stack].quantisesExperts !== "never" || stack === "litgpt";
  if (method !== "qlora" || experts !== "quantised" || can) return undefined;
  return {
    field: "experts",
    message: `the ${stack} stack leaves fused experts in two bytes`,
    hint: `set experts to auto, or stack to one of ${stacksWhere((library) => library.quantisesExperts !== "never")}`,
  };
}

function hasAdapter(spec: RunSpec): ImpossibleRun | undefined {
  if (!isFull(spec) || spec.reference !== "adapter-off") return undefined;
  return {
    field: "reference",
    message: `reference adapter-off needs an adapter, and method ${spec.method} has none`,
    hint: "set reference to copy or precomputed, or method to lora",
  };
}
