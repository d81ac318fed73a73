import * as z from "zod";

import { PositiveMoney } from "./source.ts";

/** A request of the monitored traffic: its measurements, without its texts. */
export const WatchedRequest = z.strictObject({
  id: z.string().min(1),
  timeMs: z.int().describe("Time, milliseconds since 1970, UTC"),
  user: z.string().nullable().describe("Pseudonym of the user or of the conversation"),
  model: z.string().nullable(),
  slice: z.string().nullable(),
  hasText: z
    .boolean()
    .default(true)
    .describe("false: from an export of usage, which has no texts; only latency and cost are measured"),
  share: z.number().gt(0).max(1).default(1).describe("Share of the requests of its slice that was imported"),
  promptCharacters: z.int().min(0),
  answerCharacters: z.int().min(0),
  isRefusal: z.boolean(),
  isJson: z.boolean(),
  language: z.string().nullable().describe("Language of the prompt, ISO 639-1; null if undetermined"),
  latencySec: z.number().min(0).nullable(),
  costUsd: PositiveMoney.nullable(),
  feedback: z.int().min(-1).max(1).nullable().describe("-1: rated badly, 1: rated well"),
  similarity: z
    .number()
    .min(-1)
    .max(1)
    .nullable()
    .default(null)
    .describe("Cosine of the answer and the reference answer of its row; null if it has none"),
  vector: z.string().describe("Hashed n-grams of the prompt, 64 bytes as base64"),
  embedding: z.string().nullable().default(null).describe("Vector of the prompt by a model, a byte each, as base64"),
  embedder: z.string().nullable().default(null).describe("Source of that vector"),
});
export type WatchedRequest = z.infer<typeof WatchedRequest>;

/** The texts of a request after redaction. */
export const WatchedTexts = z.strictObject({ id: z.string().min(1), prompt: z.string(), answer: z.string() });
export type WatchedTexts = z.infer<typeof WatchedTexts>;

/** The requests of a time bucket of an export of usage, summed. */
export const WatchedUsage = z.strictObject({
  id: z.string().min(1).describe("Hash of its time and of the fields by which the export groups"),
  startMs: z.int().describe("Start, milliseconds since 1970, UTC"),
  spanMs: z.int().min(1).describe("Length, milliseconds"),
  groupedBy: z.string().describe("Fields by which the export groups, with commas"),
  model: z.string().nullable(),
  requests: z.int().min(0).describe("Requests (n)"),
  inputTokens: z.int().min(0).describe("Input tokens (n)"),
  outputTokens: z.int().min(0).describe("Output tokens (n)"),
  costUsd: PositiveMoney.nullable().describe("Cost at the prices of its day; null if the model has no known price"),
});
export type WatchedUsage = z.infer<typeof WatchedUsage>;

/** Rows that were skipped for the same reason. */
export const LeftOut = z.strictObject({
  reason: z.string().describe("Reason"),
  rows: z.int().min(1).describe("Rows (n)"),
  firstLine: z.int().min(1).nullable().describe("Line of the first"),
});

export type LeftOut = z.infer<typeof LeftOut>;

/** Result for one file of requests. */
export const WatchImportFile = z.strictObject({
  path: z.string().describe("The file"),
  rows: z.int().min(0).describe("Rows in the file (n)"),
  imported: z.int().min(0).describe("Rows stored (n)"),
  withoutText: z.int().min(0).default(0).describe("Stored rows of exports of usage, without texts (n)"),
  buckets: z.int().min(0).default(0).describe("Stored rows that sum the requests of a time bucket (n)"),
  known: z.int().min(0).describe("Rows imported before, by id (n)"),
  notSampled: z.int().min(0).describe("Rows not in the sample (n)"),
  rejected: z.array(LeftOut).describe("Rows that were not usable"),
  sha256: z.string().nullable().describe("SHA-256 of the file; null for stored traces"),
});
export type WatchImportFile = z.infer<typeof WatchImportFile>;

/** Result of `watch import`. */
export const WatchImport = z.strictObject({
  files: z.array(WatchImportFile).describe("Files, in the order given"),
  redacted: z
    .array(z.strictObject({ entity: z.string().describe("Entity"), spans: z.int().min(1).describe("Spans (n)") }))
    .describe("Personal data that was replaced before storing"),
  stored: z.strictObject({
    rows: z.int().min(0).describe("Requests in the store now (n)"),
    buckets: z.int().min(0).default(0).describe("Sums of requests in the store now (n)"),
    from: z.string().nullable().describe("First day, UTC"),
    to: z.string().nullable().describe("Last day, UTC"),
  }),
  sample: z.number().min(0).max(1).describe("Share of requests to sample"),
  slices: z
    .array(z.strictObject({ slice: z.string(), share: z.number().min(0).max(1) }))
    .default([])
    .describe("Slices that are sampled at another share"),
  embedder: z.string().nullable().default(null).describe("Source of the vectors of prompts; null: hashed n-grams"),
  embeddingUsd: z.string().nullable().default(null).describe("Cost of the vectors of this run; null if free"),
  folder: z.string().describe("Location of the store"),
});
export type WatchImport = z.infer<typeof WatchImport>;
