import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { parseRaggedCsv } from "../../base/csv.ts";
import { readText } from "../../base/read-text.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { findModel } from "../../catalog/models.ts";
import type { EstimateCheck } from "../../domain/estimate-check.ts";
import type { EstimateCheckRequest } from "../../domain/estimate-check-request.ts";
import { checkTraining } from "../../plan/check/check-training.ts";
import { readCalibration } from "../calibration/calibration-file.ts";
import { writeCheckPage } from "./write-check-page.ts";

/**
 * Compares the training estimates with a file of measured runs, and writes an HTML page if one is named.
 *
 * @param tool  name and version of the program, for the page
 */
export async function checkTrainingFile(
  context: Context,
  { file, html }: EstimateCheckRequest,
  tool: string,
): Promise<EstimateCheck> {
  const text = await readText(resolve(context.cwd, file), { shown: file });
  const table = { ...parseRaggedCsv(text, file), name: file };
  const check = checkTraining(table, { findModel, findGpu }, await readCalibration(context.cwd));
  if (html !== undefined) await writeCheckPage(context, html, { check, about: { kind: "training", file, tool } });
  return check;
}
