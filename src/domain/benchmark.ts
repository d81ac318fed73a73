import * as z from "zod";

import { ImportedScore } from "./evaluation-import.ts";
import { EvaluationResult } from "./evaluation-result.ts";
import { JudgeEndpoint } from "./judge.ts";

const { keyEnv } = JudgeEndpoint.shape;

/** External program that asks the items and scores the answers. */
export const BenchmarkHarness = z.enum(["lm-eval", "inspect"]);
export type BenchmarkHarness = z.infer<typeof BenchmarkHarness>;

/** Method of comparing an answer with the correct one. */
export const BenchmarkScore = z.enum(["numeric", "choice", "exact"]);
export type BenchmarkScore = z.infer<typeof BenchmarkScore>;

/** Request of `eval benchmark`. */
export const BenchmarkRequest = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]{1,60}$/, "expected letters, digits, dots, underscores and dashes")
    .describe("gsm8k or mmlu, or your own name for a file with --question and --answer"),
  data: z.string().min(1).describe("File with the items: JSONL, JSON, CSV or Parquet; nothing is downloaded"),
  url: z.string().min(1).describe("Address of an OpenAI-compatible endpoint, such as http://localhost:8000"),
  model: z.string().min(1).max(200).describe("Model to ask, by its name at the endpoint"),
  target: z
    .string()
    .regex(/^[\w.-]{1,60}$/, "expected letters, digits, dots, underscores and dashes")
    .optional()
    .describe("Name of the target; default: the model's name"),
  keyEnv,
  harness: BenchmarkHarness.default("lm-eval").describe("Program that runs it: lm-evaluation-harness or Inspect"),
  python: z
    .string()
    .min(1)
    .optional()
    .describe("Python with that program: an executable or a virtual environment; default: TUNEWRIGHT_PYTHON"),
  question: z.string().min(1).optional().describe("Field with the question; default: that of the benchmark"),
  answer: z.string().min(1).optional().describe("Field with the right answer; default: that of the benchmark"),
  score: BenchmarkScore.optional().describe(
    "numeric: the last number of the answer; choice: the last letter of A to D; exact: the whole answer, ignoring case",
  ),
  limit: z.coerce.number().int().min(1).optional().describe("Ask the first items only"),
  maxTokens: z.coerce.number().int().min(1).max(100_000).default(512).describe("Maximum number of tokens of an answer"),
  concurrency: z.coerce.number().int().min(1).max(256).default(4).describe("Concurrent requests"),
  against: z
    .array(z.string().min(1))
    .default([])
    .describe("Training file in which items of the benchmark are searched for; may be repeated"),
});
export type BenchmarkRequest = z.infer<typeof BenchmarkRequest>;

/** The benchmark that a file contains. */
export const BenchmarkFile = z.strictObject({
  name: z.string(),
  title: z.string(),
  file: z.string(),
  sha256: z.string(),
  isPublished: z
    .boolean()
    .nullable()
    .describe(
      "It is the published file, byte by byte, or for MMLU its items in any format and order; null if the hash is unknown",
    ),
  licence: z.string().nullable(),
  source: z.string().nullable(),
  items: z.int().min(0),
});
export type BenchmarkFile = z.infer<typeof BenchmarkFile>;

/** Result of `eval benchmark`. */
export const BenchmarkRun = z.strictObject({
  benchmark: BenchmarkFile,
  harness: BenchmarkHarness,
  result: EvaluationResult,
  scores: z.array(ImportedScore),
});
export type BenchmarkRun = z.infer<typeof BenchmarkRun>;
