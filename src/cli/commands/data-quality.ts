import { existsSync } from "node:fs";
import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Delimiter } from "../../domain/dataset-profile.ts";
import { QualityOptions, QualityResult } from "../../domain/quality.ts";
import { defineCommand } from "../command.ts";
import { DATASET_FILES } from "../dataset-files.ts";

const { fields: _fields, allow, ...shape } = QualityOptions.shape;

const Options = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  out: z
    .string()
    .min(1)
    .optional()
    .describe("File for the rows that are kept, as JSONL; nothing is written where left out"),
  dropped: z.string().min(1).optional().describe("File for the rows that are not, each with its reason"),
  ...shape,
  allow,
  textField: z
    .string()
    .min(1)
    .optional()
    .describe("Field that holds the text of a row; formats are then not recognised"),
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
});

/** `tunewright data quality`: rows that are worth training on. */
export default defineCommand({
  description:
    "Judge rows of dialogues and instructions: refusals and boilerplate of models, marks of templates, placeholders, repetition, answers in another language, JSON and JavaScript that do not parse. Each dropped row has a reason; what is left is summed up. The rules of Gopher, C4 and FineWeb are for web pages: most rows of a dialogue break them.",
  args: ["file"],
  options: Options,
  output: QualityResult,
  examples: [
    "data quality train.jsonl",
    "data quality train.jsonl --profile instruct --out good.jsonl --dropped bad.jsonl",
    "data quality train.jsonl --allow refusal --allow placeholder",
    "data quality pages.jsonl --profile gopher --text-field text",
  ],
  run: async (io, { file, out, dropped, textField, delimiter, words, ...options }) => {
    const { qualityFiles } = await import("../../curate/quality/quality-files.ts");
    const { qualityText } = await import("../../curate/quality/quality-text.ts");
    const here = (path: string | undefined): string | undefined =>
      path === undefined ? undefined : resolve(io.cwd, path);
    const targets = [here(out), here(dropped)].filter((path) => path !== undefined && existsSync(path));
    const overwrite = targets.length > 0 && (await io.confirm(`Replace ${targets.join(" and ")}?`));
    const found = await qualityFiles(
      file.map((path) => resolve(io.cwd, path)),
      {
        options: { ...options, words: here(words), fields: textField === undefined ? undefined : { text: textField } },
        out: here(out),
        dropped: here(dropped),
        overwrite,
        delimiter,
        onProgress: (fraction) => io.progress("judging rows", fraction),
      },
    );
    const result = { ...found, out: out ?? null };
    return {
      json: result,
      text: () => qualityText(result),
      ...(found.summary.rows === 0 ? { failed: `no row is left by the profile ${options.profile}` } : {}),
      ...(out === undefined
        ? { next: commandLine(["data", "quality", ...file, "--profile", options.profile, "--out", "good.jsonl"]) }
        : { next: commandLine(["data", "split", out, "--out-dir", "split"]) }),
    };
  },
});
