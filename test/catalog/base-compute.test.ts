import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { allBaseCompute, baseCompute } from "../../src/catalog/base-compute.ts";

const golden = readFileSync(new URL("../golden/base-compute.tsv", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t") as [string, string, string, string]);

const twoFigures = (flop: number): string => flop.toExponential(1).replace("e+", "e");

test.each(golden)("%s was trained with %s FLOP, a third of which is %s (%s)", (model, low, third) => {
  const found = baseCompute(model)!;
  expect(twoFigures(found.lowFlop!)).toBe(low);
  expect(twoFigures(found.lowFlop! / 3)).toBe(third);
});

test("there are 54 bases, and each published one is 6·P·D of its active parameters within 5 %", () => {
  expect(allBaseCompute()).toHaveLength(54);
  for (const row of allBaseCompute()) {
    if (row.pretrainTokens === null) expect(row.lowFlop).toBeNull();
    else expect(row.lowFlop! / (6 * row.activeParamCount * row.pretrainTokens)).toBeCloseTo(1, 1);
    expect(row.highFlop ?? 0).toBeGreaterThanOrEqual(row.lowFlop ?? 0);
  }
});

test("suffixes, organisations and quantisations do not change the base", () => {
  for (const name of [
    "Qwen2.5-7B-Instruct",
    "unsloth/Qwen2.5-7B-Instruct-bnb-4bit",
    "qwen/qwen2.5-7b",
    "Qwen/Qwen2.5-7B-Instruct-AWQ",
  ]) {
    expect(baseCompute(name)?.id, name).toBe("Qwen/Qwen2.5-7B");
  }
});

test("a model that was trained further has the compute of its base, and says so", () => {
  const coder = baseCompute("Qwen/Qwen2.5-Coder-7B-Instruct")!;
  expect(coder.lowFlop).toBe(baseCompute("Qwen/Qwen2.5-7B")!.lowFlop);
  expect(coder.highFlop).toBeNull();
  expect(coder.note).toContain("trained further from Qwen/Qwen2.5-7B");
});

test("a name that two releases share spans both", () => {
  const phi = baseCompute("microsoft/Phi-3-mini-4k-instruct")!;
  expect(phi.lowFlop).toBe(7.524e22);
  expect(phi.highFlop).toBe(1.1172e23);
});

test("an unpublished base is listed without compute; an unlisted or merely similar one is not found", () => {
  expect(baseCompute("mistralai/Mistral-7B-Instruct-v0.3")?.lowFlop).toBeNull();
  for (const name of [
    "acme/secret-9b",
    "Qwen/Qwen2.5-VL-7B-Instruct",
    "Qwen/Qwen2.5-70B",
    "google/gemma-3n-E4B-it",
    "",
  ])
    expect(baseCompute(name), name).toBeUndefined();
});
