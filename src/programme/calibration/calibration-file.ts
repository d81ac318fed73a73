import { lstatSync } from "node:fs";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { issueText } from "../../base/issue-text.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { findModel } from "../../catalog/models.ts";
import { MeasurementFile } from "../../domain/calibration.ts";
import type { Calibration } from "../../plan/calibration/calibration.ts";
import { PUBLISHED } from "../../plan/calibration/published.ts";
import { ownCalibration } from "../../plan/check/own-measurements.ts";
import { resolveInside } from "../folder/resolve-inside.ts";

/** File of your own measured runs, next to `programme.yaml`; used by all training estimates. Delete it to undo. */
export const CALIBRATION_FILE = "calibration.json";

/**
 * The calibration of a folder: published measurements, and the user's own in its `calibration.json` if there is one.
 *
 * @throws Failure bad_input if `calibration.json` is not a calibration file or is outside the folder
 */
export async function readCalibration(dir: string): Promise<Calibration> {
  if (lstatSync(join(dir, CALIBRATION_FILE), { throwIfNoEntry: false }) === undefined) return PUBLISHED;
  return calibrationOf(await readMeasurements(await resolveInside(dir, CALIBRATION_FILE), CALIBRATION_FILE));
}

/**
 * The calibration of a named file.
 *
 * @param shown  path for messages
 * @throws Failure not_found, or bad_input if it is not a calibration file
 */
export async function readCalibrationFile(path: string, shown: string): Promise<Calibration> {
  return calibrationOf(await readMeasurements(path, shown));
}

function calibrationOf({ rows }: MeasurementFile): Calibration {
  return ownCalibration(rows, { findModel, findGpu });
}

/** Measured runs of a file. @throws Failure as `readCalibrationFile` */
export async function readMeasurements(path: string, shown: string): Promise<MeasurementFile> {
  const value = parseJson(await readText(path, { shown }), shown);
  const parsed = MeasurementFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const hint = `use another file, or delete it and measure again: ${commandLine(["plan", "calibrate", "MY.csv"])}`;
  const version = (value as { format?: unknown; version?: unknown } | null) ?? {};
  if (version.format !== "tunewright-measurements")
    throw new Failure("bad_input", `${shown} is not a file of measured runs`, { hint });
  if (version.version !== 1)
    throw new Failure(
      "bad_input",
      `${shown} has version ${String(version.version)}, but this Tunewright reads version 1`,
      {
        hint: "update Tunewright, or delete the file and measure again",
      },
    );
  const [issue] = parsed.error.issues;
  const found = issue!.path.reduce<unknown>(
    (element, key) => (element as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  throw new Failure("bad_input", `${shown}, ${issue!.path.join(".")}: ${issueText(issue!, found)}`, { hint });
}

/** Writes measured runs, completely or not at all. @throws Failure outside if the folder is not writable */
export async function writeMeasurements(path: string, file: MeasurementFile): Promise<void> {
  await atomicWrite(path, `${JSON.stringify(file, null, 1)}\n`);
}
