import * as z from "zod";

import { RowFields } from "./dataset-profile.ts";
import { Funnel } from "./funnel.ts";

/** How large a part is asked to be: rows, or a share of all rows. */
export const SplitSize = z
  .union([
    z.string().regex(/^(?:\d{1,12}|\d{1,2}(?:\.\d{1,6})?%)$/, "Expected rows, as 500, or a share, as 5%"),
    z.int().min(0),
  ])
  .describe("Rows, as 500, or a share of all, as 5%");
export type SplitSize = z.infer<typeof SplitSize>;

/** The parts of a split. */
export const SplitPart = z.enum(["train", "validation", "test"]);
export type SplitPart = z.infer<typeof SplitPart>;

/** Options of the stage that parts rows into those to train on, to validate and to test with. */
export const SplitOptions = z.strictObject({
  test: SplitSize.default("10%").describe("Test rows: 500, or 5% of all"),
  validation: SplitSize.default("0").describe("Validation rows: 500, or 5% of all"),
  groupBy: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Fields whose equal values stay in one part, each on its own: a user, a document; a path for one inside, as messages.0.content for the first message",
    ),
  stratifyBy: z.string().min(1).optional().describe("Field whose values get the same shares in every part"),
  timeField: z
    .string()
    .min(1)
    .optional()
    .describe("Field with the time of a row: the newest rows are the test part, those before them the validation part"),
  nearDuplicates: z
    .boolean()
    .default(true)
    .describe("Keep near-duplicates in one part")
    .meta({ whenOff: "Allow near-duplicates in different parts and report them as findings" }),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of the hash that places a row or group"),
  fields: RowFields.optional().describe("Fields that are compared for near-duplicates; default: recognised"),
});
export type SplitOptions = z.infer<typeof SplitOptions>;

/** Options of the stage of a pipeline: those of a split, and which part goes on. */
export const SplitStageOptions = SplitOptions.extend({
  part: SplitPart.optional().describe("Part whose rows pass; default: all parts, each row with a note"),
});
export type SplitStageOptions = z.infer<typeof SplitStageOptions>;

/** Something that a split could not do, or that is wrong with it; a leak fails it. */
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
      "leak-…: the same row, group or near-duplicate stands in two parts; near-pair: rows that are held out and somewhat like a row to train on; size-missed: a part has other rows than were asked for; stratum-missing: a value that a part lacks; no-group, no-label: rows without the field",
    ),
  count: z.int().min(1).describe("Rows, or values, that it is about"),
  detail: z.string().describe("What was seen, for a person"),
});
export type SplitFinding = z.infer<typeof SplitFinding>;

/** A row that is held out and the row to train on that is most like it. */
export const SplitPair = z.strictObject({
  part: SplitPart,
  row: z.int().min(1).describe("Held-out row, counted over all files from 1"),
  trainRow: z.int().min(1).describe("Most similar training row"),
  similarity: z.number().min(0).max(1).describe("Jaccard similarity of 5-word shingles, estimated, ± 0.06"),
});
export type SplitPair = z.infer<typeof SplitPair>;

/** A part as it came out. */
export const SplitPartResult = z.strictObject({
  part: SplitPart,
  file: z.string().nullable().describe("File with its rows; null where it was not asked for"),
  sha256: z.string().nullable().describe("Hash of that file"),
  asked: z.string().nullable().describe("What was asked for; null for the rest"),
  rows: z.int().min(0).describe("Rows in it"),
  groups: z.int().min(0).describe("Groups in it: rows that no part may divide"),
  firstTime: z.string().nullable().describe("Oldest time of its rows; null without a time field"),
  lastTime: z.string().nullable().describe("Newest time of its rows"),
});
export type SplitPartResult = z.infer<typeof SplitPartResult>;

/** What `data split` made. */
export const SplitResult = z.strictObject({
  out: z.string().describe("Folder with the parts"),
  options: SplitOptions,
  keep: z.string().nullable().describe("Earlier split whose rows stayed in their parts"),
  parts: z.array(SplitPartResult).describe("train, validation, test"),
  groups: z.int().min(0).describe("Groups of rows that stay together, single rows counted"),
  largestGroup: z.int().min(0).describe("Rows of the largest"),
  strata: z
    .array(z.strictObject({ value: z.string(), train: z.int(), validation: z.int(), test: z.int() }))
    .describe("Rows of each value of the field stratified by, most first; at most 200"),
  nearest: z
    .strictObject({
      rows: z.int().min(0).describe("Held-out rows with a similar training row, from 0.5 up"),
      pairs: z.array(SplitPair).describe("The most similar, at most 5"),
    })
    .describe("The nearest pairs across parts"),
  findings: z.array(SplitFinding).describe("Leaks first"),
  funnel: Funnel,
});
export type SplitResult = z.infer<typeof SplitResult>;
