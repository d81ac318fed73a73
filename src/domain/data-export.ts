import * as z from "zod";

import { DatasetFormat } from "./canonical-row.ts";
import { Funnel } from "./funnel.ts";

/** Trainers and services for which rows can be written; each implies a format. */
export const ExportTrainer = z.enum(["trl", "axolotl", "llama-factory", "openai", "together"]);
export type ExportTrainer = z.infer<typeof ExportTrainer>;

/** Output format of rows. */
export const ExportFormat = z
  .enum([...ExportTrainer.options, "native", ...DatasetFormat.options])
  .describe(
    "A trainer or service; native: the original format of each row; or one format for all rows, without trainer options",
  );
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Options of an export. */
export const ExportOptions = z.strictObject({
  format: ExportFormat,
  strict: z.boolean().default(false).describe("Omit rows that would lose a part"),
});
export type ExportOptions = z.infer<typeof ExportOptions>;

/** A part of rows that the output format cannot represent. */
export const LostPartCount = z.strictObject({
  part: z.string().describe("Name of the part: thinking, weight, tools, input, kind, beside"),
  rows: z.int().min(1).describe("Rows that lost this part"),
  examples: z
    .array(z.strictObject({ source: z.string(), line: z.int().min(1), detail: z.string() }))
    .describe("The first few"),
});
export type LostPartCount = z.infer<typeof LostPartCount>;

/** An output file. */
export const ExportedFile = z.strictObject({
  path: z.string().describe("File; relative to the folder if there are several"),
  format: DatasetFormat.nullable().describe("Format of its rows; null if formats differ or there are no rows"),
  rows: z.int().min(0),
});
export type ExportedFile = z.infer<typeof ExportedFile>;

/** Result of `data export`. */
export const ExportResult = z.strictObject({
  out: z.string().describe("File or folder"),
  format: ExportFormat,
  files: z.array(ExportedFile),
  lost: z.array(LostPartCount).describe("Parts that the format could not represent, most rows first"),
  config: z.string().nullable().describe("Trainer configuration that these rows need; null if none"),
  funnel: Funnel,
});
export type ExportResult = z.infer<typeof ExportResult>;
