import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { GOPHER_REPETITION, repetition } from "../../../src/curate/quality/repetition.ts";
import { c4, fineweb, gopher } from "../../../src/curate/quality/web-pages.ts";
import { repeatedRuns, topRun, wordNumbers } from "../../../src/curate/quality/word-runs.ts";

/** A word of letters that no other number gives. */
const word = (row: number): string => `wo${Array.from(String(row), (digit) => "abcdefghij"[Number(digit)]).join("")}`;

const words = (count: number): string[] => Array.from({ length: count }, (_, row) => word(row));

/** A page of so many lines of which no two are the same, each of ten words and with two stop words. */
const lines = (count: number, first = 0): string[] =>
  Array.from(
    { length: count },
    (_, row) =>
      `the and ${words(8)
        .map((each) => `${each}${word(first + row)}`)
        .join(" ")
        .slice(0, 60)}`,
  );

/** Pages by the figure that a rule is about: the same page but for that. */
const PAGES: Readonly<Record<string, (value: number) => string>> = {
  "gopher-few-words": (count) => ["the", "and", ...words(count - 2)].join(" "),
  "gopher-many-words": (count) => ["the", "and", ...words(count - 2)].join(" "),
  "gopher-word-length": (length) =>
    ["the", "have", ...words(600).map((each) => each.padEnd(length, "x")), "x".repeat(2 * length - 7)].join(" "),
  "gopher-hashes": (count) => `${["the", "and", ...words(98)].join(" ")} ${"#".repeat(count)}`,
  "gopher-ellipses": (count) => `${["the", "and", ...words(98)].join(" ")} ${"…".repeat(count)}`,
  "gopher-bullet-lines": (count) =>
    lines(100)
      .map((line, row) => (row < count ? `• ${line}` : line))
      .join("\n"),
  "gopher-ellipsis-lines": (count) =>
    lines(100)
      .map((line, row) => (row < count ? `${line} …` : line))
      .join("\n"),
  "gopher-letters": (count) =>
    ["the", "and", ...words(count - 2), ...Array.from({ length: 100 - count }, (_, row) => 1000 + row)].join(" "),
  "gopher-stop-words": (count) => ["the", "with"].slice(0, count).concat(words(60)).join(" "),
  "gopher-repeated-lines": (count) => [...lines(99 - count), "x", ...Array<string>(count).fill("x")].join("\n"),
  "gopher-repeated-paragraphs": (count) => [...lines(99 - count), "x", ...Array<string>(count).fill("x")].join("\n\n"),
  "fineweb-line-ends": (count) =>
    lines(100)
      .map((line, row) => (row < count ? `${line}.` : line))
      .join("\n"),
  "fineweb-short-lines": (count) =>
    lines(100)
      .map((line, row) => `${row < count ? line.slice(-20).concat(word(row)).slice(-30) : line}.`)
      .join("\n"),
  "c4-few-sentences": (count) =>
    lines(8)
      .map((line, row) => (row < count ? `${line}.` : line))
      .join("\n"),
};

const [, ...rows] = readFileSync(new URL("../../golden/quality-web.tsv", import.meta.url), "utf8")
  .trim()
  .split("\n");
const table = rows.map((row) => {
  const [reason, limit, within, beyond, source] = row.split("\t");
  return { reason: reason!, limit: limit!, within: Number(within), beyond: Number(beyond), source: source! };
});

const judge = (reason: string): ((text: string) => { reason: string; detail: string } | undefined) =>
  reason.startsWith("c4") ? c4 : reason.startsWith("fineweb") ? fineweb : gopher;

describe("the published rules for web pages", () => {
  test.each(table)("$reason at $limit ($source)", ({ reason, limit, within, beyond }) => {
    expect(judge(reason)(PAGES[reason]!(beyond))).toMatchObject({
      reason,
      detail: expect.stringContaining(limit) as string,
    });
    expect(judge(reason)(PAGES[reason]!(within))?.reason).not.toBe(reason);
  });

  test("of Gopher on repetition are those of table A1", () => {
    expect(GOPHER_REPETITION).toEqual({
      lines: 0.3,
      paragraphs: 0.3,
      lineCharacters: 0.2,
      paragraphCharacters: 0.2,
      topRuns: [
        [2, 0.2],
        [3, 0.18],
        [4, 0.16],
      ],
      topTimes: 1,
      repeatedRuns: [
        [5, 0.15],
        [6, 0.14],
        [7, 0.13],
        [8, 0.12],
        [9, 0.11],
        [10, 0.1],
      ],
    });
  });

  test("of C4 take whole pages for a bracket and lorem ipsum, and lines for policies", () => {
    const page = lines(6)
      .map((line) => `${line}.`)
      .join("\n");
    expect(c4(page)).toBeUndefined();
    expect(c4(`${page}\nif (x) { y }`)).toBeUndefined(); // a line that is taken out before
    expect(c4(`${page}\nHe wrote if (x) { y }.`)?.reason).toBe("c4-curly-bracket");
    expect(c4(`${page}\nLorem Ipsum dolor sit amet.`)?.reason).toBe("c4-lorem-ipsum");
    expect(
      c4(
        lines(6)
          .map((line) => `${line} our privacy policy.`)
          .join("\n"),
      )?.reason,
    ).toBe("c4-few-sentences");
  });
});

describe("datatrove", () => {
  type Page = { text: string; gopher: string | null; fineweb: string | null; c4: string | null };
  const pages = readFileSync(new URL("../../golden/quality-datatrove.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Page);

  test.each([
    ["gopher", gopher, 1],
    ["fineweb", fineweb, 0],
    ["c4", c4, 0],
  ] as const)(
    "keeps and drops the same pages by %s, but for what its tokeniser does otherwise",
    (name, judge_, most) => {
      const others = pages.filter((page) => (page[name] === null) !== (judge_(page.text) === undefined));
      expect(others.length).toBeLessThanOrEqual(most);
      expect(pages.filter((page) => page[name] !== null).length).toBeGreaterThan(4);
    },
  );
});

test("runs of words are counted as the published filter does, by hand", () => {
  const of = (text: string): ReturnType<typeof wordNumbers> => wordNumbers(text.split(" "));
  expect(topRun(of("a b c a b d a b"), 2)).toEqual({ at: 0, times: 3 });
  expect(topRun(of("a b c"), 2)).toEqual({ at: 0, times: 1 });
  expect(topRun(of("a b b c b c a b"), 2)).toEqual({ at: 0, times: 2 }); // the first of those that stand as often
  expect(topRun(of("a"), 2)).toBeUndefined();
  expect(repeatedRuns(of("a b c a b d a b"), 2)).toBe(4); // "a b" twice more
  expect(repeatedRuns(of("x x x x x x"), 2)).toBe(4); // "x x", then two of it that do not overlap
  expect(repetition("", GOPHER_REPETITION, wordNumbers([]))).toBeUndefined();
});

test("runs of words are the same whatever they are hashed to", () => {
  const anyWords = fc.array(fc.constantFrom("a", "b", "ab", "c"), { maxLength: 60 });
  fc.assert(
    fc.property(anyWords, fc.integer({ min: 1, max: 6 }), (all, count) => {
      const counts = new Map<string, number>();
      for (let at = 0; at + count <= all.length; at++) {
        const run = all.slice(at, at + count).join(" ");
        counts.set(run, (counts.get(run) ?? 0) + 1);
      }
      const most = Math.max(0, ...counts.values());
      const found = topRun(wordNumbers(all), count);
      expect(found?.times ?? 0).toBe(most);
      if (found === undefined) return;
      const first = [...counts].find(([, times]) => times === most)![0];
      expect(all.slice(found.at, found.at + count).join(" ")).toBe(first);
    }),
  );
});
