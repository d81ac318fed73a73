import * as z from "zod";

import { DatasetFormat } from "./canonical-row.ts";
import { LintCount } from "./format-lint.ts";
import { Funnel } from "./funnel.ts";

/** Options of the stage that brings rows into the canonical form. */
export const ImportOptions = z.strictObject({
  format: DatasetFormat.optional().describe("Format of all rows; default: recognised row by row"),
  dropErrors: z
    .boolean()
    .default(false)
    .describe("Drop rows that cannot be trained on as they are, each with what is wrong"),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

/** Rows of a format, and what they were recognised by. */
export const FormatCount = z.strictObject({
  format: DatasetFormat,
  rows: z.int().min(1),
  reasons: z.array(z.string()).describe("What the first of them was recognised by; empty where the format was named"),
});
export type FormatCount = z.infer<typeof FormatCount>;

/** Rows that are like several formats. */
export const AmbiguousCount = z.strictObject({
  formats: z.array(DatasetFormat).describe("The one that was taken first"),
  rows: z.int().min(1),
  examples: z.array(z.strictObject({ source: z.string(), line: z.int().min(1) })).describe("The first few"),
});
export type AmbiguousCount = z.infer<typeof AmbiguousCount>;

/** What rows are, and what is wrong with them. */
export const FormatReport = z.strictObject({
  formats: z.array(FormatCount).describe("Most rows first"),
  ambiguous: z.array(AmbiguousCount).describe("Rows that are like several formats, most first"),
  findings: z.array(LintCount).describe("What is wrong: errors first, then most rows"),
  importedBefore: z
    .int()
    .min(0)
    .describe("Rows that were imported before: they keep the id, source and line that they have"),
  funnel: Funnel,
});
export type FormatReport = z.infer<typeof FormatReport>;

/** What `data import` did. */
export const ImportResult = FormatReport.extend({ out: z.string().describe("File with the canonical rows") });
export type ImportResult = z.infer<typeof ImportResult>;
