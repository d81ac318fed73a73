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
 * Words in the notes of a row that must not calibrate: a repeated, unconfirmed or second-hand figure, or the size of the
 * card in place of a measured peak.
 */
const EXCLUDED = /REPLICATE|PENDING|OOM|SECONDARY|not a measurement/;

/** True where the notes of a row say that it must not calibrate. Notes are read for nothing else. */
export function isExcluded({ fields }: Pick<CsvRow, "fields">): boolean {
  return EXCLUDED.test(fields["notes"] ?? "");
}

/** The residuals of a file of measurements, and how estimates made of them do on each source with itself left out. */
export type TrainingCalibration = { residuals: Residual[]; excluded: number; check: EstimateCheck };

/**
 * Residuals of every row that physics can answer, as it is and as if its library were not known; the check is of all rows
 * of the file, the excluded ones too.
 */
export function calibrateTraining(file: CsvRows, catalogue: Catalogue): TrainingCalibration {
  const kept = file.rows.filter((row) => !isExcluded(row));
  // What an unknown library measured says nothing of any library.
  const known = kept.filter(({ fields }) => rowStack(fields["stack"] ?? "").speed !== "unknown");
  // How far the physics of one library is off for another is seen where the name of each is taken away.
  const unnamed = kept.map((row) => ({ ...row, fields: { ...row.fields, stack: "" } }));
  const residuals = [known, unnamed].flatMap((rows) => trainingResiduals({ ...file, rows }, catalogue));
  return {
    residuals,
    excluded: file.rows.length - kept.length,
    check: checkTraining(file, catalogue, { published: residuals, own: [] }),
  };
}

/**
 * Residuals of the rows of a file that physics can answer; the others are left out.
 *
 * @param isOwn  a user's own file, of which each run stays apart
 */
export function trainingResiduals(file: CsvRows, catalogue: Catalogue, isOwn = false): Residual[] {
  const runs = trainingMeasurements(file, catalogue).measurements.map(measuredRun);
  return residualRows(
    runs.flatMap((run) => ("refused" in run ? [] : [run])),
    isOwn,
  );
}
