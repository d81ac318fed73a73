import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { sharedBuckets } from "../../../src/curate/duplicates/buckets.ts";
import { decideDrops } from "../../../src/curate/duplicates/decide-drops.ts";
import { findDuplicates } from "../../../src/curate/duplicates/dedup-files.ts";
import { summariseShard } from "../../../src/curate/duplicates/shard-summary.ts";
import { keyList } from "../../../src/curate/kernels/key-list.ts";
import { heldSummaries, type Summary } from "../../../src/curate/stage.ts";
import { DedupOptions, DuplicatesOptions } from "../../../src/domain/dedup.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";
import { alikeTexts } from "./alike-texts.ts";
import { lawRuns } from "../../law-runs.ts";

const limits = fc.record({
  budgetBytes: fc.integer({ min: 0, max: 2000 }),
  keysAtOnce: fc.integer({ min: 1, max: 60 }),
  size: fc.integer({ min: 1, max: 5 }),
});
const policies = fc.constantFrom<object>(
  {},
  { threshold: 0.3 },
  { threshold: 0.5, keep: "longest" },
  { keep: "best", by: "score" },
);

describe("what is decided is the same, byte for byte, however little is held at once", () => {
  test("of the summaries of shards", async () => {
    await fc.assert(
      fc.asyncProperty(alikeTexts, policies, limits, async (texts, given, { size, ...few }) => {
        const options = DuplicatesOptions.parse({ textField: "text", ...given });
        const rows = texts.map((text, row) => ({
          id: `r${row}`,
          source: "s",
          line: row + 1,
          fields: { text, score: row % 4 },
        }));
        const summaries: Summary[] = [];
        for (let at = 0; at < rows.length; at += size) {
          summaries.push(await summariseShard(rows.slice(at, at + size), options));
        }
        const held = heldSummaries(summaries);
        expect(await decideDrops(held, options, few)).toEqual(await decideDrops(held, options));
      }),
      { numRuns: lawRuns(150), seed: 20_261_125 },
    );
  });

  test("of files", async () => {
    const path = join(await folderOf({}), "rows.jsonl");
    const files = [{ path, name: "rows" }];
    await fc.assert(
      fc.asyncProperty(alikeTexts, policies, limits, async (texts, given, { budgetBytes }) => {
        if (texts.length === 0) return;
        await writeFile(path, jsonl(texts.map((text, row) => ({ text, score: row % 4 }))));
        const options = DedupOptions.parse({ textField: "text", ...given });
        const whole = await findDuplicates(files, options);
        expect((await findDuplicates(files, options, { budgetBytes })).drops).toEqual(whole.drops);
      }),
      { numRuns: lawRuns(60), seed: 20_261_125 },
    );
  });
});

test("rows are grouped by the keys that at least two of those wanted share, in any number of ranges", async () => {
  const key = fc.oneof(
    fc.nat(20),
    fc.integer({ min: 0, max: 20 }).map((each) => 2 ** 32 - 1 - each),
    fc.nat(2 ** 31),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(key, { maxLength: 6 }), { maxLength: 30 }),
      fc.nat(100),
      async (rowKeys, most) => {
        const list = keyList();
        for (const [row, keys] of rowKeys.entries()) for (const each of keys) list.add(each, row);
        const isWanted = (row: number): boolean => row % 5 !== 3;
        const { firsts, members, starts, ofRow } = await sharedBuckets(list, {
          rows: rowKeys.length,
          isWanted,
          keysAtOnce: most + 1,
        });
        const expected = [...new Set(rowKeys.flat())]
          .toSorted((a, b) => a - b)
          .map((each) => rowKeys.flatMap((keys, row) => (isWanted(row) && keys.includes(each) ? [row] : [])))
          .filter((rows) => rows.length > 1);
        const found = Array.from(firsts.subarray(1), (end, bucket) => [...members.subarray(firsts[bucket], end)]);
        expect(found).toEqual(expected);
        for (const row of rowKeys.keys()) {
          const own = expected.flatMap((rows, bucket) => (rows.includes(row) ? [bucket] : []));
          expect([...ofRow.subarray(starts[row], starts[row + 1])]).toEqual(own);
        }
      },
    ),
  );
});
