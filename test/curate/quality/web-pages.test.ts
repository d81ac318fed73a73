import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { GOPHER_REPETITION, repeatedRuns, repetition, topRun } from "../../../src/curate/quality/repetition.ts";
import { c4, fineweb, gopher } from "../../../src/curate/quality/web-pages.ts";

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
  "gopher-repeated-lines": (count) => [...lines(98 - count), ...Array<string>(count + 1).fill(""), "end"].join("\n"),
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
    expect(c4(`${page}\nif (x) { y }`)?.reason).toBe("c4-curly-bracket");
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

test("runs of words are counted as the paper says, by hand", () => {
  const text = "a b c a b d a b".split(" ");
  expect(topRun(text, 2)).toBe(9); // "a b" three times
  expect(topRun(["a", "b", "c"], 2)).toBe(0); // none twice
  expect(repeatedRuns(text, 2)).toBe(6); // "a b" twice more
  expect(repeatedRuns("x x x x x x".split(" "), 2)).toBe(6); // "x x", then two of it that do not overlap
  expect(repetition("", GOPHER_REPETITION, [])).toBeUndefined();
});
