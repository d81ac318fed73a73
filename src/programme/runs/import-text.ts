import { textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { RunImport } from "../../domain/run-import.ts";

/** Table of the result of an import, and whether the counts agree. */
export function runImportText(result: RunImport): string {
  const { runs, artifacts, skipped } = result;
  const number = (value: number): string => value.toLocaleString("en-US");
  const table = textTable(
    [{ head: result.format }, { head: "count", align: "right" }],
    [
      ["experiments", number(result.experiments)],
      ["runs found", number(runs.found)],
      ["runs imported", number(runs.imported)],
      ["runs updated", number(runs.updated)],
      ["runs unchanged", number(runs.unchanged)],
      ["points read", number(result.points)],
      ["points stored", number(result.stored)],
      ["params", number(result.params)],
      ["files copied", number(artifacts.files)],
      ["files already present", number(artifacts.known)],
    ],
  );
  const lines = skipped.map(({ what, count }) => `skipped: ${number(count)} x ${what}`);
  const verdict = result.agrees
    ? `The counts match: ${counted(runs.found, "run")} with every point.`
    : "The counts do NOT match: run the import again.";
  return [table, "", ...lines, verdict].join("\n");
}
