import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { nearRows, nearSketcher, SKETCH_BYTES } from "../../../src/curate/split/near-rows.ts";
import { seededRandom } from "../../../src/base/random.ts";

/** The first row that each text is joined to, counted from 1. */
function joined(texts: readonly string[]): number[] {
  const sketch = nearSketcher();
  const records = new Uint8Array(texts.length * SKETCH_BYTES);
  for (const [row, text] of texts.entries()) {
    const found = sketch({ text }, undefined);
    if (found !== undefined) records.set(found, row * SKETCH_BYTES);
  }
  return [...nearRows({ count: texts.length, records: new DataView(records.buffer), width: SKETCH_BYTES, at: 0 })];
}

/** Pairs of texts of so many words of which some at the end differ: their similarity is known. */
function pairs(count: number, { words, changed }: { words: number; changed: number }): string[] {
  const random = seededRandom(7);
  const word = (): string => `w${Math.floor(random() * 50_000)}`;
  return Array.from({ length: count }, () => {
    const common = Array.from({ length: words - changed }, word);
    const other = (): string => [...common, ...Array.from({ length: changed }, word)].join(" ");
    return [other(), other()];
  }).flat();
}

const shareJoined = (texts: readonly string[]): number => {
  const found = joined(texts);
  let count = 0;
  for (let row = 0; row < texts.length; row += 2) if (found[row] === found[row + 1]) count += 1;
  return count / (texts.length / 2);
};

describe("near-duplicates of a split", () => {
  // n words make n - 4 shingles; c changed at the end leave n - 4 - c in common: J = (n - 4 - c) / (n - 4 + c).
  test.each([
    { name: "long texts at .8 and above", words: 204, changed: 22, from: 0.95, to: 1 },
    { name: "long texts at .9", words: 204, changed: 10, from: 0.999, to: 1 },
    { name: "texts of 40 words at .8", words: 40, changed: 4, from: 0.95, to: 1 },
    { name: "texts of 13 words at .8", words: 13, changed: 1, from: 0.95, to: 1 },
    { name: "long texts at .5", words: 204, changed: 66, from: 0, to: 0.01 },
  ])("are found as they should be: $name", ({ words, changed, from, to }) => {
    const share = shareJoined(pairs(1000, { words, changed }));
    expect(share).toBeGreaterThanOrEqual(from);
    expect(share).toBeLessThanOrEqual(to);
  });

  test("differ in case and punctuation alone, also where they are short, and no others do", () => {
    expect(joined(["Hello, world", "hello world!", "hello worlds", "", "?", "你好", "你好。", "您好"])).toEqual([
      1, 1, 3, 0, 0, 6, 6, 8,
    ]);
  });

  test("are the same whatever the order of the rows", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(60).keys()]), (order) => {
        const texts = pairs(30, { words: 60, changed: 5 });
        const groups = (found: readonly number[], at: readonly number[]): string[] => {
          const byFirst = new Map<number, number[]>();
          for (const [index, first] of found.entries()) byFirst.set(first, [...(byFirst.get(first) ?? []), at[index]!]);
          return [...byFirst.values()].map((rows) => rows.toSorted((a, b) => a - b).join()).toSorted();
        };
        const inOrder = order.toSorted((a, b) => a - b);
        expect(groups(joined(order.map((row) => texts[row]!)), order)).toEqual(
          groups(joined(inOrder.map((row) => texts[row]!)), inOrder),
        );
      }),
      { numRuns: 20 },
    );
  });
});
