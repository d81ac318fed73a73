import { existsSync } from "node:fs";
import { basename } from "node:path";

import { parseRaggedCsv } from "../../base/csv.ts";
import { readText } from "../../base/read-text.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { findModel } from "../../catalog/models.ts";
import type { CalibrationResult, MeasurementFile } from "../../domain/calibration.ts";
import { joiningRows, joinRows, movedCells, ownCalibration } from "../../plan/check/own-measurements.ts";
import { withFileLock } from "../../remote/run-lock.ts";
import { readMeasurements, writeMeasurements } from "./calibration-file.ts";

/** Seconds to wait for another process that writes the same file; it takes less than one. */
const LOCK_WAIT_SEC = 30;

/** A file of measured runs and the calibration file, each with its name for messages; and today. */
export type CalibrateRequest = {
  csv: { path: string; shown: string };
  target: { path: string; shown: string };
  on: string;
};

/**
 * Adds measured runs to a user's calibration, and reports the changes. Nothing is written if nothing is added; a crash
 * leaves the old or the new file.
 *
 * @throws Failure bad_input for a file without measurements, or a target that is not a calibration file, which is not
 * overwritten
 */
export function calibrate(request: CalibrateRequest): Promise<CalibrationResult> {
  return withFileLock(request.target.path, LOCK_WAIT_SEC, () => joinMeasurements(request));
}

async function joinMeasurements({ csv, target, on }: CalibrateRequest): Promise<CalibrationResult> {
  const catalogue = { findModel, findGpu };
  const known = existsSync(target.path) ? (await readMeasurements(target.path, target.shown)).rows : [];
  const text = await readText(csv.path, { shown: csv.shown });
  const file = { ...parseRaggedCsv(text, csv.shown), name: csv.shown };
  const { rows: added, ...counts } = joiningRows(file, basename(csv.path), catalogue);
  const rows = joinRows(known, added);
  const cells = movedCells(added, {
    before: ownCalibration(known, catalogue),
    after: ownCalibration(rows, catalogue),
    catalogue,
  });
  const written: MeasurementFile = { format: "tunewright-measurements", version: 1, dated: on, rows };
  if (added.length > 0) await writeMeasurements(target.path, written);
  return { file: target.shown, ...counts, total: rows.length, cells };
}
