import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { parseCsv, parseRaggedCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { checkTraining } from "../../../src/plan/check/check-training.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../../bench/training-blind/${name}`, import.meta.url), "utf8");
const check = checkTraining(parseRaggedCsv(read("measurements.csv"), "measurements.csv"), { findModel, findGpu });

test("no source of the blind measurements is in the calibration", () => {
  expect(check.leftOut).toEqual([]);
});

test("every blind measurement is read and answered", () => {
  expect(check.rows.filter((row) => !("p50" in row))).toEqual([]);
  expect(check.rows.length).toBeGreaterThan(200);
});

test("every blind measurement has an address, a date and the figure as it was printed", () => {
  const sources = new Map(
    parseCsv(read("sources.csv"), "sources.csv").rows.map(({ fields }) => [fields["id"], fields]),
  );
  for (const { id } of check.rows) {
    expect(sources.get(id)?.["address"], id).toMatch(/^https:\/\//);
    expect(sources.get(id)?.["as_of"], id).toMatch(/^20\d\d-\d\d/);
    expect(sources.get(id)?.["figure_as_printed"], id).toMatch(/\d/);
  }
});
