import { join } from "node:path";

/** Paths of the three forms of a data report. */
export function dataReportPaths(folder: string): Record<"html" | "markdown" | "json", string> {
  return { html: join(folder, "data.html"), markdown: join(folder, "data.md"), json: join(folder, "data.json") };
}
