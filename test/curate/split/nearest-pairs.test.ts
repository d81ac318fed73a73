import { expect, test } from "vitest";

import { decideSplit, type SplitDecision } from "../../../src/curate/split/decide-split.ts";
import { splitRows, splitSummary } from "../../../src/curate/split/split-summary.ts";
import { SplitOptions } from "../../../src/domain/split.ts";
import { naiveJaccard } from "../kernels/naive-shingles.ts";

/** A chat of 60 words of its own, and edited copies of some of them that are newer. */
const chats = Array.from({ length: 40 }, (_, chat) => Array.from({ length: 60 }, (_word, at) => `w${chat}x${at}`));
const edited = chats.slice(0, 6).map((words) => words.with(20, "other").with(40, "words"));
const textOf = (words: readonly string[]): string => words.join(" ");

function split(newer: readonly (readonly string[])[], options: Partial<SplitOptions> = {}): SplitDecision {
  const parsed = SplitOptions.parse({ test: String(newer.length), timeField: "at", ...options });
  const rows = [...chats, ...newer].map((words, row) => ({
    id: `r${row}`,
    source: "s",
    line: row + 1,
    fields: {
      messages: [
        { role: "user", content: textOf(words.slice(0, 30)) },
        { role: "assistant", content: textOf(words.slice(30)) },
      ],
      at: new Date(1.7e12 + row * 864e5).toISOString(),
    },
  }));
  return decideSplit(splitRows([splitSummary(rows, parsed)], parsed), parsed);
}

test("edited chats on both sides of a split are reported with the row to train on that they are like", () => {
  const exact = naiveJaccard(textOf(chats[0]!), textOf(edited[0]!));
  expect(exact).toBeGreaterThan(0.6);
  expect(exact).toBeLessThan(0.7); // as alike as pairs that no near-duplicate is made of
  const { nearest, findings, parts } = split(edited, { nearDuplicates: false });
  const straddling = edited.flatMap((_words, at) => (parts[40 + at] === 2 && parts[at] === 0 ? [at] : []));
  expect(straddling).toHaveLength(6);
  expect(nearest.rows).toBe(6);
  for (const { part, row, trainRow, similarity } of nearest.pairs) {
    expect(part).toBe("test");
    expect(trainRow).toBe(row - 40);
    expect(Math.abs(similarity - exact)).toBeLessThan(0.2);
  }
  expect(findings).toContainEqual({
    kind: "near-pair",
    count: 6,
    detail: expect.stringMatching(/line 4\d of s \(test\) and line \d of s \(train\), about 0\.[5-8]/),
  });
});

test("rows of their own are not reported", () => {
  const own = Array.from({ length: 6 }, (_, chat) => Array.from({ length: 60 }, (_word, at) => `v${chat}x${at}`));
  const { nearest, findings } = split(own);
  expect(nearest).toEqual({ rows: 0, pairs: [] });
  expect(findings.filter(({ kind }) => kind === "near-pair")).toEqual([]);
});
