import type { CsvRows } from "../../base/csv.ts";
import type { Residual } from "../../domain/calibration.ts";
import type { EstimateCheck } from "../../domain/estimate-check.ts";
import { residualRows } from "../calibration/residual-rows.ts";
import { checkTraining } from "./check-training.ts";
import { measuredRun } from "./measured-runs.ts";
import { trainingMeasurements } from "./training-measurements.ts";
import type { Catalogue } from "./training-row.ts";

/** Words in the notes of a row that must not calibrate: a repeated, unconfirmed or second-hand figure, or none. */
const EXCLUDED = /REPLICATE|PENDING|OOM|SECONDARY/;

/** The residuals of a file of measurements, and how estimates made of them do on each source with itself left out. */
export type TrainingCalibration = { residuals: Residual[]; excluded: number; check: EstimateCheck };

/** Residuals of every row that physics can answer; the check is of all rows of the file, the excluded ones too. */
export function calibrateTraining(file: CsvRows, catalogue: Catalogue): TrainingCalibration {
  const kept = file.rows.filter(({ fields }) => !EXCLUDED.test(fields["notes"] ?? ""));
  const runs = trainingMeasurements({ ...file, rows: kept }, catalogue).measurements.flatMap((measurement) => {
    const run = measuredRun(measurement);
    return "refused" in run ? [] : [run];
  });
  const residuals = residualRows(runs);
  return {
    residuals,
    excluded: file.rows.length - kept.length,
    check: checkTraining(file, catalogue, { published: residuals, own: [] }),
  };
}
