import { join } from "node:path";

/** Paths of the three forms of a data report. */
export type DataReportPaths = Record<"html" | "markdown" | "json", string>;

/** The files of a data report in a folder. */
export function dataReportPaths(folder: string): DataReportPaths {
  return { html: join(folder, "data.html"), markdown: join(folder, "data.md"), json: join(folder, "data.json") };
}
