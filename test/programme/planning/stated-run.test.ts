import { expect, test } from "vitest";

import { RunSpec } from "../../../src/domain/run-spec.ts";
import { unusedFields } from "../../../src/programme/planning/stated-run.ts";

function notesOf(request: Record<string, unknown>): string[] {
  const spec = RunSpec.parse({ model: "Qwen/Qwen2.5-7B", ...request });
  return unusedFields(spec, { request, stated: new Set(Object.keys(request)) });
}

test("flags that change nothing of a run are named, and those that do are not", () => {
  expect(notesOf({ method: "lora", quantisation: "int8" })).toEqual([
    "warning: --quantisation int8 is not used: method lora has no quantised base",
  ]);
  expect(notesOf({ objective: "sft", rolloutEngine: "colocated", reference: "copy" })).toEqual([
    "warning: --reference copy is not used: objective sft has no reference",
    "warning: --rollout-engine colocated is not used: objective sft samples nothing",
  ]);
  expect(notesOf({ method: "qlora", quantisation: "gptq", objective: "grpo", rolloutEngine: "server" })).toEqual([]);
  expect(notesOf({})).toEqual([]);
});
