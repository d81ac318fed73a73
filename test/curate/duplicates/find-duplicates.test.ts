import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Failure } from "../../../src/base/failure.ts";
import { findDuplicates, type FoundDuplicates } from "../../../src/curate/duplicates/dedup-files.ts";
import { dedupResult, duplicateClusters } from "../../../src/curate/duplicates/dedup-result.ts";
import { writeKept } from "../../../src/curate/duplicates/write-kept.ts";
import { DedupOptions } from "../../../src/domain/dedup.ts";
import { readAll, folderOf, jsonl } from "../pipeline/rows.ts";
import { naiveAlike, naiveJaccard } from "../kernels/naive-shingles.ts";
import { alikeTexts } from "./alike-texts.ts";
import { lawRuns } from "../../law-runs.ts";
import { longTest } from "../../long-suite.ts";

const folder = await folderOf({});
let files = 0;

/** Duplicates among texts, as a file has them. */
async function found(
  texts: readonly string[],
  options: Partial<DedupOptions> = {},
  others: readonly Record<string, unknown>[] = [],
): Promise<FoundDuplicates> {
  const path = join(folder, `${(files += 1)}.jsonl`);
  await writeFile(path, jsonl(texts.map((text, row) => ({ ...others[row], text }))));
  return findDuplicates([{ path, name: "rows.jsonl" }], DedupOptions.parse({ textField: "text", ...options }));
}

describe("laws, against the definition", () => {
  const thresholds = fc.constantFrom(0.3, 0.5, 0.8, 0.95, 1);

  test("every dropped row has a kept row at the threshold, with the similarity that is stated", async () => {
    await fc.assert(
      fc.asyncProperty(alikeTexts, thresholds, async (texts, threshold) => {
        if (texts.length === 0) return;
        const { drops } = await found(texts, { threshold });
        for (const [row, keeper] of drops.keeper.entries()) {
          if (keeper === row) continue;
          expect(drops.keeper[keeper]).toBe(keeper);
          expect(naiveAlike(texts[row]!, texts[keeper]!, threshold)).toBe(true);
          expect(drops.jaccard[row]).toBe(naiveJaccard(texts[row]!, texts[keeper]!));
        }
      }),
      { numRuns: lawRuns(60) },
    );
  });

  test("no two kept rows are alike", async () => {
    await fc.assert(
      fc.asyncProperty(alikeTexts, thresholds, async (texts, threshold) => {
        if (texts.length === 0) return;
        const { drops } = await found(texts, { threshold });
        const kept = texts.filter((_text, row) => drops.keeper[row] === row);
        for (const [index, one] of kept.entries()) {
          for (const other of kept.slice(index + 1)) expect(naiveAlike(one, other, threshold)).toBe(false);
        }
      }),
      { numRuns: lawRuns(60) },
    );
  });

  longTest("what is kept is the same for any size of the blocks that are read", async () => {
    await fc.assert(
      fc.asyncProperty(alikeTexts, fc.integer({ min: 1, max: 200 }), async (texts, chunkBytes) => {
        if (texts.length === 0) return;
        const path = join(folder, "blocks.jsonl");
        await writeFile(path, jsonl(texts.map((text) => ({ text }))));
        const options = DedupOptions.parse({ textField: "text" });
        const whole = await findDuplicates([{ path, name: "a" }], options);
        const parts = await findDuplicates([{ path, name: "a" }], options, { limits: { chunkBytes } });
        expect(parts.drops).toEqual(whole.drops);
      }),
      { numRuns: lawRuns(30) },
    );
  });
});

const LONG = Array.from({ length: 300 }, (_, index) => `w${index}`);
const variant = (from: number, by: string): string => LONG.toSpliced(from, 4, by).join(" ");

describe("keepers", () => {
  test("of a chain a ~ b ~ c whose ends are not alike both ends stay", async () => {
    const words = LONG.slice(0, 104);
    const [a, b, c] = [
      words,
      words.toSpliced(10, 5, "p q r s t"),
      words.toSpliced(10, 5, "p q r s t").toSpliced(60, 9, "x"),
    ];
    const texts = [a, b, c].map((list) => list.join(" "));
    const similar = (one: number, other: number): number => naiveJaccard(texts[one]!, texts[other]!);
    const threshold = Math.min(similar(0, 1), similar(1, 2));
    expect(similar(0, 2)).toBeLessThan(threshold);
    const { drops } = await found(texts, { threshold });
    expect([...drops.keeper]).toEqual([0, 0, 2]);
  });

  test("the policy says which row stays: first, longest, best, oldest", async () => {
    const texts = [variant(10, "short"), variant(100, "much longer here now then"), variant(200, "a b")];
    const others = [
      { score: 1, at: "2024-05-01" },
      { score: "2.5", at: "2024-05-02T10:00:00" },
      { score: 2, at: "2023-12-31T23:59:59Z" },
    ];
    const kept = async (options: Partial<DedupOptions>): Promise<number[]> => {
      const { drops } = await found(texts, { threshold: 0.7, ...options }, others);
      return [...new Set(drops.keeper)];
    };
    expect(await kept({})).toEqual([0]);
    expect(await kept({ keep: "longest" })).toEqual([1]);
    expect(await kept({ keep: "best", by: "score" })).toEqual([1]);
    expect(await kept({ keep: "oldest", by: "at" })).toEqual([2]);
  });

  test("a source that is named first keeps its rows, whatever the order of the files", async () => {
    const names = ["crawl.jsonl", "curated.jsonl"];
    for (const name of names) await writeFile(join(folder, name), jsonl([{ text: LONG.join(" ") }, { text: name }]));
    const options = DedupOptions.parse({
      textField: "text",
      keep: "source",
      sources: ["curated.jsonl", "crawl.jsonl"],
    });
    const result = await findDuplicates(
      names.map((name) => ({ path: join(folder, name), name })),
      options,
    );
    expect(duplicateClusters(result, { method: "near" })).toEqual([
      { keep: 0, file: "curated.jsonl", drop: [{ row: 0, file: "crawl.jsonl", jaccard: 1 }] },
    ]);
  });

  test("a policy without what it goes by is refused, with what to add", async () => {
    await expect(found(["a"], { keep: "best" })).rejects.toThrow(Failure);
    await expect(found(["a"], { keep: "source" })).rejects.toThrow("needs the list of sources");
    await expect(found(["a"], { keep: "source", sources: ["no.jsonl"] })).rejects.toThrow(
      "no input file is named no.jsonl",
    );
  });
});

describe("texts that other tools stumble over", () => {
  test("short texts are alike only where they are, and never because they have no shingle", async () => {
    const { drops } = await found([
      "yes",
      "no",
      "Yes!",
      "thank you",
      "thank you very much",
      "Thank you.",
      "",
      "!!!",
      "…",
    ]);
    expect([...drops.keeper]).toEqual([0, 1, 0, 3, 4, 3, 6, 7, 8]);
  });

  test("a text whose accents are taken apart is that with the accents composed", async () => {
    const french = "Où est passée la forêt que l'été dernier nous avons traversée à pied ?";
    const { drops, sketches } = await found([french.normalize("NFC"), french.normalize("NFD")]);
    expect([...drops.keeper]).toEqual([0, 0]);
    expect(sketches.whole.slice(0, 2)).toEqual(sketches.whole.slice(2, 4));
  });

  test("rows that differ in an operator, a minus, a currency or an emoji stay, by any method that tells them by words", async () => {
    const pairs = [
      ["Is 7 > 5?\nYes", "Is 7 < 5?\nYes"],
      ["A book on C++ for a beginner", "A book on C# for a beginner"],
      ["Evaluate x - 3 at x = 5", "Evaluate x + 3 at x = 5"],
      ["return a * b", "return a / b"],
      ["if (a != b) stop", "if (a == b) stop"],
      ["while (!ready) wait", "while (ready) wait"],
      ["It is -5 degrees", "It is 5 degrees"],
      ["from -1 to 1", "from 1 to -1"],
      ["It costs $40", "It costs €40"],
      ["Rate 😀", "Rate 😡"],
      ["It is 1,5 m", "It is 1.5 m"],
      ["pages 1-5", "pages 1 5"],
      ["at 1:5 odds", "at 1 5 odds"],
      ["x = [1,2,3]", "x = (1,2,3)"],
      ["(2 + 3) * 4", "2 + (3 * 4)"],
      ["print f(x)", "print f x"],
      ["rm -rf ./build", "rm -rf / build"],
      ["rm -rf /tmp", "rm -rf / tmp"],
      ["cat .env", "cat env"],
      ["for x in y:\n    a(x)\n    b(x)", "for x in y:\n    a(x)\nb(x)"],
      ["if a:\n\tif b:\n\t\tc()\n\telse:\n\t\td()", "if a:\n\tif b:\n\t\tc()\nelse:\n\td()"],
    ];
    const texts = pairs.flat();
    for (const options of [{}, { method: "exact" }, { method: "simhash" }, { verify: false }] as const) {
      const { drops } = await found(texts, options);
      expect([...drops.keeper], JSON.stringify(options)).toEqual([...texts.keys()]);
    }
  });

  test("rows without a letter go where another is the same, by any method that tells rows by words", async () => {
    const texts = ["👍", "???", "👍 ", "👎", "???", "???!", "", " ", "..."];
    for (const options of [{}, { method: "exact" }, { method: "simhash" }, { method: "paragraphs" }] as const) {
      const { drops } = await found(texts, options);
      expect([...drops.keeper], JSON.stringify(options)).toEqual([0, 1, 0, 3, 1, 5, 6, 7, 8]);
    }
  });

  test("bullets, headings, emphasis, quotes, hyphens and ends of sentences tell no rows apart", async () => {
    const { drops } = await found([
      "**Note:** an up-to-date _list_\n* one\n* two",
      "# Note: an up to date _list_!\n- one\n- two",
      "> Note: “an up–to–date” _list_…\n+ *one*\n+ two™",
      "x − 3 is −3",
      "x - 3 is -3",
      "def f(x):\n    return x\n\n  See 1–5, (perhaps) more ...",
      "  def f(x):\n  \treturn x\r\n\r\nSee 1-5 perhaps more",
    ]);
    expect([...drops.keeper]).toEqual([0, 0, 0, 3, 3, 5, 5]);
  });

  test("a sign counts as a word does: it tells texts apart in which another word would, and no longer ones", async () => {
    const texts = (words: number): string[] =>
      ["+", "="].map((sign) => LONG.slice(0, words).join(" ").replace("w20", `w20 ${sign}`));
    expect([...(await found(texts(48))).drops.keeper]).toEqual([0, 1]);
    const { drops, sketches } = await found(texts(49));
    expect([...drops.keeper]).toEqual([0, 0]);
    expect(sketches.whole.slice(0, 2)).not.toEqual(sketches.whole.slice(2, 4)); // near, not exact
    for (const options of [{ threshold: 0.9 }, { threshold: 1 }, { method: "exact" }] as const) {
      expect([...(await found(texts(49), options)).drops.keeper]).toEqual([0, 1]);
    }
  });

  test("texts in scripts without spaces are compared letter by letter", async () => {
    const chinese = "机器学习是人工智能的一个分支它使计算机能够从数据中学习而无需明确编程";
    const { drops } = await found([
      chinese,
      `${chinese}吧`,
      "今天天气很好我们去公园散步然后回家吃饭看电视睡觉",
      "ภาษาไทยไม่มีช่องว่าง",
      "ภาษาไทยไม่มีช่องว่าง!",
    ]);
    expect([...drops.keeper]).toEqual([0, 0, 2, 3, 3]);
    expect(drops.jaccard[1]).toBe(naiveJaccard(chinese, `${chinese}吧`));
  });

  longTest("twenty thousand copies of one text leave one row, and the loss is an alarm", async () => {
    const result = await found(Array.from({ length: 20_000 }, () => "the same sentence again and again"));
    const { files: counts, findings } = dedupResult(result, DedupOptions.parse({}));
    expect(counts[0]).toMatchObject({ rowsIn: 20_000, rowsKept: 1, exact: 19_999, near: 0 });
    expect(findings.map(({ finding }) => finding)).toEqual(["source-removal"]);
  });

  longTest(
    "rows that share a template of 60 words and differ in what they ask stay, in time that does not explode",
    async () => {
      const template = LONG.slice(0, 60).join(" ");
      const texts = Array.from(
        { length: 3000 },
        (_, row) => `${template} ${Array.from({ length: 40 }, (_word, at) => `q${row}x${at}`).join(" ")}`,
      );
      const { drops } = await found(texts);
      expect(drops.keeper.every((keeper, row) => keeper === row)).toBe(true);
    },
  );
});

test("the kept rows are written as they were read; invalid lines, blank lines and rows without words are counted separately", async () => {
  const lines = [
    '{"text": "A b c."}',
    "",
    "{broken",
    '{"text":"a  B, c","n":12345678901234567890}',
    '{"n":1}',
    '{"text":"other"}',
  ];
  const path = join(folder, "mixed.jsonl");
  const out = join(folder, "kept.jsonl");
  await writeFile(path, lines.join("\n"));
  const options = DedupOptions.parse({ textField: "text" });
  const result = await findDuplicates([{ path, name: "mixed.jsonl" }], options);
  await writeKept(result, out);
  expect((await readAll(out, { source: "kept" })).rows.map(({ fields }) => fields)).toEqual([
    { text: "A b c." },
    { n: 1 },
    { text: "other" },
  ]);
  const { files: counts, findings } = dedupResult(result, options, { out });
  expect(counts).toEqual([
    { file: "mixed.jsonl", rowsIn: 5, rowsKept: 3, wordsIn: 7, wordsKept: 4, exact: 1, near: 0, unreadable: 1 },
  ]);
  expect(findings).toMatchObject([
    { finding: "written-differently", rows: 1 },
    { finding: "no-words", rows: 1 },
  ]);
  expect(duplicateClusters(result, { method: "near" })).toEqual([{ keep: 0, drop: [{ row: 3, jaccard: 1 }] }]);
});
