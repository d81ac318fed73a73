import { resolve } from "node:path";

import * as z from "zod";

import { counted } from "../../base/words.ts";
import { commandLine } from "../../base/command-line.ts";
import { FormatReport, ImportOptions } from "../../domain/data-import.ts";
import { Delimiter } from "../../domain/dataset-profile.ts";
import { defineCommand } from "../command.ts";
import { DATASET_FILES } from "../dataset-files.ts";

const Options = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  format: ImportOptions.shape.format,
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
});

/** `tunewright data lint`: what is wrong with rows that are to be trained on. */
export default defineCommand({
  description:
    "Say what format the rows are of and why, which are ambiguous, and what is wrong with them, with their lines: order of roles, empty turns, calls of tools that are broken, unknown or unanswered, and a loss in which nothing or the wrong thing would be learnt.",
  args: ["file"],
  options: Options,
  output: FormatReport,
  examples: ["data lint train.jsonl", "data lint sharegpt.json eval.jsonl --json"],
  run: async (io, { file, ...options }) => {
    const { importFiles } = await import("../../curate/formats/import-files.ts");
    const { formatReportText } = await import("../../curate/formats/formats-text.ts");
    const report = await importFiles(
      file.map((path) => resolve(io.cwd, path)),
      { ...options, dropErrors: false, onProgress: (fraction) => io.progress("looking at rows", fraction) },
    );
    const unread = report.funnel.flatMap(({ dropped }) => dropped);
    const errors = [
      ...unread.map(({ reason, rows }) => ({ code: reason, rows })),
      ...report.findings.filter(({ level }) => level === "error"),
    ];
    return {
      json: report,
      text: () => formatReportText(report),
      ...(errors.length === 0
        ? { next: commandLine(["data", "import", ...file, "--out", "rows.jsonl"]) }
        : {
            failed: errors.map(({ code, rows }) => `${code} in ${counted(rows, "row")}`).join(", "),
            next: commandLine(["data", "import", ...file, "--drop-errors", "--out", "rows.jsonl"]),
          }),
    };
  },
});
