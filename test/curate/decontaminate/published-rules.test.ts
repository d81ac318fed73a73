import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Benchmark } from "../../../src/curate/decontaminate/benchmark.ts";
import { decontaminator } from "../../../src/curate/decontaminate/decontaminator.ts";
import { lcsLength } from "../../../src/curate/decontaminate/matchers/lcs-length.ts";
import { catchFailureAsync } from "../../catch-failure.ts";

/** Words of one cl100k token each, all different. */
const WORDS =
  "one two three four five six seven eight nine ten red blue green black white gold pink gray brown orange".split(" ");

const benchmarkOf = (text: string): Benchmark => ({
  name: "items.jsonl",
  fields: { question: "q" },
  isGuessed: false,
  items: [[{ kind: "question", text }]],
});

const scoreOf = async (method: string, { item, row }: { item: string; row: string }): Promise<number> => {
  const hitsOf = await decontaminator({ benchmarks: [benchmarkOf(item)], method, minScore: 0.0001 });
  return hitsOf({ text: row })[0]?.score ?? 0;
};

describe("ConTAM: the longest run alone", () => {
  test.each([
    ["a run of eight of twenty", WORDS.slice(0, 8), 0.4],
    ["of runs of nine and eight the longer one", [...WORDS.slice(0, 9), "dog", ...WORDS.slice(10, 18)], 0.45],
    ["seven words are no run", WORDS.slice(0, 7), 0],
  ] as const)("%s", async (_what, row, expected) => {
    expect(await scoreOf("longest-match", { item: WORDS.join(" "), row: row.join(" ") })).toBe(expected);
  });
});

describe("the longest common subsequence", () => {
  test("of a row that is too long for the items is refused", async () => {
    const item = Array.from({ length: 4000 }, (_, at) => WORDS[at % 20]!).join(" ");
    const hitsOf = await decontaminator({
      benchmarks: [{ ...benchmarkOf(item), items: Array.from({ length: 100 }, () => benchmarkOf(item).items[0]!) }],
      method: "lcs",
    });
    const failure = await catchFailureAsync(async () => hitsOf({ text: `${WORDS.join(" ")} `.repeat(60_000) }));
    expect(failure.message).toContain("1200000 words are too many for lcs with 100 items");
  });

  test("of a list with itself is the list", () => {
    fc.assert(
      fc.property(fc.uint32Array({ maxLength: 200 }), (list) => {
        expect(lcsLength(list, list)).toBe(list.length);
      }),
    );
  });
});
