import { appendFile } from "node:fs/promises";

import { asWriteFailure, atomicWrite } from "../../base/atomic-write.ts";
import type { GateReport } from "../../domain/evaluation-comparison.ts";
import { junitXml, stepSummary } from "../../evaluate/compare/gate-files.ts";

/** Writes gate results as JUnit XML, and appends them to a Markdown file, if these files are named. */
export async function writeGateFiles(
  report: GateReport,
  { junit, summary }: { junit: string | undefined; summary: string | undefined },
): Promise<void> {
  if (junit !== undefined) await atomicWrite(junit, junitXml(report));
  if (summary === undefined) return;
  await appendFile(summary, stepSummary(report)).catch((error: unknown) => {
    throw asWriteFailure(error, summary);
  });
}
