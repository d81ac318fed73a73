import { existsSync } from "node:fs";
import { resolve } from "node:path";

import * as z from "zod";

import { ExportOptions, ExportResult } from "../../domain/data-export.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe("Files of data import, or dataset files of any known format"),
  ...ExportOptions.shape,
  out: z
    .string()
    .min(1)
    .describe("File (.jsonl, .jsonl.gz, .json, .parquet), or a folder with a file for each use of the rows"),
});

/** `tunewright data export`: rows for a trainer. */
export default defineCommand({
  description:
    "Write rows for a trainer or a service, or in a format. What was written is read again and compared: a part that the format has no place for is named with its rows, never dropped silently; a row that it cannot hold is left out with the reason. For LLaMA-Factory a dataset_info.json is written beside the files.",
  args: ["file"],
  options: Options,
  output: ExportResult,
  examples: [
    "data import train.jsonl --out rows.jsonl --quiet && tunewright data export rows.jsonl --format trl --out trl.jsonl",
    "data export train.jsonl --format llama-factory --out llama-factory-data",
    "data import sharegpt.json --out rows.jsonl --quiet && tunewright data export rows.jsonl --format native --out as-it-was.jsonl",
    "data export sharegpt.json --format openai --strict --out openai.jsonl",
  ],
  run: async (io, { file, out, ...options }) => {
    const { exportFiles } = await import("../../curate/formats/export-files.ts");
    const { exportText } = await import("../../curate/formats/formats-text.ts");
    const target = resolve(io.cwd, out);
    const result = await exportFiles(
      file.map((path) => resolve(io.cwd, path)),
      {
        ...options,
        out: target,
        overwrite: existsSync(target) && (await io.confirm(`${out} is there already. Replace it?`)),
        onProgress: (fraction) => io.progress("exporting", fraction),
      },
    );
    const shown = {
      ...result,
      out,
      config: result.config?.replaceAll(target, out) ?? null,
      files: result.files.map((each) => (each.path === target ? { ...each, path: out } : each)),
    };
    return { json: shown, text: () => exportText(shown) };
  },
});
