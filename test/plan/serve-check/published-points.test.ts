import { existsSync, readFileSync } from "node:fs";

import { beforeAll, describe, expect, test } from "vitest";

import { parseRaggedCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { servingMeasurements } from "../../../src/plan/serve-check/serving-measurements.ts";

const PATH = "../shared/data/serving/measurements.csv";

describe.skipIf(!existsSync(PATH))("published measurements (skipped where ../shared is not there)", () => {
  // A skipped suite is collected too, so the file is read by its tests alone.
  let read: ReturnType<typeof servingMeasurements>;
  beforeAll(() => {
    read = servingMeasurements(parseRaggedCsv(readFileSync(PATH, "utf8"), PATH), { findModel, findGpu });
  });

  test("every row is read, but for what is not to be scored, ran on kernels that nobody timed, is no TPOT or names a data set for its lengths", () => {
    const { measurements, unmeasured } = read;
    const refused = measurements.flatMap((each) => ("row" in each && "refused" in each.row ? [each.row.refused] : []));
    expect(unmeasured).toBe(0);
    // A log of MLPerf names its data set; its prompts have no length there.
    const lengthless = refused.filter((reason) => reason.startsWith('input_len "MLPerf dataset" is not a length'));
    expect(lengthless.length).toBeLessThan(0.13 * measurements.length);
    expect(refused.length - lengthless.length).toBeLessThan(0.015 * measurements.length);
    for (const reason of refused)
      expect(reason).toMatch(/must not be scored|not timed|is distorted|gap between chunks|MLPerf dataset/);
  });

  test("one row is rejected: a single sequence with more tokens than passes over its weights can give", () => {
    // 72 billion parameters in bf16 on four H100: 1,069 tokens a second, where a pass takes 11 ms.
    const rejected = read.measurements.flatMap((each) => ("rejected" in each ? [each.id] : []));
    expect(rejected).toEqual(["argonne-0315"]);
  });

  test("Little's law holds for most closed loops, and breaks where one answer stood for many", () => {
    const residuals = read.measurements.flatMap(({ id, quantity, littleResidual }) =>
      quantity === "tpotMs" && littleResidual !== null ? [{ id, littleResidual }] : [],
    );
    expect(residuals).toHaveLength(62);
    expect(residuals.filter(({ littleResidual }) => littleResidual > 10).map(({ id }) => id)).toEqual([
      "dstack-pd-0004",
    ]);
  });
});
