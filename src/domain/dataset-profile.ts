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

/** Characters that may part the fields of a CSV file. */
export const Delimiter = z.enum(["comma", "semicolon", "tab", "bar"]);
export type Delimiter = z.infer<typeof Delimiter>;

/** Fields of a row that hold what is trained on, named by the user; formats are then not recognised. */
export const RowFields = z
  .strictObject({
    prompt: z.string().min(1).optional().describe("Field with the prompt; used with completion"),
    completion: z.string().min(1).optional().describe("Field with the completion or label; used with prompt"),
    text: z.string().min(1).optional().describe("Field of plain text, in place of the two"),
  })
  .refine(
    ({ prompt, completion, text }) =>
      text === undefined
        ? prompt !== undefined && completion !== undefined
        : prompt === undefined && completion === undefined,
    { message: "Expected prompt and completion, or text alone" },
  );
export type RowFields = z.infer<typeof RowFields>;

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
  container: z.enum(["jsonl", "json", "csv", "parquet", "arrow"]).describe("File kind"),
  delimiter: Delimiter.nullable().describe("Delimiter of a CSV file, as given or as found; null for others"),
  format: RowFormat.describe("Format of most rows"),
  formats: z.record(z.string(), z.int()).describe("Rows by format"),
  rows: z.int().min(0).describe("Rows read, blank lines not counted"),
  validRows: z.int().min(0).describe("Rows of a known format with all required parts"),
  duplicateRows: z.int().min(0).describe("Valid rows that repeat an earlier one exactly"),
  trainableRows: z.int().min(0).describe("Rows to train on: valid rows without the exact duplicates"),
  classes: z
    .strictObject({
      field: z.string().describe("Field that holds the class; assistant for a chat of one answer"),
      counts: z
        .array(z.strictObject({ name: z.string(), rows: z.int().min(1) }))
        .min(1)
        .describe("Trainable rows of each class, the largest first"),
    })
    .nullable()
    .describe(
      "Classes, where every row has one answer of at most 100 characters, and there are at most 200 of them, each twice on average",
    ),
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
});
export type DatasetProfile = z.infer<typeof DatasetProfile>;
