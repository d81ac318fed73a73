import fc from "fast-check";
import { describe, expect, test } from "vitest";

import command from "../../../src/cli/commands/data-decontaminate.ts";
import type { Benchmark } from "../../../src/curate/decontaminate/benchmark.ts";
import { decontaminateStage } from "../../../src/curate/decontaminate/decontaminate-stage.ts";
import { decontaminator } from "../../../src/curate/decontaminate/decontaminator.ts";
import { substringsOf } from "../../../src/curate/decontaminate/matchers/gpt4-matcher.ts";
import { lcsLength } from "../../../src/curate/decontaminate/matchers/lcs-length.ts";
import { runCommand } from "../../cli/run-command.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";

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

/** The twenty words with others at some places. */
const changed = (places: readonly number[]): string =>
  WORDS.map((word, at) => (places.includes(at) ? "dog" : word)).join(" ");

describe("Llama 2: tokens in spans of more than ten, four of them other ones", () => {
  test.each([
    ["all twenty", [], 1],
    ["one other behind the first ten: 19 of 20", [12], 0.95],
    ["four others: 16 of 20", [11, 13, 15, 17], 0.8],
    ["five others: the span ends before the fifth, 13 of 20", [11, 12, 13, 15, 17], 0.65],
    ["others at the end do not count: 18 of 20", [18, 19], 0.9],
    ["one other among the first ten: the span begins behind it, 15 of 20", [4], 0.75],
    ["ten equal ones and no more are no span", [5, 16, 17, 18, 19], 0],
    ["ten equal ones and one behind another one are: 11 of 20", [3, 14, 16, 17, 18, 19], 0.55],
  ] as const)("%s", async (_what, places, expected) => {
    expect(await scoreOf("llama2", { item: WORDS.join(" "), row: changed(places) })).toBe(expected);
  });

  test("a row with less than a fifth of an item is clean", async () => {
    const item = Array.from({ length: 60 }, (_, at) => `${WORDS[at % 20]!}${at}`).join(" ");
    const hitsOf = await decontaminator({ benchmarks: [benchmarkOf(item)], method: "llama2" });
    expect(hitsOf({ text: item.split(" ").slice(0, 5).join(" ") })).toEqual([]);
    expect(hitsOf({ text: item })).toHaveLength(1);
  });
});

describe("ConTAM: the longest run alone", () => {
  test.each([
    ["a run of eight of twenty", WORDS.slice(0, 8), 0.4],
    ["of runs of nine and eight the longer one", [...WORDS.slice(0, 9), "dog", ...WORDS.slice(10, 18)], 0.45],
    ["seven words are no run", WORDS.slice(0, 7), 0],
  ] as const)("%s", async (_what, row, expected) => {
    expect(await scoreOf("longest-match", { item: WORDS.join(" "), row: row.join(" ") })).toBe(expected);
  });
});

describe("GPT-4: three substrings of fifty letters", () => {
  const item =
    "How many eggs, of 16 that her ducks lay per day, does she sell at the market? She eats three for breakfast!";
  const letters = item.replaceAll(/[^\p{L}\p{N}]/gu, "");

  test("are drawn of the letters and digits of an item, the same in every run", () => {
    const drawn = substringsOf(item);
    expect(drawn).toHaveLength(3);
    for (const each of drawn) expect([each.length, letters.includes(each)]).toEqual([50, true]);
    expect(substringsOf(item)).toEqual(drawn);
    expect(substringsOf("Who are you?")).toEqual(["Whoareyou"]);
  });

  test("one of them in a row is a hit, whatever spaces and signs stand between", async () => {
    const hitsOf = await decontaminator({ benchmarks: [benchmarkOf(item)], method: "gpt4" });
    const [drawn] = substringsOf(item);
    const spaced = `x-${drawn!.replaceAll(/(?<=.)(?=.)/g, " . ")}-x`;
    const [hit] = hitsOf({ text: spaced });
    expect(hit).toMatchObject({ method: "gpt4", score: 1 });
    expect(spaced.slice(hit!.start, hit!.end).replaceAll(/[^\p{L}\p{N}]/gu, "")).toBe(drawn);
    expect(hitsOf({ text: drawn!.slice(1) })).toEqual([]);
    expect(hitsOf({ text: item.toUpperCase() })).toEqual([]); // capitals count
  });

  test("finds exactly the rows that hold a substring", async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[ab ]{0,130}$/), fc.stringMatching(/^[ab.]{0,60}$/), async (text, other) => {
        const hitsOf = await decontaminator({ benchmarks: [benchmarkOf(`x${other}`)], method: "gpt4" });
        const kept = text.replaceAll(" ", "");
        const expected = substringsOf(`x${other}`).some(
          (each) => `y${kept}`.includes(each) || `x${kept}`.includes(each),
        );
        const rows = [`y${text}`, `x${text}`];
        expect(rows.some((row) => hitsOf({ text: row }).length > 0)).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe("GPT-3's filter: 13 words that at most ten rows hold", () => {
  const phrase = WORDS.slice(0, 13).join(" ");
  const found = async (rows: number): Promise<number> => {
    const cwd = await folderOf({
      "train.jsonl": jsonl(Array.from({ length: rows }, (_, at) => ({ text: `${at} ${phrase} ${phrase}` }))),
      "test.jsonl": jsonl([{ question: `${phrase} and more` }]),
    });
    const flags = { file: ["train.jsonl"], against: ["test.jsonl"], method: "gpt3-filter" };
    const { json } = await runCommand(command, flags, cwd);
    let count = 0;
    for await (const row of json as AsyncIterable<{ hits: unknown[] }>) count += row.hits.length;
    return count;
  };

  test("ten rows with it are hits, eleven are not: a row that says it twice counts once", async () => {
    expect(await found(10)).toBe(10);
    expect(await found(11)).toBe(0);
  });

  test("a pipeline, which sees a row at a time, refuses it and says what to do", async () => {
    const hitsOf = await decontaminator({ benchmarks: [benchmarkOf(phrase)], method: "gpt3-filter" });
    const failure = await catchFailureAsync(async () => decontaminateStage.run([], { hitsOf }));
    expect(failure.message).toContain("counts all rows");
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
