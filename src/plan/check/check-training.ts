import type { CsvRow } from "../../base/csv.ts";
import { Failure } from "../../base/failure.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { CheckedRow, EstimateCheck } from "../../domain/estimate-check.ts";
import { type Calibration, withoutSource } from "../calibration/calibration.ts";
import { PUBLISHED } from "../calibration/published.ts";
import { trainMemory } from "../memory/memory.ts";
import { trainThroughput } from "../speed/throughput.ts";
import { summariseChecks } from "./check-estimates.ts";
import { type Measurement, trainingMeasurements } from "./training-measurements.ts";
import type { Catalogue } from "./training-row.ts";

/** Columns without which a file is not one of training measurements. */
const REQUIRED = ["id", "model", "method", "stack", "peak_mem_gib", "tokens_per_s_per_gpu"] as const;

/**
 * Our estimates of memory per GPU and of speed beside measured runs. A row of a source that the calibration holds is
 * judged with that source left out, so that no row is an input of its own estimate.
 *
 * @param file  a CSV with the columns of the training measurements
 * @throws Failure bad_input where a column is missing
 */
export function checkTraining(
  { columns, rows }: { columns: readonly string[]; rows: CsvRow[] },
  catalogue: Catalogue,
  calibration: Calibration = PUBLISHED,
): EstimateCheck {
  const missing = REQUIRED.filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw new Failure("bad_input", `the file has no column ${missing.join(", ")}`, {
      hint: `a file of training measurements has at least ${REQUIRED.join(", ")}`,
    });
  return summariseChecks(
    trainingMeasurements({ rows }, catalogue).map((each) => ({ ...checked(each, calibration), group: each.source })),
  );
}

function checked(measurement: Measurement, calibration: Calibration): CheckedRow {
  const { id, quantity, source, kind } = measurement;
  if ("rejected" in measurement) throw new Failure("bad_input", `line ${measurement.line}: ${measurement.rejected}`);
  const { measured, run: known } = measurement;
  if ("refused" in known) return { id, quantity, measured, refused: known.refused };
  const run = { ...known, calibration: withoutSource(calibration, source) };
  const estimate: Quantity = quantity === "peakMemoryGib" ? trainMemory(run)[kind] : trainThroughput(run);
  if (isRefusal(estimate)) return { id, quantity, measured, refused: estimate.refused };
  const { p10, p50, p90 } = estimate;
  return { id, quantity, measured, p10, p50, p90 };
}
