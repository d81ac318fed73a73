import { expect, test } from "vitest";

import { compatClusters } from "../../../../src/curate/duplicates/compat/compat-clusters.ts";
import { readTsv } from "../../../catalog/read-tsv.ts";

test.each([0.8, 0.5])(
  "text-dedup at %d: rows are in one cluster exactly where the tool put them in one",
  async (threshold) => {
    const rows = readTsv("text-dedup-clusters.tsv");
    const clusters = await compatClusters("text-dedup", { threshold });
    for (const [row, { text }] of rows.entries()) clusters.add(row, text!);
    const { keeper, jaccard } = clusters.drops(rows.length, undefined);
    expect([...keeper]).toEqual(rows.map((row) => Number(row[`cluster at ${threshold}`])));
    expect(jaccard.some(Number.isNaN)).toBe(true); // nothing was compared
  },
);
