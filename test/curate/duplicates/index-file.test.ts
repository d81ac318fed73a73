import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { Failure } from "../../../src/base/failure.ts";
import { findDuplicates, type FoundDuplicates } from "../../../src/curate/duplicates/dedup-files.ts";
import { duplicateClusters, isKept } from "../../../src/curate/duplicates/dedup-result.ts";
import { openIndex } from "../../../src/curate/duplicates/index-file.ts";
import { updateIndex } from "../../../src/curate/duplicates/update-index.ts";
import { DedupOptions } from "../../../src/domain/dedup.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";
import { alikeTexts } from "./alike-texts.ts";
import { lawRuns } from "../../law-runs.ts";

const folder = await folderOf({});
let files = 0;

/** Imports texts as a file of this name, compared with an index, which is extended by the kept rows. */
async function imported(name: string, texts: readonly string[], index: string): Promise<FoundDuplicates> {
  const path = join(folder, name);
  await writeFile(path, jsonl(texts.map((text) => ({ text }))));
  const options = DedupOptions.parse({ textField: "text" });
  const found = await findDuplicates([{ path, name }], options, { index: await openIndex(index) });
  await updateIndex(index, found, { threshold: options.threshold, textField: options.textField });
  return found;
}

const keptOf = (found: FoundDuplicates, texts: readonly string[]): string[] =>
  texts.filter((_text, row) => isKept(found, found.files[0]!.firstRow + row));

test("imports one after the other keep the rows that one import of all keeps", async () => {
  await fc.assert(
    fc.asyncProperty(alikeTexts, fc.nat(16), fc.nat(16), async (texts, first, second) => {
      const cuts = [0, first, second, texts.length].map((cut) => Math.min(cut, texts.length)).toSorted((a, b) => a - b);
      const index = join(folder, `${(files += 1)}.index`);
      const kept: string[] = [];
      for (const [at, cut] of cuts.slice(0, -1).entries()) {
        const part = texts.slice(cut, cuts[at + 1]);
        if (part.length > 0) kept.push(...keptOf(await imported(`part-${at}.jsonl`, part, index), part));
      }
      if (texts.length === 0) return;
      expect(kept).toEqual(keptOf(await imported("all.jsonl", texts, `${index}.all`), texts));
    }),
    { numRuns: lawRuns(24) },
  );
});

test("a cluster names the file and line of the row that stays in an earlier import", async () => {
  const index = join(folder, "named.index");
  const text = Array.from({ length: 90 }, (_, at) => `word${at}`).join(" ");
  await imported("october.jsonl", ["something else", text], index);
  const found = await imported("november.jsonl", ["new", text.toUpperCase()], index);
  expect(duplicateClusters(found, { method: "near" })).toEqual([
    { keep: 1, file: "october.jsonl", indexed: true, drop: [{ row: 1, jaccard: 1 }] },
  ]);
  const december = await imported("december.jsonl", ["new!", `${text} and more`], index);
  expect(duplicateClusters(december, { method: "near" })).toMatchObject([
    { keep: 1, file: "october.jsonl", drop: [{ row: 1 }] },
    { keep: 0, file: "november.jsonl", drop: [{ row: 0 }] },
  ]);
});

test("an index with one byte changed, cut short, or of another kind is refused, and no index is an empty one", async () => {
  const index = join(folder, "checked.index");
  await imported("checked.jsonl", ["one two three four five six", "seven"], index);
  const bytes = await readFile(index);
  const broken = join(folder, "broken.index");
  for (let at = 8; at < bytes.length; at += 7) {
    await writeFile(broken, bytes.with(at, bytes[at]! ^ 4));
    await expect(openIndex(broken)).rejects.toThrow("is corrupt: checksum mismatch");
  }
  for (const length of [8, 9, 40, bytes.length - 1]) {
    await writeFile(broken, bytes.subarray(0, length));
    await expect(openIndex(broken)).rejects.toThrow(Failure);
  }
  await writeFile(broken, '{"text":"rows"}\n');
  await expect(openIndex(broken)).rejects.toThrow("is not an index of duplicates");
  expect(await openIndex(join(folder, "none.index"))).toBeUndefined();
});

test("an index of another threshold, or rows that are not compared, are refused with what to do", async () => {
  const index = join(folder, "strict.index");
  await imported("strict.jsonl", ["one two three"], index);
  const opened = await openIndex(index);
  const file = { path: join(folder, "strict.jsonl"), name: "strict" };
  const run = (options: object): Promise<unknown> =>
    findDuplicates([file], DedupOptions.parse({ textField: "text", ...options }), { index: opened });
  await expect(run({ threshold: 0.7 })).rejects.toThrow("threshold of 0.8, not 0.7");
  await expect(run({ verify: false })).rejects.toThrow("stores all shingles");
});
