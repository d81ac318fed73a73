import * as z from "zod";

import { Traffic } from "./traffic.ts";

/** Exports of usage that can be read. */
export const UsageFormat = z.enum(["openai-usage", "litellm-spend", "langfuse-observations", "requests"]);
export type UsageFormat = z.infer<typeof UsageFormat>;

/** Rows of a file that are not in the month, by reason. */
export const LeftOut = z.strictObject({
  reason: z.string().describe("Why they are not counted"),
  rows: z.int().describe("How many"),
  firstLine: z.int().nullable().describe("Line of the first; null where the file has no lines"),
});
export type LeftOut = z.infer<typeof LeftOut>;

/** One file of usage and what became of its rows: `rows` = `used` + `skipped` + `rejected`. */
export const UsageFile = z.strictObject({
  path: z.string().describe("The file, as named by the user"),
  format: UsageFormat,
  rows: z.int().describe("Rows of the file; of an aggregated export its buckets by model"),
  used: z.int().describe("Rows that are in the month"),
  skipped: z
    .array(LeftOut)
    .describe("Rows that are not traffic of a served model: failed, answered by a cache, counted before"),
  rejected: z.array(LeftOut).describe("Implausible rows: negative or broken counts, times that are none"),
  sha256: z.string().describe("SHA-256 of the file"),
});
export type UsageFile = z.infer<typeof UsageFile>;

/** A row that holds much of the month by itself: counted, and shown. */
export const GiantRow = z.strictObject({
  path: z.string().describe("The file"),
  line: z.int().nullable().describe("Its line"),
  tokens: z.number().describe("Its input and output tokens"),
  shareOfTokens: z.number().describe("Share of all tokens that were read"),
  timesMedian: z.number().describe("Times the median row"),
});
export type GiantRow = z.infer<typeof GiantRow>;

/** A month of traffic read from exports of usage, and what became of every row. */
export const TrafficImport = z.strictObject({
  traffic: Traffic,
  files: z.array(UsageFile).describe("The files, in their order"),
  giants: z.array(GiantRow).describe("Rows that hold much of the month by themselves"),
  out: z.string().nullable().describe("The file that was written; null where none was asked for"),
});
export type TrafficImport = z.infer<typeof TrafficImport>;
