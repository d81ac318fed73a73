import type { CsvRows } from "../../base/csv.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { CheckedRow, EstimateCheck } from "../../domain/estimate-check.ts";
import { type Calibration, withoutSource } from "../calibration/calibration.ts";
import { PUBLISHED } from "../calibration/published.ts";
import { trainMemory } from "../memory/memory.ts";
import { type SpeedRun, trainThroughput } from "../speed/throughput.ts";
import { summariseChecks } from "./check-estimates.ts";
import { measuredCell } from "./measured-runs.ts";
import { type Measurement, trainingMeasurements } from "./training-measurements.ts";
import type { Catalogue } from "./training-row.ts";

/**
 * Our estimates of memory per GPU and of speed beside measured runs. A row of a source that the calibration holds is
 * judged with that source left out, so that no row is an input of its own estimate.
 *
 * @param file  a CSV with the columns of the training measurements
 * @throws Failure bad_input where the columns without which nothing can be said are missing
 */
export function checkTraining(
  file: CsvRows,
  catalogue: Catalogue,
  calibration: Calibration = PUBLISHED,
): EstimateCheck {
  const { measurements, unmeasured, notes } = trainingMeasurements(file, catalogue);
  const held = new Set([...calibration.published, ...calibration.own].map(({ source }) => source));
  const sources = new Set(measurements.map(({ source }) => source));
  return {
    ...summariseChecks(measurements.map((each) => checked(each, calibration))),
    unmeasured,
    leftOut: [...sources].filter((source) => held.has(source)).toSorted(),
    notes,
  };
}

function checked(measurement: Measurement, calibration: Calibration): CheckedRow {
  const { id, line, source, quantity, kind } = measurement;
  const row = { id, line, source, quantity };
  if ("rejected" in measurement) return { ...row, rejected: measurement.rejected };
  const { measured, run: known } = measurement;
  if ("refused" in known) return { ...row, measured, refused: known.refused };
  const estimateOf = (run: SpeedRun): Quantity => {
    const left = { ...run, calibration: withoutSource(calibration, source) };
    return quantity === "peakMemoryGib" ? trainMemory(left)[kind] : trainThroughput(left);
  };
  const estimate = estimateOf(known);
  if (isRefusal(estimate)) return { ...row, measured, refused: estimate.refused };
  // Of the ways that a run may have been, the range holds all.
  const others = measurement.otherwise.map(estimateOf);
  const all = [estimate, ...others.flatMap((each) => (isRefusal(each) ? [] : [each]))];
  const p10 = Math.min(...all.map((each) => each.p10));
  const p90 = Math.max(...all.map((each) => each.p90));
  return { ...row, measured, p10, p50: estimate.p50, p90, cell: measuredCell(known, quantity, kind) };
}
