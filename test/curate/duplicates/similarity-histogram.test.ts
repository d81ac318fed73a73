import { join } from "node:path";

import { expect, test } from "vitest";

import {
  similarityHistogram,
  suggestedThreshold,
} from "../../../src/curate/duplicates/findings/similarity-histogram.ts";
import { DedupOptions } from "../../../src/domain/dedup.ts";
import { naiveJaccard } from "../kernels/naive-shingles.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";

test("each row is counted by its similarity with the row before it that is most like it, and the gap is suggested", async () => {
  const base = Array.from({ length: 100 }, (_, at) => `w${at}`);
  const changed = (words: number, mark: string): string =>
    base.map((word, at) => (at % 10 === 0 && at / 10 < words ? `${mark}${word}` : word)).join(" ");
  const texts = [
    base.join(" "),
    base.join(" ").toUpperCase(),
    ...["a", "b", "c"].map((mark) => changed(1, mark)),
    ...["d", "e"].map((mark) => changed(6, mark)),
    "nothing like it",
  ];
  const expected = Array.from({ length: 10 }, () => 0);
  for (const [row, text] of texts.entries()) {
    if (row < 2) continue;
    const most = Math.max(...texts.slice(0, row).map((other) => naiveJaccard(text, other)));
    if (most >= 0.5) expected[Math.min(9, Math.floor((most - 0.5) / 0.05))]! += 1;
  }
  const folder = await folderOf({ "rows.jsonl": jsonl(texts.map((text) => ({ text }))) });
  const files = [{ path: join(folder, "rows.jsonl"), name: "rows.jsonl" }];
  const found = await similarityHistogram(files, DedupOptions.parse({ textField: "text" }), {});
  expect(found.bins.map(({ rows }) => rows)).toEqual(expected);
  expect(found.exact).toBe(1);
  expect(found.suggested).toBeGreaterThan(0.55);
  expect(found.suggested).toBeLessThan(0.95);
});

test("a threshold is suggested only where the counts have a gap", () => {
  expect(suggestedThreshold([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).suggested).toBeNull();
  expect(suggestedThreshold([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]).suggested).toBeNull();
  expect(suggestedThreshold([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).suggested).toBeNull();
  expect(suggestedThreshold([40, 30, 8, 2, 0, 0, 0, 5, 30, 60]).suggested).toBe(0.8);
  expect(suggestedThreshold([40, 30, 20, 10, 5, 1, 5, 10, 20, 40]).suggested).toBe(0.8);
});
