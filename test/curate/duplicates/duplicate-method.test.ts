import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findDuplicates } from "../../../src/curate/duplicates/dedup-files.ts";
import type { Drops } from "../../../src/curate/duplicates/find-drops.ts";
import { rowShingles } from "../../../src/curate/duplicates/row-tokens.ts";
import { textTokens } from "../../../src/curate/duplicates/text-tokens.ts";
import { shingleHashes } from "../../../src/curate/kernels/shingle-hashes.ts";
import { differentBits, simHash } from "../../../src/curate/kernels/sim-hash.ts";
import { DedupOptions } from "../../../src/domain/dedup.ts";
import { naiveSigns, naiveTokens, naiveWhole } from "../kernels/naive-shingles.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";
import { alikeTexts } from "./alike-texts.ts";
import { lawRuns } from "../../law-runs.ts";

const folder = await folderOf({});

async function dropsOf(rows: readonly Record<string, unknown>[], options: object): Promise<Drops> {
  const path = join(folder, "rows.jsonl");
  await writeFile(path, jsonl(rows));
  const { drops } = await findDuplicates(
    [{ path, name: "rows" }],
    DedupOptions.parse({ textField: "text", ...options }),
  );
  return drops;
}

describe("exact", () => {
  test("rows go exactly where an earlier one has the same words and signs in the same order", async () => {
    await fc.assert(
      fc.asyncProperty(alikeTexts, async (texts) => {
        if (texts.length === 0) return;
        const { keeper } = await dropsOf(
          texts.map((text) => ({ text })),
          { method: "exact" },
        );
        const words = texts.map(naiveWhole);
        const first = words.map((each, row) => (each === "" ? row : words.indexOf(each)));
        expect([...keeper]).toEqual(first);
      }),
      { numRuns: lawRuns(120) },
    );
  });
});

describe("simhash", () => {
  const bits = (text: string): [number, number] => {
    const shingles = shingleHashes();
    rowShingles(textTokens().ofText(text), shingles);
    return simHash(shingles);
  };

  test("no pair of kept rows is within the distance, and every dropped row is within it of its keeper", async () => {
    await fc.assert(
      fc.asyncProperty(alikeTexts, fc.integer({ min: 0, max: 7 }), async (texts, distance) => {
        if (texts.length === 0) return;
        const { keeper } = await dropsOf(
          texts.map((text) => ({ text })),
          { method: "simhash", distance },
        );
        const hashes = texts.map(bits);
        const apart = (one: number, other: number): number =>
          differentBits(hashes[one]![0], hashes[other]![0]) + differentBits(hashes[one]![1], hashes[other]![1]);
        const kept = texts.flatMap((text, row) => (keeper[row] === row && naiveTokens(text).length > 0 ? [row] : []));
        for (const one of kept)
          for (const other of kept) {
            const hasSigns = naiveSigns(texts[one]!).join() !== naiveSigns(texts[other]!).join();
            if (one < other && !hasSigns) expect(apart(one, other)).toBeGreaterThan(distance);
          }
        for (const [row, stays] of keeper.entries()) expect(apart(row, stays)).toBeLessThanOrEqual(distance);
      }),
      { numRuns: lawRuns(120) },
    );
  });

  test("bits that differ are counted as one by one", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (one, other) => {
        const naive = ((one ^ other) >>> 0).toString(2).replaceAll("0", "").length;
        expect(differentBits(one, other)).toBe(naive);
      }),
    );
  });
});

describe("paragraphs", () => {
  const [a, b, c] = ["first", "second", "third"].map(
    (name) => `The ${name} paragraph has more than eight words in all.`,
  );

  test("a row whose words stand in earlier rows goes, with the share, for the row that has most of them", async () => {
    const texts = [
      `${a}\n${b}`,
      c!,
      `Digest\n${b!.toUpperCase()}\n\n${a}`,
      `${a}\n${"new words ".repeat(20)}`,
      "Digest",
      "Digest",
    ];
    const { keeper, jaccard } = await dropsOf(
      texts.map((text) => ({ text })),
      { method: "paragraphs" },
    );
    expect([...keeper]).toEqual([0, 1, 0, 3, 4, 4]); // a line of one word repeats by chance; a row of one word is the same row
    expect(jaccard[5]).toBe(1);
    expect(jaccard[2]).toBeCloseTo(20 / 21, 12); // 20 words of 21
  });
});

describe("passages", () => {
  const words = Array.from({ length: 400 }, (_, at) => `w${at}`);
  const run = (from: number, to: number): string => words.slice(from, to).join(" ");

  test("runs of 50 words are found wherever they begin, and shorter ones are not", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(300), fc.integer({ min: 40, max: 90 }), async (from, length) => {
        const quote = run(from, Math.min(400, from + length));
        const count = quote.split(" ").length;
        const texts = [run(0, 400), `before ${quote} after`];
        const { keeper, jaccard } = await dropsOf(
          texts.map((text) => ({ text })),
          { method: "passages", threshold: 0.9 },
        );
        const isPassage = count >= 50;
        expect([...keeper]).toEqual([0, isPassage ? 0 : 1]);
        if (isPassage) expect(jaccard[1]).toBeCloseTo(count / (count + 2), 12);
      }),
      { numRuns: lawRuns(120) },
    );
  });

  test("a compilation of two rows goes, for the row that has most of its words", async () => {
    const texts = [
      run(0, 100),
      run(200, 330),
      `${run(20, 100)} and ${run(200, 330)}`,
      `${run(0, 60)} ${"new ".repeat(60)}`,
    ];
    const { keeper, jaccard } = await dropsOf(
      texts.map((text) => ({ text })),
      { method: "passages" },
    );
    expect([...keeper]).toEqual([0, 1, 1, 3]);
    expect(jaccard[2]).toBeCloseTo(210 / 211, 12);
  });
});

describe("vectors", () => {
  const cosine = (one: readonly number[], other: readonly number[]): number => {
    const product = (x: readonly number[], y: readonly number[]): number =>
      x.reduce((sum, each, at) => sum + each * y[at]!, 0);
    return product(one, other) / Math.sqrt(product(one, one) * product(other, other));
  };

  test("of rows with like vectors one stays, whether they have a text or not, and the cosine is stated", async () => {
    const rows = [
      { text: "cats", v: [1, 0, 0.1] },
      { v: [2, 0, 0.25] },
      { text: "dogs", v: [0, 1, 0] },
      { text: "", v: [0.9, 0.5, 0] },
    ];
    const { keeper, jaccard } = await dropsOf(rows, { method: "vectors", vectorField: "v", threshold: 0.95 });
    expect([...keeper]).toEqual([0, 0, 2, 3]);
    expect(jaccard[1]).toBeCloseTo(cosine(rows[0]!.v, rows[1]!.v), 6);
  });

  test("what is kept has no pair at the threshold, and what goes has a kept row at it", async () => {
    const vector = fc
      .array(fc.integer({ min: -3, max: 3 }), { minLength: 4, maxLength: 4 })
      .filter((list) => list.some((each) => each !== 0));
    await fc.assert(
      fc.asyncProperty(fc.array(vector, { minLength: 1, maxLength: 12 }), async (vectors) => {
        const { keeper } = await dropsOf(
          vectors.map((v) => ({ v })),
          { method: "vectors", vectorField: "v", threshold: 0.9 },
        );
        const kept = vectors.filter((_vector, row) => keeper[row] === row);
        for (const [at, one] of kept.entries())
          for (const other of kept.slice(at + 1)) expect(cosine(one, other)).toBeLessThan(0.9 + 1e-6);
        for (const [row, stays] of keeper.entries())
          expect(cosine(vectors[row]!, vectors[stays]!)).toBeGreaterThan(0.9 - 1e-6);
      }),
      { numRuns: lawRuns(120) },
    );
  });

  test.each([
    [[{ v: [1, 2] }, { v: [1] }], "1 numbers, the first one 2"],
    [[{ v: [0, 0] }], "all zeros"],
    [[{ v: "0.1" }], "is not a list of numbers"],
  ])("vectors that cannot be compared are refused: %j", async (rows, message) => {
    await expect(dropsOf(rows, { method: "vectors", vectorField: "v" })).rejects.toThrow(message);
  });

  test("a method without what it needs is refused with what to add", async () => {
    await expect(dropsOf([{ text: "a" }], { method: "vectors" })).rejects.toThrow("not stated");
    await expect(dropsOf([{ text: "a" }], { method: "simhash", compat: "datasketch" })).rejects.toThrow("--compat");
    await expect(dropsOf([{ text: "a" }], { method: "paragraphs", keep: "longest" })).rejects.toThrow(
      "always keeps the first occurrence",
    );
  });
});
