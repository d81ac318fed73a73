import * as z from "zod";

import { TokenCount } from "./dataset-profile.ts";

/** A row that was dropped, as an example: enough for a person to find and judge it. */
export const DropSample = z.strictObject({
  id: z.string().describe("Id of the row"),
  source: z.string().describe("Dataset that it came from"),
  line: z.int().min(1).describe("Line (or row number of a Parquet file) in that dataset, from 1"),
  detail: z.string().nullable().describe("What was seen; null where the reason says it all"),
  text: z.string().describe("Start of the row's text; empty where the row could not be read or holds personal data"),
});
export type DropSample = z.infer<typeof DropSample>;

/** Rows that a stage dropped for one reason. */
export const DropCount = z.strictObject({
  reason: z.string().describe("Reason code"),
  rows: z.int().min(1).describe("Rows with it"),
  samples: z.array(DropSample).describe("The first few, in the order of the rows"),
});
export type DropCount = z.infer<typeof DropCount>;

/** What one stage let through and what it dropped: `rowsIn` is `rowsKept` and all dropped rows together. */
export const FunnelStage = z.strictObject({
  stage: z.string().describe("Name of the stage; `read` for the reading of the files"),
  rowsIn: z.int().min(0).describe("Incoming rows"),
  rowsKept: z.int().min(0).describe("Rows that pass"),
  charactersIn: z.int().min(0).describe("Characters of all texts of the incoming rows (UTF-16 units)"),
  charactersKept: z.int().min(0).describe("Characters of all texts of the rows that pass, as the stage leaves them"),
  notes: z.int().min(0).describe("Notes on rows: spans, evidence, clusters"),
  dropped: z.array(DropCount).describe("Dropped rows by reason, most first"),
});
export type FunnelStage = z.infer<typeof FunnelStage>;

/** A funnel: the stages in their order, each fed with what the one before let through. */
export const Funnel = z.array(FunnelStage).describe("Stages in their order");
export type Funnel = z.infer<typeof Funnel>;

/** Tokens of the rows that each stage let through, as estimated from some of them. */
export const StageTokens = z.strictObject({
  method: TokenCount.shape.method,
  tokenizer: z.string().describe("File or encoding used"),
  errorNote: z.string().describe("What the error of the method is, and how it was measured"),
  stages: z.array(
    z.strictObject({
      stage: z.string(),
      sampledRows: z
        .int()
        .min(0)
        .describe(
          "Rows whose tokens were counted, of those that the stage let through (n); 0 too where gc removed the rows",
        ),
      kept: z.int().min(0).nullable().describe("Tokens of the rows that go on; null where no sampled row does"),
      keptLow: z.int().min(0).nullable().describe("Low end: sampling interval (95 %) and the method's error"),
      keptHigh: z.int().min(0).nullable().describe("High end"),
    }),
  ),
});
export type StageTokens = z.infer<typeof StageTokens>;
