import * as z from "zod";

import { ScoreInterval } from "./score-interval.ts";

/** Request of `eval bias`. */
export const BiasRequest = z.strictObject({
  id: z.string().min(1).describe("Evaluation: its id, the beginning of its id, or the name of a target"),
  field: z.string().min(1).describe("Slice field of the set whose values are the groups"),
  scorer: z.string().min(1).optional().describe("Score to compare; default: the headline"),
  minItems: z.coerce.number().int().min(2).default(30).describe("Minimum number of items of a group that is compared"),
  correction: z
    .enum(["holm", "bh"])
    .default("holm")
    .describe("holm: no false finding at all; bh: a bounded share of false findings (Benjamini-Hochberg)"),
});
export type BiasRequest = z.infer<typeof BiasRequest>;

/** A group, compared with all others together. */
export const BiasGroup = z.strictObject({
  group: z.string(),
  n: z.int().min(0).describe("Items that were scored"),
  mean: z.number().nullable(),
  interval: ScoreInterval.nullable().describe("95 %"),
  difference: z.number().nullable().describe("Mean of the group minus that of all other groups"),
  differenceInterval: ScoreInterval.nullable().describe("95 %"),
  p: z.number().nullable().describe("Two-sided, of no difference"),
  adjustedP: z.number().nullable().describe("Over the groups that are compared"),
  ratio: z.number().nullable().describe("Mean of the group, divided by the highest mean of a group"),
  isCompared: z
    .boolean()
    .describe("false: it has fewer items than the minimum or is one cluster, or no other group has enough"),
});
export type BiasGroup = z.infer<typeof BiasGroup>;

/** Items and their variants for a group: the change of the score with the wording. */
export const CounterfactualResult = z.strictObject({
  group: z.string().describe("Variant of the items"),
  pairs: z.int().min(0).describe("Items that were asked in both wordings"),
  changed: z.int().min(0).describe("Pairs with different scores"),
  difference: z.number().nullable().describe("Variant minus original"),
  interval: ScoreInterval.nullable().describe("95 %, paired"),
  p: z.number().nullable(),
  adjustedP: z.number().nullable(),
});
export type CounterfactualResult = z.infer<typeof CounterfactualResult>;

/** Result of `eval bias`. */
export const BiasReport = z.strictObject({
  evaluation: z.string(),
  target: z.string(),
  scorer: z.string(),
  field: z.string(),
  minItems: z.int(),
  correction: z.enum(["holm", "bh"]),
  groups: z.array(BiasGroup),
  worstGap: z
    .strictObject({
      highest: z.string(),
      lowest: z.string(),
      gap: z.number(),
      interval: ScoreInterval.describe("95 % for all pairs of groups together (Bonferroni)"),
      pairs: z.int().min(1).describe("Pairs of groups"),
    })
    .nullable()
    .describe("Between the groups with the highest and the lowest mean; null for fewer than two groups"),
  fourFifths: z
    .strictObject({ ratio: z.number(), group: z.string(), isBelow: z.boolean().describe("Below 0.8") })
    .nullable()
    .describe("Lowest ratio to the highest group, for scores of right and wrong; null for refusals"),
  counterfactual: z.array(CounterfactualResult).describe("Of items that `eval swap` made"),
  note: z.string(),
});
export type BiasReport = z.infer<typeof BiasReport>;

/** Request of `eval swap`. */
export const SwapRequest = z.strictObject({
  file: z.string().min(1).describe("File of items: JSONL, CSV or Parquet"),
  swaps: z
    .string()
    .min(1)
    .describe(
      "Your own CSV with columns group, from, to: words and their replacements; list both directions if needed",
    ),
  field: z.array(z.string().min(1)).min(1).describe("Text field in which words are replaced; may be repeated"),
  id: z.string().min(1).default("id").describe("Field that identifies an item"),
  out: z.string().min(1).describe("File for the items and their variants, as JSONL"),
});
export type SwapRequest = z.infer<typeof SwapRequest>;

/** Result of `eval swap`. */
export const SwapResult = z.strictObject({
  out: z.string(),
  items: z.int().min(0),
  variants: z.array(
    z.strictObject({ group: z.string(), items: z.int().min(0).describe("Items with a word of the group") }),
  ),
  unchanged: z.int().min(0).describe("Items without a word of the list: they are kept, without variants"),
});
export type SwapResult = z.infer<typeof SwapResult>;
