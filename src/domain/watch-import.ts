import * as z from "zod";

import { PositiveMoney } from "./source.ts";

/** A request of the traffic as it is watched: what was measured of it, without its texts. */
export const WatchedRequest = z.strictObject({
  id: z.string().min(1),
  timeMs: z.int().describe("When, milliseconds since 1970, UTC"),
  user: z.string().nullable().describe("Pseudonym of who asked, or of the conversation"),
  model: z.string().nullable(),
  slice: z.string().nullable(),
  promptCharacters: z.int().min(0),
  answerCharacters: z.int().min(0),
  isRefusal: z.boolean(),
  isJson: z.boolean(),
  language: z.string().nullable().describe("Of the prompt, ISO 639-1; null where it cannot be told"),
  latencySec: z.number().min(0).nullable(),
  costUsd: PositiveMoney.nullable(),
  feedback: z.int().min(-1).max(1).nullable().describe("-1: rated badly, 1: well"),
  vector: z.string().describe("Hashed n-grams of the prompt, 64 bytes as base64"),
});
export type WatchedRequest = z.infer<typeof WatchedRequest>;

/** The texts of a request after redaction. */
export const WatchedTexts = z.strictObject({ id: z.string().min(1), prompt: z.string(), answer: z.string() });
export type WatchedTexts = z.infer<typeof WatchedTexts>;

/** Rows that were left out for one reason. */
export const LeftOut = z.strictObject({
  reason: z.string().describe("Why"),
  rows: z.int().min(1).describe("Rows (n)"),
  firstLine: z.int().min(1).nullable().describe("Line of the first"),
});

export type LeftOut = z.infer<typeof LeftOut>;

/** What became of one file of requests. */
export const WatchImportFile = z.strictObject({
  path: z.string().describe("The file"),
  rows: z.int().min(0).describe("Rows that it holds (n)"),
  imported: z.int().min(0).describe("Rows that were stored (n)"),
  known: z.int().min(0).describe("Rows that were imported before, by their id (n)"),
  notSampled: z.int().min(0).describe("Rows that the sample did not take (n)"),
  rejected: z.array(LeftOut).describe("Rows that could not be used"),
  sha256: z.string().describe("SHA-256 of the file"),
});
export type WatchImportFile = z.infer<typeof WatchImportFile>;

/** What `watch import` answers. */
export const WatchImport = z.strictObject({
  files: z.array(WatchImportFile).describe("Files, in the order given"),
  redacted: z
    .array(z.strictObject({ entity: z.string().describe("Entity"), spans: z.int().min(1).describe("Spans (n)") }))
    .describe("Personal data that was replaced before it was stored"),
  stored: z.strictObject({
    rows: z.int().min(0).describe("Requests stored now (n)"),
    from: z.string().nullable().describe("First day, UTC"),
    to: z.string().nullable().describe("Last day, UTC"),
  }),
  sample: z.number().min(0).max(1).describe("Share of requests that were to be taken"),
  folder: z.string().describe("Where the requests are stored"),
});
export type WatchImport = z.infer<typeof WatchImport>;
