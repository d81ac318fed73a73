import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Benchmark } from "../../../src/curate/decontaminate/benchmark.ts";
import { decontaminator } from "../../../src/curate/decontaminate/decontaminator.ts";
import { findRuns } from "../../../src/curate/decontaminate/find-runs.ts";
import { gramIndex, packTexts } from "../../../src/curate/decontaminate/gram-index.ts";
import { lcsLength, lcsPlace } from "../../../src/curate/decontaminate/matchers/lcs-length.ts";
import { wordTokenizer } from "../../../src/curate/decontaminate/word-tokens.ts";
import { lawRuns } from "../../law-runs.ts";

/** Few words, so that texts have some in common. */
const words = (maxLength: number) => fc.array(fc.constantFrom("ant", "bee", "cat", "dog", "eel"), { maxLength });
const distinct = fc.uniqueArray(fc.stringMatching(/^[b-y]{4,9}$/), { minLength: 20, maxLength: 60 });

const benchmarkOf = (texts: readonly string[]): Benchmark => ({
  name: "items.jsonl",
  fields: { question: "q" },
  isGuessed: false,
  items: texts.map((text) => [{ kind: "question", text }]),
});

/** Every n-gram of a list of words. */
function gramsOf(list: readonly string[], n: number): string[] {
  return list.slice(0, Math.max(0, list.length - n + 1)).map((_word, at) => list.slice(at, at + n).join(" "));
}

describe("words", () => {
  test.each([
    ["split", "It’s “2x + 5”, isn't it?", ["It’s", "2x", "5", "isn't", "it"]],
    ["joined", "def f(x, y): return x", ["def", "f(x", "y", "return", "x"]],
    ["split", "我有三个苹果 and ไทย", ["我", "有", "三", "个", "苹", "果", "and", "ไ", "ท", "ย"]],
    ["split", "", []],
  ] as const)("%s: %s", (style, text, expected) => {
    const { count, starts, ends } = wordTokenizer(style)(text);
    expect(Array.from({ length: count }, (_, at) => text.slice(starts[at], ends[at]))).toEqual(expected);
  });

  test("do not depend on capitals, and equal words have equal hashes anywhere", () => {
    fc.assert(
      fc.property(words(30), (list) => {
        const tokenize = wordTokenizer("split");
        const hashes = (text: string): number[] => {
          const tokens = tokenize(text);
          return [...tokens.hashes.subarray(0, tokens.count)];
        };
        expect(hashes(list.join(" "))).toEqual(hashes(list.map((word) => word.toUpperCase()).join(" -- ")));
      }),
    );
  });
});

describe("runs", () => {
  test("of n words or more are found exactly where a text and a row share an n-gram", () => {
    fc.assert(
      fc.property(fc.array(words(12), { maxLength: 6 }), words(40), fc.integer({ min: 2, max: 8 }), (texts, row, n) => {
        const tokenize = wordTokenizer("split");
        const index = gramIndex(
          packTexts(texts.length, (text) => tokenize(texts[text]!.join(" "))),
          { n },
        );
        const found = findRuns(index, tokenize(row.join(" ")));
        const shared = new Set(gramsOf(row, n));
        const expected = texts.flatMap((text, at) => (gramsOf(text, n).some((gram) => shared.has(gram)) ? [at] : []));
        expect([...found.keys()].toSorted((a, b) => a - b)).toEqual(expected);
        for (const [text, runs] of found) {
          for (const run of runs) {
            expect(row.slice(run.row, run.row + run.length)).toEqual(
              texts[text]!.slice(run.text, run.text + run.length),
            );
          }
        }
      }),
    );
  });
});

describe("the longest common subsequence", () => {
  const table = (a: readonly number[], b: readonly number[]): number => {
    let row = b.map(() => 0);
    for (const left of a) {
      const next: number[] = [];
      for (const [at, right] of b.entries()) {
        next.push(left === right ? (row[at - 1] ?? 0) + 1 : Math.max(row[at]!, next[at - 1] ?? 0));
      }
      row = next;
    }
    return row.at(-1) ?? 0;
  };
  const tokens = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 80 });

  test("is as long as by the table of all prefixes, and lies where it is said to", () => {
    fc.assert(
      fc.property(tokens, tokens, (row, item) => {
        const [own, other] = [Uint32Array.from(row), Uint32Array.from(item)];
        const length = table(row, item);
        expect(lcsLength(own, other)).toBe(length);
        const { first, last } = lcsPlace(own, other);
        expect(table(row.slice(first, last + 1), item)).toBe(length);
        if (length > 0) expect(table(row.slice(first + 1, last + 1), item)).toBeLessThan(length);
      }),
    );
  });
});

describe("published scores", () => {
  test("coverage is the share of words in common 8-grams, and palm the share of common 8-grams", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("ant", "bee", "cat"), { minLength: 8, maxLength: 20 }),
        words(40),
        async (item, row) => {
          const common = new Set(gramsOf(row, 8));
          const grams = gramsOf(item, 8).map((gram) => common.has(gram));
          const inGram = item.filter((_word, at) => grams.some((is, start) => is && start <= at && at < start + 8));
          const scoreBy = async (method: string): Promise<number> => {
            const hitsOf = await decontaminator({
              benchmarks: [benchmarkOf([item.join(" ")])],
              method,
              minScore: 0.0001,
            });
            return hitsOf({ text: row.join(" ") })[0]?.score ?? 0;
          };
          expect(await scoreBy("coverage")).toBeCloseTo(inGram.length / item.length, 3);
          expect(await scoreBy("palm")).toBeCloseTo(grams.filter(Boolean).length / grams.length, 3);
        },
      ),
      { numRuns: lawRuns(50) },
    );
  });
});

describe("a planted item", () => {
  test("is found at any place of any text of a row, and its offsets give the words of the item back", async () => {
    await fc.assert(
      fc.asyncProperty(distinct, fc.nat(200), fc.nat(3), async (list, offset, slot) => {
        const item = list.join(" ");
        const hitsOf = await decontaminator({
          benchmarks: [benchmarkOf(["something else entirely, of other words", item])],
        });
        const filler = "zz ".repeat(offset);
        const texts = ["one", "two", "three", "four"].map((text, at) =>
          at === slot ? `${filler}${item}, ${filler}` : text,
        );
        const hits = hitsOf({ texts });
        expect(hits).toHaveLength(1);
        const { item: found, path, start, end, score } = hits[0]!;
        expect([found, path, score]).toEqual([1, ["texts", slot], 1]);
        expect(texts[slot]!.slice(start, end)).toBe(item);
      }),
      { numRuns: lawRuns(50) },
    );
  });

  test("is found whatever the punctuation, the capitals and one misspelt word", async () => {
    const item = "The Eiffel Tower, a landmark in Paris, France, was constructed in 1889. It is a global icon of iron.";
    const hitsOf = await decontaminator({ benchmarks: [benchmarkOf([item])] });
    for (const text of [
      item.toUpperCase(),
      item.replaceAll(/[.,]/g, " —"),
      `**${item}**`,
      item.replace("Eiffel", "Eifel"),
      item.replaceAll(" ", "\n"),
    ]) {
      expect(hitsOf({ text }), text).toHaveLength(1);
    }
  });
});

describe("short items", () => {
  const hitsIn = async (item: readonly [question: string, answer?: string], text: string): Promise<number> => {
    const others = ["true?", "correct?", "false?", "wrong?", "not true?", "the case?"].map(
      (end, at) => `Which of the following is ${end} (${at})`,
    );
    const [question, answer] = item;
    const benchmark = benchmarkOf([question, ...others]);
    const items = benchmark.items.map((parts, at) =>
      at === 0 && answer !== undefined ? [...parts, { kind: "answer" as const, text: answer }] : parts,
    );
    const hitsOf = await decontaminator({ benchmarks: [{ ...benchmark, items }] });
    return hitsOf({ text }).filter((hit) => hit.item === 0).length;
  };
  test.each([
    [
      "a sentence of a longer text",
      ["Where did fortune cookies originate?"],
      "Hello! Where did fortune cookies originate? I ask.",
      1,
    ],
    [
      "words within a sentence",
      ["Where fortune cookies originate"],
      "He asked me where fortune cookies originate and why",
      0,
    ],
    ["a line of its own", ["Osteoclasts"], "Choose:\nOsteoclasts\nand go on", 1],
    ["one word within a line", ["Osteoclasts"], "There are osteoclasts here.", 0],
    ["a line behind a label", ["Who are you?"], "Question: Who are you?", 1],
    ["common words within a text", ["Who are you?"], "He said: Who are you? Nobody knew.", 0],
    [
      "common words and the answer behind",
      ["Who are you?", "The captain"],
      "He said: Who are you? The captain. Fine.",
      1,
    ],
    ["other operators", ["Simplify 3 + (4 - 5)"], "Simplify 3 * (4 - 5)", 0],
    ["the same operators", ["Simplify 3 + (4 - 5)"], "Please: simplify 3 + (4 - 5).", 1],
  ] as const)("%s", async (...[, item, text, expected]) => {
    expect(await hitsIn(item, text)).toBe(expected);
  });
});
