import { describe, expect, test } from "vitest";

import type { Benchmark } from "../../../../src/curate/decontaminate/benchmark.ts";
import { decontaminator } from "../../../../src/curate/decontaminate/decontaminator.ts";
import { cpuMs } from "../../../cpu-ms.ts";

const benchmarkOf = (texts: readonly string[]): Benchmark => ({
  name: "items.jsonl",
  fields: { question: "q" },
  isGuessed: false,
  items: texts.map((text) => [{ kind: "question", text }]),
});

describe("hostile text", () => {
  const items = [
    "a ".repeat(1000),
    "a b ".repeat(3000),
    "x ".repeat(50_000),
    `${"!".repeat(100_000)}x`,
    `what is ${"(".repeat(50_000)}`,
  ];
  test.each([
    ["one word over and over", "a ".repeat(400_000)],
    ["the words of an item over and over", "x ".repeat(400_000)],
    ["signs", `${"!".repeat(500_000)} what is ${"(".repeat(500_000)}`],
    ["lines of one word", "x\n".repeat(300_000)],
    ["one word without an end", "z".repeat(2_000_000)],
  ])("%s takes seconds at most", async (_what, text) => {
    for (const method of ["default", "ngram-8", "coverage"]) {
      const hitsOf = await decontaminator({ benchmarks: [benchmarkOf(items)], method });
      expect(await cpuMs(() => hitsOf({ text })), method).toBeLessThan(15_000);
    }
  });
});
