import * as z from "zod";

import { TokenCount } from "./dataset-profile.ts";

/** An example of a dropped row, with enough detail for a person to find and judge it. */
export const DropSample = z.strictObject({
  id: z.string().describe("Id of the row"),
  source: z.string().describe("Dataset of the row"),
  line: z.int().min(1).describe("Line in that dataset (or row number of a Parquet file), from 1"),
  detail: z.string().nullable().describe("Evidence; null if the reason is sufficient"),
  text: z.string().describe("Start of the row's text; empty if the row could not be read or contains personal data"),
});
export type DropSample = z.infer<typeof DropSample>;

/** Rows that a stage dropped for one reason. */
export const DropCount = z.strictObject({
  reason: z.string().describe("Reason code"),
  rows: z.int().min(1).describe("Rows with this reason"),
  samples: z.array(DropSample).describe("The first few, in the order of the rows"),
});
export type DropCount = z.infer<typeof DropCount>;

/** Input and output of one stage: `rowsIn` is `rowsKept` plus all dropped rows. */
export const FunnelStage = z.strictObject({
  stage: z.string().describe("Name of the stage; `read` for reading the files"),
  rowsIn: z.int().min(0).describe("Input rows"),
  rowsKept: z.int().min(0).describe("Output rows"),
  charactersIn: z.int().min(0).describe("Characters of all texts of the input rows (UTF-16 units)"),
  charactersKept: z.int().min(0).describe("Characters of all texts of the output rows, after the stage"),
  notes: z.int().min(0).describe("Notes on rows: spans, evidence, clusters"),
  dropped: z.array(DropCount).describe("Dropped rows by reason, most first"),
});
export type FunnelStage = z.infer<typeof FunnelStage>;

/** A funnel: the stages in order. The input of each stage is the output of the previous one. */
export const Funnel = z.array(FunnelStage).describe("Stages in order");
export type Funnel = z.infer<typeof Funnel>;

/** Tokens of the output rows of each stage, estimated from a sample. */
export const StageTokens = z.strictObject({
  method: TokenCount.shape.method,
  tokenizer: z.string().describe("File or encoding used"),
  errorNote: z.string().describe("Error of the method, and how it was measured"),
  stages: z.array(
    z.strictObject({
      stage: z.string(),
      sampledRows: z.int().min(0).describe("Output rows whose tokens were counted (n); also 0 if gc removed the rows"),
      kept: z.int().min(0).nullable().describe("Tokens of the output rows; null if no sampled row is among them"),
      keptLow: z.int().min(0).nullable().describe("Low end: sampling interval (95 %) and error of the method"),
      keptHigh: z.int().min(0).nullable().describe("High end"),
    }),
  ),
});
export type StageTokens = z.infer<typeof StageTokens>;

/** A finding about the decisions of a stage that a person should check. */
export const StageFinding = z.strictObject({
  finding: z.string().describe("Kind of finding, in kebab case; each stage has its own list"),
  rows: z.int().min(1).describe("Rows concerned"),
  detail: z.string(),
});
export type StageFinding = z.infer<typeof StageFinding>;
