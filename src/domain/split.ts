import * as z from "zod";

import { RowFields } from "./dataset-profile.ts";
import { Funnel } from "./funnel.ts";

/** Requested size of a part: rows, or a share of all rows. */
export const SplitSize = z
  .union([
    z.string().regex(/^(?:\d{1,12}|\d{1,2}(?:\.\d{1,6})?%)$/, "Expected rows, as 500, or a share, as 5%"),
    z.int().min(0),
  ])
  .describe("Rows, as in 500, or a share of all, as in 5%");
export type SplitSize = z.infer<typeof SplitSize>;

/** The parts of a split. */
export const SplitPart = z.enum(["train", "validation", "test"]);
export type SplitPart = z.infer<typeof SplitPart>;

/** Options of the stage that splits rows into training, validation and test parts. */
export const SplitOptions = z.strictObject({
  test: SplitSize.default("10%").describe("Test rows: 500, or 5% of all"),
  validation: SplitSize.default("0").describe("Validation rows: 500, or 5% of all"),
  groupBy: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Fields whose equal values remain in one part, each field separately: a user, a document; a path for a nested field, as in messages.0.content for the first message",
    ),
  stratifyBy: z.string().min(1).optional().describe("Field whose values have the same shares in every part"),
  timeField: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Field with the time of a row: the newest rows form the test part, those before them the validation part",
    ),
  nearDuplicates: z
    .boolean()
    .default(true)
    .describe("Keep near-duplicates in one part")
    .meta({ whenOff: "Allow near-duplicates in different parts and report them as findings" }),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of the hash that places a row or group"),
  fields: RowFields.optional().describe("Fields to compare for near-duplicates; default: recognised"),
});
export type SplitOptions = z.infer<typeof SplitOptions>;

/** Options of the pipeline stage: those of a split, and the part that is passed on. */
export const SplitStageOptions = SplitOptions.extend({
  part: SplitPart.optional().describe("Part whose rows are passed on; default: all parts, each row with a note"),
});
export type SplitStageOptions = z.infer<typeof SplitStageOptions>;

/** A limitation of a split, or an error; a leak is an error. */
export const SplitFinding = z.strictObject({
  kind: z
    .enum([
      "leak-id",
      "leak-group",
      "leak-near-duplicate",
      "near-pair",
      "size-missed",
      "stratum-missing",
      "no-group",
      "no-label",
    ])
    .describe(
      "leak-…: the same row, group or near-duplicate is in two parts; near-pair: held-out rows that are similar to a training row; size-missed: the size of a part differs from the requested size; stratum-missing: a part lacks a value; no-group, no-label: rows without the field",
    ),
  count: z.int().min(1).describe("Rows or values concerned"),
  detail: z.string().describe("Evidence"),
});
export type SplitFinding = z.infer<typeof SplitFinding>;

/** A held-out row and the most similar training row. */
export const SplitPair = z.strictObject({
  part: SplitPart,
  row: z.int().min(1).describe("Held-out row, counted over all files from 1"),
  place: z.string().describe("Line and file of the held-out row"),
  trainRow: z.int().min(1).describe("Most similar training row"),
  trainPlace: z.string().describe("Line and file of the training row"),
  similarity: z.number().min(0).max(1).describe("Jaccard similarity of 5-word shingles, estimated, ± 0.06"),
});
export type SplitPair = z.infer<typeof SplitPair>;

/** A part of the result. */
export const SplitPartResult = z.strictObject({
  part: SplitPart,
  file: z.string().nullable().describe("File with its rows; null if none was requested"),
  sha256: z.string().nullable().describe("SHA-256 of that file"),
  asked: z.string().nullable().describe("Requested size; null for the remainder"),
  rows: z.int().min(0).describe("Rows in it"),
  groups: z.int().min(0).describe("Groups in it; the rows of a group are never divided"),
  firstTime: z.string().nullable().describe("Oldest time of its rows; null without a time field"),
  lastTime: z.string().nullable().describe("Newest time of its rows"),
});
export type SplitPartResult = z.infer<typeof SplitPartResult>;

/** Result of `data split`. */
export const SplitResult = z.strictObject({
  out: z.string().describe("Folder with the parts"),
  options: SplitOptions,
  keep: z.string().nullable().describe("Earlier split whose rows remained in their parts"),
  parts: z.array(SplitPartResult).describe("train, validation, test"),
  groups: z.int().min(0).describe("Groups of rows, counting single rows"),
  largestGroup: z.int().min(0).describe("Rows of the largest group"),
  strata: z
    .array(z.strictObject({ value: z.string(), train: z.int(), validation: z.int(), test: z.int() }))
    .describe("Rows by value of the stratification field, most frequent first; at most 200"),
  nearest: z
    .strictObject({
      rows: z.int().min(0).describe("Held-out rows by similarity with a training row, from 0.5"),
      pairs: z.array(SplitPair).describe("The most similar pairs, at most 5"),
    })
    .describe("The nearest pairs across parts"),
  findings: z.array(SplitFinding).describe("Leaks first"),
  funnel: Funnel,
});
export type SplitResult = z.infer<typeof SplitResult>;
