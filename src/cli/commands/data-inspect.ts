import { basename, isAbsolute, relative, resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { Delimiter, RowFields, DatasetProfile } from "../../domain/dataset-profile.ts";
import { defineCommand } from "../command.ts";
import { DATASET_EXTENSIONS } from "../dataset-files.ts";

const Options = z.strictObject({
  file: z
    .array(z.string())
    .min(1)
    .describe(`Dataset files, or a programme folder for all that it lists: ${DATASET_EXTENSIONS}`),
  exact: z.boolean().default(false).describe("Count the tokens of every row, not of a sample"),
  sampleRows: z.int().min(2).max(1_000_000).default(2000).describe("Rows of the sample"),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of the sample"),
  tokenizer: z
    .string()
    .optional()
    .describe("tokenizer.json of the model, or o200k_base, cl100k_base, characters; o200k_base where left out"),
  textField: z
    .string()
    .min(1)
    .optional()
    .describe("Field that holds the text of a row; formats are then not recognised"),
  promptField: z
    .string()
    .min(1)
    .optional()
    .describe("Field that holds the prompt of a row, beside --completion-field; formats are then not recognised"),
  completionField: z.string().min(1).optional().describe("Field that holds the completion or the label of a row"),
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
});

const COUNT = new Intl.NumberFormat("en-US");

/** `tunewright data inspect`: what dataset files hold. */
export default defineCommand({
  description:
    "Scan every row of dataset files: format, exact duplicates, rows that cannot be trained on with their lines, tokens and lengths.",
  args: ["file"],
  options: Options,
  output: z.array(DatasetProfile).describe("one per file, in their order"),
  examples: [
    "data inspect train.jsonl",
    "data inspect train.jsonl eval.csv --exact --tokenizer tokenizer.json",
    "data inspect my-programme",
    "data inspect tickets.csv --prompt-field body --completion-field queue",
  ],
  run: async (io, { file, tokenizer, textField, promptField, completionField, delimiter, ...options }) => {
    const { profileDataset } = await import("../../curate/profile/profile.ts");
    const { profileText } = await import("../../curate/profile/profile-text.ts");
    const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
    const { inspectedFiles } = await import("../../programme/data/inspected-files.ts");
    const { isNamedCounter } = await import("../../curate/tokens/token-counter.ts");
    const fields = namedFields({ text: textField, prompt: promptField, completion: completionField });
    const profiles: DatasetProfile[] = [];
    const asked = tokenizer === undefined || isNamedCounter(tokenizer) ? tokenizer : fromHere(io.cwd, tokenizer);
    const files = await inspectedFiles(file, { cwd: io.cwd, hubCache: hubCacheOf(io.env) });
    for (const { path, ...own } of files) {
      const step = `scanning ${basename(path)}`;
      const started = io.now().getTime();
      io.progress(step, 0);
      const profile = await profileDataset(fromHere(io.cwd, path), {
        ...options,
        fields: fields ?? own.fields,
        delimiter: delimiter ?? own.delimiter,
        tokenizer: asked ?? own.tokenizer,
        onProgress: (fraction) => io.progress(step, fraction),
      });
      io.note(`scanned ${basename(path)}: ${speed(profile.rows, io.now().getTime() - started)}`);
      profiles.push({ ...profile, path });
    }
    return { json: profiles, text: () => profileText(profiles), ...outcome(profiles, file) };
  },
});

/** The fields that the flags name, or undefined for none. */
function namedFields(named: Record<"text" | "prompt" | "completion", string | undefined>): RowFields | undefined {
  const given = Object.fromEntries(Object.entries(named).filter(([, name]) => name !== undefined));
  if (Object.keys(given).length === 0) return undefined;
  const parsed = RowFields.safeParse(given);
  if (parsed.success) return parsed.data;
  const flags = Object.keys(given).map((field) => `--${field}-field`);
  throw new Failure(
    "bad_input",
    `${flags.join(" and ")}: expected --prompt-field and --completion-field, or --text-field alone`,
    {
      hint: "name the field of the prompt and that of its completion, or the one of plain text",
    },
  );
}

function speed(rows: number, ms: number): string {
  const sec = Math.max(ms, 1) / 1000;
  return `${COUNT.format(rows)} rows in ${sec.toFixed(1)} s (${COUNT.format(Math.round(rows / sec))} rows/s)`;
}

/** What to do next; a file without a single row to train on fails the inspection. */
function outcome(profiles: readonly DatasetProfile[], asked: readonly string[]): { failed?: string; next?: string } {
  const useless = profiles.find(({ validRows }) => validRows === 0);
  if (useless !== undefined) {
    return {
      failed: `${useless.path}: none of its ${COUNT.format(useless.rows)} rows can be trained on`,
      next: "name its fields: --prompt-field NAME --completion-field NAME, or --text-field NAME",
    };
  }
  const isSampled = profiles.some(({ tokens }) => tokens?.exact === false);
  return isSampled ? { next: commandLine(["data", "inspect", ...asked, "--exact"]) } : {};
}

/** A path of the user as this process can open it, kept short for messages. */
function fromHere(cwd: string, path: string): string {
  if (isAbsolute(path)) return path;
  return relative(process.cwd(), resolve(cwd, path)) || ".";
}
