import { join } from "node:path";

/** Where the three forms of a report on data go. */
export function dataReportPaths(folder: string): Record<"html" | "markdown" | "json", string> {
  return { html: join(folder, "data.html"), markdown: join(folder, "data.md"), json: join(folder, "data.json") };
}
