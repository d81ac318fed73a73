import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import { FormatReport } from "../../domain/data-import.ts";
import { LintRequest } from "../../domain/lint-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data lint`: finds defects of training rows. */
export default defineCommand({
  description:
    "Show the format of the rows and why it was chosen, ambiguous rows, and errors with their lines: wrong order of roles, empty turns, broken, unknown or unanswered tool calls, and rows that train on nothing or on the wrong text.",
  args: ["file"],
  options: LintRequest,
  output: FormatReport,
  examples: ["data lint train.jsonl", "data lint sharegpt.json eval.jsonl --json"],
  run: async (io, request) => {
    const { lintDataset } = await import("../../programme/datasets/lint-dataset.ts");
    const { formatReportText } = await import("../../curate/formats/formats-text.ts");
    const { file } = request;
    const report = await lintDataset(io, request);
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
            next: hasSoundRow(report)
              ? commandLine(["data", "import", ...file, "--drop-errors", "--out", "rows.jsonl"])
              : "correct the rows: each of them may have an error, so none might be imported",
          }),
    };
  },
});

/** True if at least one row certainly has no error, even though rows may have several. */
function hasSoundRow({ funnel, findings }: FormatReport): boolean {
  const errors = findings.filter(({ level }) => level === "error").reduce((sum, { rows }) => sum + rows, 0);
  return errors < funnel.at(-1)!.rowsKept;
}
