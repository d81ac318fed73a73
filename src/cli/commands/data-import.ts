import { existsSync } from "node:fs";
import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Delimiter } from "../../domain/dataset-profile.ts";
import { ImportOptions, ImportResult } from "../../domain/data-import.ts";
import { defineCommand } from "../command.ts";
import { DATASET_FILES } from "../dataset-files.ts";

const Options = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  as: z
    .string()
    .min(1)
    .optional()
    .describe("Name of the source, which goes into the ids; the files' names where left out"),
  ...ImportOptions.shape,
  out: z.string().min(1).describe("File for the rows in one form: .jsonl, .jsonl.gz, .json or .parquet"),
  dropped: z.string().min(1).optional().describe("File for the dropped rows with their reasons, as JSONL"),
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
});

/** `tunewright data import`: rows of any format in one form. */
export default defineCommand({
  description:
    "Bring rows of any known format into one form, each with its id, source and line: messages, ShareGPT, Alpaca, preference pairs, KTO, prompt and completion, text. All that a row holds is kept: data export --format native gives it back as it was. Archives are not opened: name the files that are in them.",
  args: ["file"],
  options: Options,
  output: ImportResult,
  examples: [
    "data import train.jsonl --out rows.jsonl",
    "data import sharegpt.json.gz --as support --out rows.jsonl.gz",
    "data import a.jsonl b.parquet --as vendor --drop-errors --out rows.jsonl --dropped dropped.jsonl",
  ],
  run: async (io, { file, as, out, dropped, ...options }) => {
    const { importFiles } = await import("../../curate/formats/import-files.ts");
    const { formatReportText } = await import("../../curate/formats/formats-text.ts");
    const { sourceNames } = await import("../../curate/pipeline/reading/source-names.ts");
    const target = resolve(io.cwd, out);
    const droppedPath = dropped === undefined ? undefined : resolve(io.cwd, dropped);
    const there = [target, droppedPath].find((path) => path !== undefined && existsSync(path));
    const paths = file.map((path) => resolve(io.cwd, path));
    const sources =
      as === undefined ? undefined : paths.length === 1 ? [as] : sourceNames(paths).map((name) => `${as}/${name}`);
    const report = await importFiles(paths, {
      ...options,
      sources,
      out: target,
      dropped: droppedPath,
      overwrite: there !== undefined && (await io.confirm(`${there} is there already. Replace it?`)),
      onProgress: (fraction) => io.progress("importing", fraction),
    });
    return {
      json: { ...report, out },
      text: () => formatReportText(report),
      next: commandLine(["data", "export", out, "--format", "trl", "--out", "trl.jsonl"]),
    };
  },
});
