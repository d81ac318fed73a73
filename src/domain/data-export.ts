import * as z from "zod";

import { DatasetFormat } from "./canonical-row.ts";
import { Funnel } from "./funnel.ts";

/** Trainers and services that rows are written for, each with its own choice of formats. */
export const ExportTrainer = z.enum(["trl", "axolotl", "llama-factory", "openai", "together"]);
export type ExportTrainer = z.infer<typeof ExportTrainer>;

/** What rows are written as. */
export const ExportFormat = z
  .enum([...ExportTrainer.options, "native", ...DatasetFormat.options])
  .describe(
    "A trainer or service; native: what each row came from; or one format for all rows, without the choices of a trainer",
  );
export type ExportFormat = z.infer<typeof ExportFormat>;

/** How rows are written. */
export const ExportOptions = z.strictObject({
  format: ExportFormat,
  strict: z.boolean().default(false).describe("Leave out rows that would lose a part"),
});
export type ExportOptions = z.infer<typeof ExportOptions>;

/** A part that rows lost because the format has no place for it. */
export const LostPartCount = z.strictObject({
  part: z.string().describe("Name of the part: thinking, weight, tools, input, kind, beside"),
  rows: z.int().min(1).describe("Rows that lost it"),
  examples: z
    .array(z.strictObject({ source: z.string(), line: z.int().min(1), detail: z.string() }))
    .describe("The first few"),
});
export type LostPartCount = z.infer<typeof LostPartCount>;

/** A file that was written. */
export const ExportedFile = z.strictObject({
  path: z.string().describe("File, below the folder where there are several"),
  format: DatasetFormat.nullable().describe("Format of its rows; null where they differ or it holds none"),
  rows: z.int().min(0),
});
export type ExportedFile = z.infer<typeof ExportedFile>;

/** What `data export` did. */
export const ExportResult = z.strictObject({
  out: z.string().describe("File or folder"),
  format: ExportFormat,
  files: z.array(ExportedFile),
  lost: z.array(LostPartCount).describe("What the format had no place for, most rows first"),
  config: z
    .string()
    .nullable()
    .describe("What the configuration of the trainer has to say of these rows; null where nothing"),
  funnel: Funnel,
});
export type ExportResult = z.infer<typeof ExportResult>;
