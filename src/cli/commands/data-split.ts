import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Delimiter } from "../../domain/dataset-profile.ts";
import { SplitOptions, SplitResult } from "../../domain/split.ts";
import { defineCommand } from "../command.ts";
import { DATASET_FILES } from "../dataset-files.ts";

const { fields: _fields, groupBy, ...shape } = SplitOptions.shape;

const Options = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  outDir: z.string().min(1).describe("New folder for train.jsonl, validation.jsonl and test.jsonl"),
  keep: z
    .string()
    .min(1)
    .optional()
    .describe("Folder of an earlier split: its rows stay in their parts, new ones are placed"),
  dropped: z
    .string()
    .min(1)
    .optional()
    .describe("File for the rows that are in no part, each with its reason: no time, or one that would join two parts"),
  ...shape,
  groupBy: groupBy.describe(`${groupBy.description}; commas part several`),
  textField: z
    .string()
    .min(1)
    .optional()
    .describe("Field that is compared for near-duplicates; recognised where left out"),
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
});

/** `tunewright data split`: rows to train on, to validate and to test with. */
export default defineCommand({
  description:
    "Part rows into those to train on, to validate and to test with. Rows of one group, the same rows and near-duplicates stay in one part. A hash of each row or group decides, so that the same rows always go the same way: with shares added rows move no others, with counts --keep holds them in place. Checked afterwards by row, group and near-duplicate.",
  args: ["file"],
  options: Options,
  output: SplitResult,
  examples: [
    "data split train.jsonl --test 10% --validation 5% --out-dir split",
    "data split conversations.csv --test 10% --group-by user_id,document --stratify-by label --out-dir split",
    "data split conversations.csv --test 20% --time-field created_at --out-dir split",
    "data split train.jsonl --test 2 --out-dir split --quiet && tunewright data split train.jsonl more.jsonl --test 3 --keep split --out-dir split-2",
  ],
  run: async (io, { file, outDir, keep, dropped, textField, delimiter, groupBy: groups, ...options }) => {
    const { splitFiles } = await import("../../curate/split/split-files.ts");
    const { splitText } = await import("../../curate/split/split-text.ts");
    const { funnelText } = await import("../../curate/pipeline/pipeline-text.ts");
    const result = await splitFiles(
      file.map((path) => resolve(io.cwd, path)),
      {
        options: {
          ...options,
          groupBy: groups.flatMap((each) => each.split(",")).filter((each) => each !== ""),
          fields: textField === undefined ? undefined : { text: textField },
        },
        out: resolve(io.cwd, outDir),
        keep: keep === undefined ? undefined : resolve(io.cwd, keep),
        dropped: dropped === undefined ? undefined : resolve(io.cwd, dropped),
        delimiter,
        onProgress: (fraction) => io.progress("splitting", fraction),
        onWarning: (warning) => io.note(`warning: ${warning}`),
      },
    );
    const shown = { ...result, out: outDir, keep: keep ?? null };
    const leaks = result.findings.filter(({ kind }) => kind.startsWith("leak-"));
    const lost = result.funnel.some(({ dropped }) => dropped.length > 0);
    return {
      json: shown,
      text: () => `${splitText(shown)}${lost ? `\n\n${funnelText(result.funnel)}` : ""}`,
      ...(leaks.length > 0
        ? {
            failed: `${leaks.map(({ count, kind }) => `${count} ${kind}`).join(", ")}: rows of one part tell of another`,
          }
        : result.parts[0]!.rows === 0
          ? { failed: "no row is left to train on" }
          : {}),
      next: commandLine([
        "data",
        "freeze",
        `${outDir}/test.jsonl`,
        "--out",
        "frozen/v1",
        "--by",
        "NAME",
        "--reason",
        "TEXT",
      ]),
    };
  },
});
