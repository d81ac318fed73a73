import { expect, test } from "vitest";

import { noteUnused } from "../../src/cli/run-flags.ts";
import { RunSpec } from "../../src/domain/run-spec.ts";

function notesOf(flags: Record<string, unknown>): string[] {
  const notes: string[] = [];
  const spec = RunSpec.parse({ model: "Qwen/Qwen2.5-7B", ...flags });
  noteUnused({ note: (text) => notes.push(text) }, spec, { flags, given: new Set(Object.keys(flags)) });
  return notes;
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
