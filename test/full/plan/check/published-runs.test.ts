import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { type CsvRows, parseRaggedCsv } from "../../../../src/base/csv.ts";
import { findGpu } from "../../../../src/catalog/gpus.ts";
import { findModel } from "../../../../src/catalog/models.ts";
import type { CheckSummary } from "../../../../src/domain/estimate-check.ts";
import { calibrateTraining } from "../../../../src/plan/check/calibrate-training.ts";
import { checkTraining } from "../../../../src/plan/check/check-training.ts";

const catalogue = { findModel, findGpu };
const PATH = "../shared/data/training/measurements.csv";

describe.skipIf(!existsSync(PATH))("published measurements (skipped where ../shared is not there)", () => {
  const file = (): CsvRows => parseRaggedCsv(readFileSync(PATH, "utf8"), PATH);

  test("every measured value is answered, refused or rejected, and eight in ten are answered", () => {
    const { rows, summary } = checkTraining(file(), catalogue);
    for (const { quantity, rows: count, answered, refused, rejected } of summary) {
      expect(answered + refused + rejected).toBe(count);
      expect(rows.filter((row) => row.quantity === quantity).length).toBe(count);
      expect(answered / count).toBeGreaterThan(0.8);
      expect(rejected / count).toBeLessThan(0.005);
    }
  });

  test.each([
    ["the committed residuals", () => checkTraining(file(), catalogue)],
    ["residuals of the physics as it stands", () => calibrateTraining(file(), catalogue).check],
  ])("on sources that are left out, %s keep the bars of error and of the range", (_name, judge) => {
    const { summary } = judge();
    const of = (quantity: string): CheckSummary => summary.find((each) => each.quantity === quantity)!;
    const [memory, speed] = [of("peakMemoryGib"), of("tokensPerSecPerGpu")];
    expect(memory.medianAbsErrorPct).toBeLessThan(8);
    expect(memory.p90AbsErrorPct).toBeLessThan(20);
    expect(speed.medianAbsErrorPct).toBeLessThan(15);
    expect(speed.p90AbsErrorPct).toBeLessThan(40);
    for (const { coverageP10P90Pct } of summary) {
      expect(coverageP10P90Pct).toBeGreaterThan(75);
      expect(coverageP10P90Pct).toBeLessThan(90);
    }
  });
});
