import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { EvaluationComparison } from "../../domain/evaluation-comparison.ts";
import { comparisonDocument } from "../../evaluate/report/comparison-document.ts";
import { evaluationDocument } from "../../evaluate/report/evaluation-document.ts";
import { inspectLog } from "../../evaluate/report/inspect-log.ts";
import { htmlPage } from "../../report/html.ts";
import { biasOfSlices } from "./bias/find-bias.ts";
import { EVALUATIONS, evaluationFolder, readItems, readResult } from "./evaluation-folder.ts";

/** Writes the page of an evaluation. @returns its path inside the programme folder */
export async function writeEvaluationPage(dir: string, id: string): Promise<string> {
  const bias = await biasOfSlices(dir, id);
  const document = evaluationDocument(await readResult(dir, id), await readItems(dir, id), bias);
  await atomicWrite(join(evaluationFolder(dir, id), "report.html"), htmlPage(document));
  return `${EVALUATIONS}/${id}/report.html`;
}

/** Writes an evaluation as a log of Inspect. @param path full path of the file */
export async function writeInspectLog(dir: string, id: string, path: string): Promise<void> {
  const log = inspectLog(await readResult(dir, id), await readItems(dir, id));
  await atomicWrite(path, `${JSON.stringify(log, null, 2)}\n`);
}

/** Writes the page of a comparison. @returns its path inside the programme folder */
export async function writeComparisonPage(dir: string, comparison: EvaluationComparison): Promise<string> {
  const { baseline, target } = comparison;
  const path = `${EVALUATIONS}/compare-${baseline.id}-${target.id}.html`;
  await atomicWrite(join(dir, path), htmlPage(comparisonDocument(comparison)));
  return path;
}
