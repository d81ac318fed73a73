import { resolve } from "node:path";

import { atomicWriteAll } from "../../base/atomic-write-all.ts";
import type { DataReport } from "../../domain/data-report.ts";
import { htmlPage } from "../../report/html.ts";
import { markdownPage } from "../../report/markdown.ts";
import { type DataReportPaths, dataReportPaths } from "../folder/data-report-paths.ts";
import { REPORT_FOLDER } from "../folder/report-folder.ts";
import { dataReport, type DataReportOptions } from "./data-report.ts";
import { dataReportDocument } from "./data-report-document.ts";

/** A report with personal data is readable only for the user who ran the pipeline and may read the artefacts. */
const OWNER_ONLY = 0o600;

/**
 * Reports on the last data run, and writes the report as HTML, Markdown and JSON, all or none.
 *
 * @param place  programme folder, and the folder of the report; undefined: `report` in the programme folder
 * @throws Failure as `dataReport`; outside if the folder cannot be written
 */
export async function writeDataReport(
  { dir, out }: { dir: string; out: string | undefined },
  options: DataReportOptions,
): Promise<{ report: DataReport; paths: DataReportPaths }> {
  const report = await dataReport(dir, options);
  const paths = dataReportPaths(out ?? resolve(dir, REPORT_FOLDER));
  const document = dataReportDocument(report);
  await atomicWriteAll(
    [
      [paths.html, htmlPage(document)],
      [paths.markdown, markdownPage(document)],
      [paths.json, `${JSON.stringify(report, null, 2)}\n`],
    ],
    options.rawSamples === true ? OWNER_ONLY : undefined,
  );
  return { report, paths };
}
