import * as z from "zod";

/** Formats that can be recognised by their fields. */
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

/** Delimiters of a CSV file. */
export const Delimiter = z.enum(["comma", "semicolon", "tab", "bar"]);
export type Delimiter = z.infer<typeof Delimiter>;

/** Fields to train on, specified by the user; formats are then not recognised. */
export const RowFields = z
  .strictObject({
    prompt: z.string().min(1).optional().describe("Field with the prompt; used with completion"),
    completion: z.string().min(1).optional().describe("Field with the completion or label; used with prompt"),
    text: z.string().min(1).optional().describe("Field with plain text, instead of the two"),
  })
  .refine(
    ({ prompt, completion, text }) =>
      text === undefined
        ? prompt !== undefined && completion !== undefined
        : prompt === undefined && completion === undefined,
    { message: "Expected prompt and completion, or text alone" },
  );
export type RowFields = z.infer<typeof RowFields>;

/** A finding about rows: their number, and the first ones. */
export const RowFinding = z.strictObject({
  kind: z
    .enum(["broken", "encoding", "too-long", "empty", "unknown-format", "missing-field", "duplicate", "mixed-format"])
    .describe("Kind of finding; `duplicate` and `mixed-format` are about valid rows, the others make a row invalid"),
  count: z.int().min(0).describe("Rows with this finding"),
  examples: z
    .array(
      z.strictObject({
        line: z.int().min(1).describe("Line on which the row starts, or its row number (Parquet), from 1"),
        detail: z.string(),
      }),
    )
    .describe("The first few"),
});
export type RowFinding = z.infer<typeof RowFinding>;

/** Method of counting tokens, and the error of the count. */
export const TokenCount = z.strictObject({
  method: z
    .enum(["tokenizer", "proxy-tokenizer", "characters"])
    .describe("The model's own tokenizer, a similar public one, or characters per token"),
  tokenizer: z.string().describe("File or encoding used"),
  exact: z.boolean().describe("True if every row was counted, false for a sample"),
  sampledRows: z.int().min(0).describe("Rows whose tokens were counted"),
  total: z.number().min(0).describe("Tokens in all valid rows"),
  totalLow: z.number().min(0).describe("Low end: sampling interval (95 %) and error of the method"),
  totalHigh: z.number().min(0).describe("High end"),
  errorNote: z.string().describe("Error of the method, and how it was measured"),
});
export type TokenCount = z.infer<typeof TokenCount>;

/**
 * Profile of one dataset file. An invalid row has exactly one finding, so that `rows` is `validRows` plus the counts of
 * all findings except `duplicate` and `mixed-format`, which are about valid rows.
 */
export const DatasetProfile = z.strictObject({
  path: z.string().describe("File as named by the user"),
  sha256: z.string().describe("Hash of the file's bytes"),
  bytes: z.int().min(0).describe("Size of the file"),
  container: z.enum(["jsonl", "json", "csv", "parquet", "arrow"]).describe("Kind of file"),
  delimiter: Delimiter.nullable().describe("Delimiter of a CSV file, given or detected; null for other files"),
  format: RowFormat.describe("Format of most rows"),
  formats: z.record(z.string(), z.int()).describe("Rows by format"),
  rows: z.int().min(0).describe("Rows read, without blank lines"),
  validRows: z.int().min(0).describe("Rows of a known format with all required parts"),
  duplicateRows: z.int().min(0).describe("Valid rows that repeat an earlier one exactly"),
  trainableRows: z.int().min(0).describe("Rows to train on: valid rows without exact duplicates"),
  classes: z
    .strictObject({
      field: z.string().describe("Field with the class; assistant for a chat with one answer"),
      counts: z
        .array(z.strictObject({ name: z.string(), rows: z.int().min(1) }))
        .min(1)
        .describe("Trainable rows by class, largest first"),
      variants: z
        .array(z.array(z.string()).min(2))
        .optional()
        .describe("Groups of these classes that differ only in case, white space or Unicode form, if there are any"),
    })
    .nullable()
    .describe(
      "Classes; reported if every row has one answer of at most 100 characters and there are at most 200 classes with two rows each on average",
    ),
  findings: z.array(RowFinding).describe("Findings, by kind"),
  tokens: TokenCount.nullable().describe("Tokens; null if no row is valid"),
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
});
export type DatasetProfile = z.infer<typeof DatasetProfile>;
