import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { findDuplicates } from "../../../src/curate/duplicates/dedup-files.ts";
import { readDropReason } from "../../../src/curate/duplicates/drop-reason.ts";
import { duplicatesStage } from "../../../src/curate/duplicates/duplicates-stage.ts";
import { type CuratedRow, heldSummaries, type StageResult, type Summary } from "../../../src/curate/stage.ts";
import { DedupOptions, DuplicatesOptions } from "../../../src/domain/dedup.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";
import { alikeTexts } from "./alike-texts.ts";
import { lawRuns } from "../../law-runs.ts";

const rowsOf = (texts: readonly string[]): CuratedRow[] =>
  texts.map((text, index) => ({
    id: `row-${index}`,
    source: index % 3 === 0 ? "b" : "a",
    line: index + 1,
    fields: { text, score: index % 4 },
  }));

/** The stage over shards that end at these places. */
async function staged(rows: readonly CuratedRow[], cuts: readonly number[], options: object): Promise<StageResult> {
  const parsed = DuplicatesOptions.parse({ textField: "text", ...options });
  const ends = [...new Set([...cuts.map((cut) => cut % (rows.length + 1)), rows.length])].toSorted((a, b) => a - b);
  const shards = ends.map((end, index) => ({ firstRow: ends[index - 1] ?? 0, end }));
  const part = ({ firstRow, end }: { firstRow: number; end: number }): CuratedRow[] => rows.slice(firstRow, end);
  const summaries: Summary[] = [];
  for (const shard of shards) summaries.push(await duplicatesStage.summarise(part(shard), parsed));
  const decision = await duplicatesStage.decide(heldSummaries(summaries), parsed);
  const all: StageResult = { kept: [], dropped: [], notes: [] };
  for (const shard of shards) {
    const result = await duplicatesStage.run(part(shard), parsed, { decision, firstRow: shard.firstRow });
    all.kept.push(...result.kept);
    all.dropped.push(...result.dropped);
    all.notes.push(...result.notes);
  }
  return all;
}

const policies = fc.constantFrom<object>(
  {},
  { verify: false },
  { threshold: 1 },
  { threshold: 0.5, keep: "longest" },
  { keep: "best", by: "score" },
  { keep: "source", sources: ["b", "a"] },
);

test("the rows that stay, the reasons and the notes are the same for any shards, and kept and dropped are all rows", async () => {
  await fc.assert(
    fc.asyncProperty(alikeTexts, fc.array(fc.nat(20), { maxLength: 5 }), policies, async (texts, cuts, options) => {
      const rows = rowsOf(texts);
      const one = await staged(rows, [], options);
      expect(await staged(rows, cuts, options)).toEqual(one);
      expect(one.kept.length + one.dropped.length).toBe(rows.length);
    }),
    { numRuns: lawRuns(60), seed: 20_261_125 },
  );
});

test("the stage drops the rows that are found in a file", async () => {
  const folder = await folderOf({});
  await fc.assert(
    fc.asyncProperty(alikeTexts, fc.array(fc.nat(20), { maxLength: 3 }), async (texts, cuts) => {
      if (texts.length === 0) return;
      const path = join(folder, "rows.jsonl");
      await writeFile(path, jsonl(texts.map((text) => ({ text }))));
      const { drops } = await findDuplicates([{ path, name: "rows" }], DedupOptions.parse({ textField: "text" }));
      const { dropped } = await staged(rowsOf(texts), cuts, {});
      const found = [...drops.keeper].flatMap((keeper, row) => (keeper === row ? [] : [[row, keeper]]));
      expect(dropped.map(({ row, detail }) => [row.line - 1, Number(/line (\d+)/.exec(detail!)![1]) - 1])).toEqual(
        found,
      );
    }),
    { numRuns: lawRuns(60), seed: 20_261_125 },
  );
});

test("any method drops the rows in the stage that it drops in a file, however they are sharded", async () => {
  const path = join(await folderOf({}), "rows.jsonl");
  const methods = fc.constantFrom<object>(
    { method: "exact" },
    { method: "simhash", distance: 5 },
    { method: "paragraphs", threshold: 0.5 },
    { method: "vectors", vectorField: "vector", threshold: 0.9 },
    { method: "vectors", vectorField: "vector", threshold: 0.9, keep: "best", by: "score" },
  );
  const lines = fc.array(
    fc.constantFrom(
      "one two three four five six seven eight",
      "ONE two three four five six seven nine",
      "hello",
      "a b c d e f g h i j",
    ),
    { maxLength: 4 },
  );
  const texts = fc.oneof(
    alikeTexts,
    fc.array(
      lines.map((all) => all.join("\n")),
      { maxLength: 12 },
    ),
  );
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.nat(20), { maxLength: 4 }), methods, async (all, cuts, options) => {
      if (all.length === 0) return;
      const rows = rowsOf(all).map((row, at) => ({
        ...row,
        fields: { ...row.fields, vector: [1, (at * 7) % 5, (at * 3) % 4] },
      }));
      await writeFile(path, jsonl(rows.map(({ fields }) => fields)));
      const files = [{ path, name: "rows" }];
      const { drops } = await findDuplicates(files, DedupOptions.parse({ textField: "text", ...options }));
      const { dropped } = await staged(rows, cuts, options);
      const found = [...drops.keeper].flatMap((keeper, row) => (keeper === row ? [] : [[row, keeper]]));
      expect(dropped.map(({ row, detail }) => [row.line - 1, Number(/line (\d+)/.exec(detail!)![1]) - 1])).toEqual(
        found,
      );
    }),
    { numRuns: lawRuns(100), seed: 20_261_125 },
  );
});

test("a method that does not fit is refused with what to add, or what there is", async () => {
  const rows = rowsOf(["a"]);
  await expect(staged(rows, [], { method: "vectors" })).rejects.toThrow("no field with the vectors");
  await expect(staged(rows, [], { method: "paragraphs", keep: "longest" })).rejects.toThrow(
    "always keeps the first occurrence",
  );
  await expect(staged(rows, [], { by: "score" })).rejects.toMatchObject({
    message: "by has no effect in the stage dedup with keep: first",
    hint: "omit it, or write keep: best",
  });
  await expect(staged(rows, [], { vectorField: "v" })).rejects.toThrow("with method: near");
  await expect(staged(rows, [], { keep: "best" })).rejects.toThrow("no field for keep: best");
  await expect(staged(rows, [], { keep: "source" })).rejects.toThrow("no sources for keep: source");
  const { error } = DuplicatesOptions.safeParse({ method: "passages" });
  expect(error!.message).toContain("paragraphs");
  const ragged = [{ v: [1, 2] }, { v: [1, 2, 3] }].map((fields, at) => ({ ...rows[0]!, id: `r${at}`, fields }));
  const vectors = { method: "vectors", vectorField: "v" };
  await expect(staged(ragged, [], vectors)).rejects.toThrow("b, line 1: its vector has 3 numbers, the first one 2");
  await expect(staged(ragged, [1], vectors)).rejects.toThrow("v has vectors of 2 and of 3 numbers");
});

test("a dropped row names the row that stays and how alike they are, and that row has a note", async () => {
  const long = Array.from({ length: 100 }, (_, index) => `w${index}`);
  const texts = [long.join(" "), long.join(", ").toUpperCase(), long.with(50, "other").join(" "), "something else"];
  const { dropped, notes } = await staged(rowsOf(texts), [2], {});
  expect(dropped.map(({ row, reason, detail }) => [row.id, reason, detail])).toEqual([
    ["row-1", "exact-duplicate", "the same words as line 1 of b, but written differently"],
    ["row-2", "near-duplicate", "similar to line 1 of b, Jaccard similarity 0.901"], // 91 of 96 shingles in both, 101 in all
  ]);
  expect(notes).toEqual([{ id: "row-0", note: { duplicates: 2 } }]);
  expect(dropped.map(({ reason, detail }) => readDropReason(reason, detail!))).toEqual([
    { keeper: "line 1 of b", similarity: 1 },
    { keeper: "line 1 of b", similarity: 0.901 },
  ]);
});

test("no rows, and rows without a text, are no trouble", async () => {
  expect(await staged([], [], {})).toEqual({ kept: [], dropped: [], notes: [] });
  const rows = [{ id: "a", source: "s", line: 1, fields: { n: 1 } }];
  expect((await staged(rows, [], {})).kept).toEqual(rows);
});
