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
 * Words in the notes of a row that exclude it from calibration: a repeated, unconfirmed or second-hand figure, or the
 * memory size of the GPU instead of a measured peak.
 */
const EXCLUDED = /REPLICATE|PENDING|OOM|SECONDARY|not a measurement/;

/** True if the notes of a row exclude it from calibration. Notes are used for nothing else. */
export function isExcluded({ fields }: Pick<CsvRow, "fields">): boolean {
  return EXCLUDED.test(fields["notes"] ?? "");
}

/**
 * The residuals of a file of measurements, and the accuracy of the estimates based on them, for each source with that
 * source excluded.
 */
export type TrainingCalibration = { residuals: Residual[]; excluded: number; check: EstimateCheck };

/**
 * Residuals of every row that the physics covers, once with its library and once as if the library were unknown. The
 * check covers all rows of the file, including excluded ones.
 */
export function calibrateTraining(file: CsvRows, catalogue: Catalogue): TrainingCalibration {
  const kept = file.rows.filter((row) => !isExcluded(row));
  // Measurements of an unknown library contain no information about other libraries.
  const known = kept.filter(({ fields }) => rowStack(fields["stack"] ?? "").speed !== "unknown");
  // Library names are hidden to measure how well the physics of one library fits another.
  const unnamed = kept.map((row) => ({ ...row, fields: { ...row.fields, stack: "" } }));
  const residuals = [known, unnamed].flatMap((rows) => trainingResiduals({ ...file, rows }, catalogue));
  return {
    residuals,
    excluded: file.rows.length - kept.length,
    check: checkTraining(file, catalogue, { published: residuals, own: [] }),
  };
}

/**
 * Residuals of the rows of a file that the physics covers; the others are skipped.
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
