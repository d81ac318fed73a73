import { expect, test } from "vitest";

import { benchmarkUse } from "../../../src/curate/decontaminate/benchmark-tally.ts";
import type { Benchmark } from "../../../src/curate/decontaminate/benchmark.ts";
import { decontaminateText } from "../../../src/curate/decontaminate/decontaminate-text.ts";
import { decontaminator } from "../../../src/curate/decontaminate/decontaminator.ts";

const question = (text: string) => [{ kind: "question" as const, text }];

const BENCHMARK: Benchmark = {
  name: "bench.jsonl",
  fields: { question: "question" },
  isGuessed: true,
  items: [
    question("Write a function to rotate a singly linked list to the left by four nodes."),
    question("What is the difference between a mitochondrion and a chloroplast in a plant cell?"),
    question(`A long one: ${Array.from({ length: 30 }, (_, at) => `word${at}`).join(" ")}`),
    [{ kind: "answer" as const, text: "Paris" }],
  ],
};

test("half of a short question is found by parts and not by the default, a common phrase of it by neither", async () => {
  const cut = "Here: write a function to rotate a singly linked list";
  const common = "Tell me: what is the difference between a cat and a dog?";
  for (const [method, hits] of [
    ["default", []],
    ["parts", [{ item: 0, method: "part", score: 0.6 }]],
  ] as const) {
    const hitsOf = await decontaminator({ benchmarks: [BENCHMARK], method });
    expect(hitsOf({ text: cut })).toMatchObject(hits);
    expect(hitsOf({ text: common })).toEqual([]);
    expect(hitsOf({ text: "write a function to rotate" })).toEqual([]);
  }
});

test("the report states how many items are found whole only, as a share of the benchmark", () => {
  const use = benchmarkUse(BENCHMARK);
  expect(use.wholeOnly).toBe(2);
  const text = decontaminateText({
    funnel: [],
    findings: [],
    benchmarks: [{ ...use, contaminated: 0, rows: 0, hits: [] }],
  });
  expect(text).toContain("whole only");
  expect(text).toMatch(/bench\.jsonl.*50 %/);
  expect(text).toContain("--method parts");
});
