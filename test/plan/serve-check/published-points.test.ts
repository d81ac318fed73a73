import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { parseRaggedCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { servingMeasurements } from "../../../src/plan/serve-check/serving-measurements.ts";

const PATH = "../shared/data/serving/measurements.csv";

describe.skipIf(!existsSync(PATH))("published measurements (skipped where ../shared is not there)", () => {
  const file = parseRaggedCsv(readFileSync(PATH, "utf8"), PATH);
  const { measurements, unmeasured } = servingMeasurements(file, { findModel, findGpu });

  test("every row is read but those that say of themselves that they are not to be scored, and one that no machine can have", () => {
    const idsOf = (which: typeof measurements): string[] => [...new Set(which.map(({ id }) => id))];
    const refused = measurements.filter((each) => "row" in each && "refused" in each.row);
    expect(unmeasured).toBe(0);
    expect(idsOf(refused)).toEqual(["trtllm-v061-0012", "trtllm-v061-0013", "trtllm-v061-0014"]);
    // One sequence of 72 billion parameters in bf16 on four H100: 1,069 tokens a second, where a pass takes 11 ms.
    expect(idsOf(measurements.filter((each) => "rejected" in each))).toEqual(["argonne-0315"]);
  });

  test("Little's law holds for most closed loops, and breaks where one answer stood for many", () => {
    const residuals = measurements.flatMap(({ id, quantity, littleResidual }) =>
      quantity === "tpotMs" && littleResidual !== null ? [{ id, littleResidual }] : [],
    );
    expect(residuals).toHaveLength(62);
    expect(residuals.filter(({ littleResidual }) => littleResidual > 10).map(({ id }) => id)).toEqual([
      "dstack-pd-0004",
    ]);
  });
});
