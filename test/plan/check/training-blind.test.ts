import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { parseCsv, parseRaggedCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { checkTraining } from "../../../src/plan/check/check-training.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../../bench/training-blind/${name}`, import.meta.url), "utf8");
const check = checkTraining(parseRaggedCsv(read("measurements.csv"), "measurements.csv"), { findModel, findGpu });

const second = checkTraining(parseRaggedCsv(read("second-measurements.csv"), "second-measurements.csv"), {
  findModel,
  findGpu,
});

test("no source of the blind measurements is in the calibration", () => {
  expect(check.leftOut).toEqual([]);
  expect(second.leftOut).toEqual([]);
});

test("of the second set only models that the catalogue does not have and pairs whose lengths nobody states are refused", () => {
  for (const row of second.rows)
    if ("refused" in row) expect(row.refused, row.id).toMatch(/^(the catalogue has no model|padding-free batches)/);
});

test("every blind measurement is read and answered, except one whose row states no sequence length", () => {
  const others = check.rows.filter((row) => !("p50" in row));
  expect(others).toMatchObject([{ id: "dsblog-001", refused: "sequence length not stated" }]);
  expect(check.rows.length).toBeGreaterThan(200);
});

test.each([
  ["sources.csv", check],
  ["second-sources.csv", second],
] as const)("every blind measurement of %s has an address, a date and the figure as it was printed", (name, set) => {
  const sources = new Map(parseCsv(read(name), name).rows.map(({ fields }) => [fields["id"], fields]));
  for (const { id } of set.rows) {
    expect(sources.get(id)?.["address"], id).toMatch(/^https:\/\//);
    expect(sources.get(id)?.["as_of"], id).toMatch(/^20\d\d-\d\d/);
    expect(sources.get(id)?.["figure_as_printed"], id).toMatch(/\d/);
  }
});
