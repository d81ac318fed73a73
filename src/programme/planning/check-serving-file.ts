import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { type CsvRows, parseRaggedCsv } from "../../base/csv.ts";
import { readText } from "../../base/read-text.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { findModel } from "../../catalog/models.ts";
import type { EstimateCheckRequest } from "../../domain/estimate-check-request.ts";
import { checkServing } from "../../plan/serve-check/check-serving.ts";
import { loadTestRows } from "../../plan/serve-check/loadtest-rows.ts";
import { readLoadTest } from "../../plan/serve-check/read-load-test.ts";
import { servingCheckSections } from "../../plan/serve-check/serving-check-sections.ts";
import { writeCheckPage } from "./write-check-page.ts";

/**
 * Compares the serving estimates with a file of operating points or the result of a load test, and writes an HTML page
 * if one is named.
 *
 * @param tool  name and version of the program, for the page
 */
export async function checkServingFile(
  context: Context,
  { file, html }: EstimateCheckRequest,
  tool: string,
): Promise<ReturnType<typeof checkServing>> {
  const check = checkServing(await servingRows(context.cwd, file), { findModel, findGpu });
  if (html !== undefined) {
    const about = { kind: "serving", file, tool, sections: servingCheckSections(check) } as const;
    await writeCheckPage(context, html, { check, about });
  }
  return check;
}

/** Rows of a CSV, or of the operating points of a load test. */
async function servingRows(cwd: string, file: string): Promise<CsvRows> {
  const text = await readText(resolve(cwd, file), { shown: file });
  return /^\s*\{/.test(text) ? loadTestRows(readLoadTest(text, file)) : { ...parseRaggedCsv(text, file), name: file };
}
