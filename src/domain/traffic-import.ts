import * as z from "zod";

import { Traffic } from "./traffic.ts";

/** Supported usage exports. */
export const UsageFormat = z.enum(["openai-usage", "litellm-spend", "langfuse-observations", "requests"]);
export type UsageFormat = z.infer<typeof UsageFormat>;

/** Rows of a file that are not part of the month, by reason. */
export const LeftOut = z.strictObject({
  reason: z.string().describe("Reason"),
  rows: z.int().describe("Number of rows"),
  firstLine: z.int().nullable().describe("Line of the first; null if the file has no lines"),
});
export type LeftOut = z.infer<typeof LeftOut>;

/** One usage file and the result for its rows: `rows` = `used` + `skipped` + `rejected`. */
export const UsageFile = z.strictObject({
  path: z.string().describe("The file, as named by the user"),
  format: UsageFormat,
  rows: z.int().describe("Rows of the file; for an aggregated export, its buckets by model"),
  used: z.int().describe("Rows that are part of the month"),
  skipped: z
    .array(LeftOut)
    .describe("Rows that are not traffic of a served model: failed, answered by a cache, or counted before"),
  rejected: z.array(LeftOut).describe("Implausible rows: negative or invalid counts, invalid times"),
  sha256: z.string().describe("SHA-256 of the file"),
});
export type UsageFile = z.infer<typeof UsageFile>;

/** A row with an unusually large share of the month. It is counted, but also listed. */
export const GiantRow = z.strictObject({
  path: z.string().describe("File"),
  line: z.int().nullable().describe("Line"),
  tokens: z.number().describe("Input and output tokens of the row"),
  shareOfTokens: z.number().describe("Share of all tokens read"),
  timesMedian: z.number().describe("Multiple of the median row"),
});
export type GiantRow = z.infer<typeof GiantRow>;

/** A month of traffic imported from usage exports, and the result for every row. */
export const TrafficImport = z.strictObject({
  traffic: Traffic,
  files: z.array(UsageFile).describe("Files, in the given order"),
  giants: z.array(GiantRow).describe("Rows with an unusually large share of the month"),
  out: z.string().nullable().describe("Output file; null if none was requested"),
});
export type TrafficImport = z.infer<typeof TrafficImport>;
