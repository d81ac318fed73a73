import * as z from "zod";

/** Formats that are recognised by their fields. */
export const RowFormat = z.enum([
  "chat",
  "alpaca",
  "sharegpt",
  "prompt-completion",
  "preference",
  "prompt",
  "text",
  "unknown",
]);
export type RowFormat = z.infer<typeof RowFormat>;

/** A finding about rows: how many, and where the first ones are. */
export const RowFinding = z.strictObject({
  kind: z
    .enum(["broken", "encoding", "too-long", "empty", "unknown-format", "missing-field", "duplicate", "mixed-format"])
    .describe(
      "What is wrong; `duplicate` and `mixed-format` are about valid rows, each of the others makes a row invalid",
    ),
  count: z.int().min(0).describe("Rows with it"),
  examples: z
    .array(
      z.strictObject({
        line: z.int().min(1).describe("Line where the row starts, or its row number (Parquet), from 1"),
        detail: z.string(),
      }),
    )
    .describe("The first few"),
});
export type RowFinding = z.infer<typeof RowFinding>;

/** How tokens were counted, and how wrong that may be. */
export const TokenCount = z.strictObject({
  method: z
    .enum(["tokenizer", "proxy-tokenizer", "characters"])
    .describe("The model's own tokenizer, a similar public one, or characters per token"),
  tokenizer: z.string().describe("File or encoding used"),
  exact: z.boolean().describe("Every row was counted, not a sample"),
  sampledRows: z.int().min(0).describe("Rows whose tokens were counted"),
  total: z.number().min(0).describe("Tokens in all valid rows"),
  totalLow: z.number().min(0).describe("Low end: sampling interval (95 %) and the method's error"),
  totalHigh: z.number().min(0).describe("High end"),
  errorNote: z.string().describe("What the error of the method is, and how it was measured"),
});
export type TokenCount = z.infer<typeof TokenCount>;

/**
 * What a scan of one dataset file found. Rows are conserved: an invalid row has exactly one finding, so that `rows` is
 * `validRows` plus the counts of all findings but `duplicate` and `mixed-format`, which are about valid rows.
 */
export const DatasetProfile = z.strictObject({
  path: z.string().describe("File as named by the user"),
  sha256: z.string().describe("Hash of the file's bytes"),
  bytes: z.int().min(0).describe("Size of the file"),
  container: z.enum(["jsonl", "json", "csv", "parquet"]).describe("File kind"),
  format: RowFormat.describe("Format of most rows"),
  formats: z.record(z.string(), z.int()).describe("Rows by format"),
  rows: z.int().min(0).describe("Rows read, blank lines not counted"),
  validRows: z.int().min(0).describe("Rows that can be trained on"),
  duplicateRows: z.int().min(0).describe("Valid rows that repeat an earlier one exactly"),
  findings: z.array(RowFinding).describe("What is wrong, by kind"),
  tokens: TokenCount.nullable().describe("Tokens; null where no row is valid"),
  rowTokens: z
    .strictObject({
      mean: z.number(),
      p10: z.number(),
      p50: z.number(),
      p90: z.number(),
      p99: z.number(),
      max: z.number(),
    })
    .nullable()
    .describe("Tokens per row"),
  histogram: z
    .array(z.strictObject({ fromTokens: z.int(), toTokens: z.int(), rows: z.number() }))
    .describe("Rows by token length; powers of two"),
  scanSec: z.number().min(0).describe("Seconds the scan took"),
});
export type DatasetProfile = z.infer<typeof DatasetProfile>;
