import { commandLine } from "../../base/command-line.ts";
import { ImportResult } from "../../domain/data-import.ts";
import { ImportRequest } from "../../domain/import-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data import`: converts rows of any format to a common one. */
export default defineCommand({
  description:
    "Convert rows of any known format into one canonical form, each with its id, source and line: messages, ShareGPT, Alpaca, preference pairs, KTO, prompt and completion, text. Everything in a row is kept: data export --format native restores it. Archives are not opened: extract their files first.",
  args: ["file"],
  options: ImportRequest,
  output: ImportResult,
  examples: [
    "data import train.jsonl --out rows.jsonl",
    "data import sharegpt.json.gz --as support --out rows.jsonl.gz",
    "data import a.jsonl b.parquet --as vendor --drop-errors --out rows.jsonl --dropped dropped.jsonl",
  ],
  run: async (io, request) => {
    const { importDataset } = await import("../../programme/datasets/import-dataset.ts");
    const { formatReportText } = await import("../../curate/formats/formats-text.ts");
    const result = await importDataset(io, request);
    return {
      json: result,
      text: () => formatReportText(result),
      // Rows of several kinds need one file per kind, in a folder.
      next: commandLine([
        "data",
        "export",
        request.out,
        "--format",
        "trl",
        "--out",
        result.formats.length > 1 ? "trl" : "trl.jsonl",
      ]),
    };
  },
});
