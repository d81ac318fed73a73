import * as z from "zod";

import { DatasetFormat } from "./canonical-row.ts";
import { LintCount } from "./format-lint.ts";
import { Funnel } from "./funnel.ts";

/** Options of the stage that converts rows to the canonical form. */
export const ImportOptions = z.strictObject({
  format: DatasetFormat.optional().describe("Format of all rows; default: recognised row by row"),
  dropErrors: z
    .boolean()
    .default(false)
    .describe("Drop rows that cannot be trained on without changes, each with its error"),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

/** Rows of one format, and the evidence for the format. */
export const FormatCount = z.strictObject({
  format: DatasetFormat,
  rows: z.int().min(1),
  reasons: z.array(z.string()).describe("How the first of these rows was recognised; empty if the format was named"),
});
export type FormatCount = z.infer<typeof FormatCount>;

/** Rows that match several formats. */
export const AmbiguousCount = z.strictObject({
  formats: z.array(DatasetFormat).describe("The format that was chosen"),
  rows: z.int().min(1),
  examples: z.array(z.strictObject({ source: z.string(), line: z.int().min(1) })).describe("The first few"),
});
export type AmbiguousCount = z.infer<typeof AmbiguousCount>;

/** Formats of rows, and their errors. */
export const FormatReport = z.strictObject({
  formats: z.array(FormatCount).describe("Formats, most rows first"),
  ambiguous: z.array(AmbiguousCount).describe("Rows that match several formats, most first"),
  findings: z.array(LintCount).describe("Findings: errors first, then by number of rows"),
  importedBefore: z.int().min(0).describe("Rows that were imported before: they keep their id, source and line"),
  funnel: Funnel,
});
export type FormatReport = z.infer<typeof FormatReport>;

/** Result of `data import`. */
export const ImportResult = FormatReport.extend({ out: z.string().describe("File with the canonical rows") });
export type ImportResult = z.infer<typeof ImportResult>;
