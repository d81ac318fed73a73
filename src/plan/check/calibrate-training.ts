import type { CsvRow, CsvRows } from "../../base/csv.ts";
import type { Residual } from "../../domain/calibration.ts";
import type { EstimateCheck } from "../../domain/estimate-check.ts";
import { residualRows } from "../calibration/residual-rows.ts";
import { checkTraining } from "./check-training.ts";
import { measuredRun } from "./measured-runs.ts";
import { trainingMeasurements } from "./training-measurements.ts";
import type { Catalogue } from "./training-row.ts";
import { rowStack } from "./training-row-stack.ts";

/**
 * Words in the notes of a row that must not calibrate: a repeated, unconfirmed or second-hand figure, or the memory
 * size of the GPU instead of a measured peak.
 */
const EXCLUDED = /REPLICATE|PENDING|OOM|SECONDARY|not a measurement/;

/** True if the notes of a row state that it must not calibrate. Notes are used for nothing else. */
export function isExcluded({ fields }: Pick<CsvRow, "fields">): boolean {
  return EXCLUDED.test(fields["notes"] ?? "");
}

/**
 * The residuals of a file of measurements, and the accuracy of estimates made from them for each source with that
 * source excluded.
 */
export type TrainingCalibration = { residuals: Residual[]; excluded: number; check: EstimateCheck };

/**
 * Residuals of every row that physics can answer, with its library and as if it were unknown; the check covers all rows
 * of the file, including excluded ones.
 */
export function calibrateTraining(file: CsvRows, catalogue: Catalogue): TrainingCalibration {
  const kept = file.rows.filter((row) => !isExcluded(row));
  // Measurements of an unknown library say nothing about other libraries.
  const known = kept.filter(({ fields }) => rowStack(fields["stack"] ?? "").speed !== "unknown");
  // The name of each library is hidden to measure how well the physics of one fits another.
  const unnamed = kept.map((row) => ({ ...row, fields: { ...row.fields, stack: "" } }));
  const residuals = [known, unnamed].flatMap((rows) => trainingResiduals({ ...file, rows }, catalogue));
  return {
    residuals,
    excluded: file.rows.length - kept.length,
    check: checkTraining(file, catalogue, { published: residuals, own: [] }),
  };
}

/**
 * Residuals of the rows of a file that physics can answer; the others are skipped.
 *
 * @param isOwn  a user's own file, whose runs are kept separate
 */
export function trainingResiduals(file: CsvRows, catalogue: Catalogue, isOwn = false): Residual[] {
  const runs = trainingMeasurements(file, catalogue).measurements.map(measuredRun);
  return residualRows(
    runs.flatMap((run) => ("refused" in run ? [] : [run])),
    isOwn,
  );
}
