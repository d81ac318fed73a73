import { describe, expect, test } from "vitest";

import { RunSpec } from "../../../src/domain/run-spec.ts";
import { Stack } from "../../../src/domain/stack.ts";
import { impossibleMethod } from "../../../src/plan/layout/check-method.ts";
import { goldenRows } from "../training-runs.ts";

const spec = (fields: Partial<RunSpec>): RunSpec => RunSpec.parse({ model: "Qwen/Qwen2.5-7B", ...fields });
const isRefused = (fields: Partial<RunSpec>): boolean => impossibleMethod(spec(fields)) !== undefined;
const words = (cell: string): string[] => cell.split(" ").filter((word) => word !== "");

const LIBRARIES = goldenRows("libraries.tsv");

test("the table of what libraries offer has every library once", () => {
  expect(LIBRARIES.map(({ stack }) => stack)).toEqual(Stack.options);
});

describe.each(LIBRARIES)("$stack trains what its documentation offers and nothing else", (library) => {
  const stack = Stack.parse(library["stack"]);

  test.each(RunSpec.shape.objective.unwrap().options)("%s", (objective) => {
    expect(isRefused({ stack, objective, method: "full" })).toBe(!words(library["weights"]!).includes(objective));
    expect(isRefused({ stack, objective, method: "lora" })).toBe(!words(library["adapters"]!).includes(objective));
  });

  test("methods", () => {
    expect(isRefused({ stack, method: "dora" })).toBe(library["dora"] === "no");
    expect(isRefused({ stack, method: "pretrain" })).toBe(library["pretraining"] === "no");
    expect(isRefused({ stack, method: "rslora" })).toBe(false); // a scale, which any alpha gives
  });

  test.each(RunSpec.shape.quantisation.unwrap().options)("a base in %s", (quantisation) => {
    expect(isRefused({ stack, method: "qlora", quantisation })).toBe(!words(library["bases"]!).includes(quantisation));
  });
});

test.each([
  [{ stack: "verl", objective: "dpo" }, "the verl stack has no dpo objective: it has sft, grpo, ppo", "hf, axolotl"],
  [{ stack: "torchtune", objective: "grpo" }, "no grpo objective with method lora", "method to full"],
  [{ stack: "nemo", objective: "ppo" }, "no ppo objective with method lora", "method to full"],
  [{ stack: "litgpt", objective: "orpo" }, "the litgpt stack has no orpo objective: it has sft", "unsloth"],
  [{ stack: "litgpt", method: "dora" }, "the litgpt stack has no dora", "method to lora"],
  [{ stack: "verl", method: "pretrain" }, "the verl stack has no pretraining", "method to full"],
  [{ stack: "hf", precision: "nvfp4" }, "the hf stack has no nvfp4", "ms-swift, nemo, verl"],
  [{ stack: "verl", method: "qlora" }, "the verl stack has no 4-bit base", "hf, axolotl"],
] as [Partial<RunSpec>, string, string][])("%j is refused by name, with what to set", (fields, message, hint) => {
  const found = impossibleMethod(spec(fields))!;
  expect(found.message).toContain(message);
  expect(found.hint).toContain(hint);
});
