import { expect, test } from "vitest";

import { untimedKernels } from "../../../src/plan/serve-check/untimed-kernels.ts";
import { served } from "../serve/served-runs.ts";

test("fp8 with a scale for each row is refused on AMD's cards before vLLM 0.8, and nowhere else", () => {
  const facts = (extra: string) => (column: string) => (column === "extra_facts" ? extra : "");
  const of = (changes: Parameters<typeof served>[0], extra = "label '8xMi300x 1FP8-meta'"): string | undefined =>
    untimedKernels(facts(extra), served({ gpu: "MI300X", weights: "fp8", engineEra: "v0", ...changes }));
  expect(of({})).toMatch(/^fp8 weights with a scale for each row/);
  expect(of({}, "label '8xMi300x 1FP8-amd'")).toBeUndefined();
  expect(of({ engineEra: "v1" })).toBeUndefined();
  expect(of({ gpu: "H100-80GB-SXM" })).toBeUndefined();
  expect(of({ weights: "bf16" })).toBeUndefined();
});

test("an engine without recorded graphs is refused, and one that keeps them is not", () => {
  const of = (extra: string): string | undefined =>
    untimedKernels((column) => (column === "extra_facts" ? extra : ""), served());
  for (const words of ["enforce-eager", "--enforce-eager; 10 prompts", "enforce_eager=True", "--disable-cuda-graph"])
    expect(of(words), words).toMatch(/^in eager mode \(no CUDA graphs\)/);
  for (const words of ["", "enforce_eager=False", "enforce-eager: false", "disable_cuda_graph=False", "CUDA graphs on"])
    expect(of(words), words).toBeUndefined();
});
