import * as z from "zod";

import { EvaluationResult } from "./evaluation-result.ts";
import { ScoreInterval } from "./score-interval.ts";

/** Difference between two targets in one score, over the items that were scored for both. */
export const ScoreDifference = z.strictObject({
  scorer: z.string(),
  n: z.int().min(0).describe("Items that both were scored on"),
  baseline: z.number().nullable().describe("Mean of the baseline over these items"),
  target: z.number().nullable().describe("Mean of the target over these items"),
  difference: z.number().nullable().describe("Target minus baseline"),
  interval: ScoreInterval.nullable().describe("95 %, paired"),
  method: z.enum(["tango", "tango-clustered", "t", "t-clustered"]).describe("How the interval was computed"),
  p: z.number().nullable().describe("Two-sided test of no difference"),
  test: z.enum(["mcnemar-mid-p", "mcnemar-clustered", "sign-flip", "t-clustered"]),
  adjustedP: z.number().nullable().describe("Holm-adjusted over the slices of a field; equal to p for the whole set"),
  standardError: z.number().nullable().describe("Paired"),
  unpairedStandardError: z.number().nullable().describe("Standard error for two independent samples"),
  correlation: z.number().nullable(),
  detectable: z.number().nullable().describe("Smallest difference that is detected with 80 % power at the 5 % level"),
  itemsFor80Percent: z
    .int()
    .min(0)
    .nullable()
    .describe("Items needed to detect the observed difference; null if the difference is zero"),
  onlyBaseline: z.int().min(0).describe("Items on which the baseline scores higher"),
  onlyTarget: z.int().min(0).describe("Items on which the target scores higher"),
});
export type ScoreDifference = z.infer<typeof ScoreDifference>;

/** Difference over the items of one slice. */
export const SliceDifference = ScoreDifference.extend({ field: z.string(), value: z.string() });
export type SliceDifference = z.infer<typeof SliceDifference>;

/** An item with different scores for the two targets. */
export const FlippedItem = z.strictObject({
  id: z.string(),
  better: z.enum(["target", "baseline"]).describe("Which of both has the higher score"),
  prompt: z.string(),
  reference: z.string().nullable(),
  baselineAnswer: z.string().nullable(),
  targetAnswer: z.string().nullable(),
  baselineScore: z.number(),
  targetScore: z.number(),
});
export type FlippedItem = z.infer<typeof FlippedItem>;

/** `eval compare`: a target compared with a baseline on one frozen set. */
export const EvaluationComparison = z.strictObject({
  evaluation: z.string(),
  alsoIn: z.array(z.string()).describe("Other evaluation files that have results of both names"),
  set: z.strictObject({ name: z.string(), digest: z.string(), items: z.int().min(0) }),
  baseline: EvaluationResult,
  target: EvaluationResult,
  differences: z.array(ScoreDifference).describe("By scorer; the first is the headline score"),
  clean: z
    .strictObject({
      hits: z.int().min(1).describe("Items found in the training rows of either"),
      difference: ScoreDifference.describe("Headline score over the other items"),
    })
    .nullable()
    .describe("Comparison without contaminated items; null if none was found"),
  bins: z
    .array(z.strictObject({ label: z.string(), baseline: z.int().min(0), target: z.int().min(0) }))
    .describe("Items by the headline score, in the same bins for both"),
  slices: z.array(SliceDifference).describe("Slices of the headline score"),
  flips: z.array(FlippedItem).describe("Items by difference of the headline score, largest first"),
  flipCount: z.int().min(0),
  comparedOn: z.iso.datetime(),
  tool: z.string(),
});
export type EvaluationComparison = z.infer<typeof EvaluationComparison>;

/** One condition of a gate. */
export const GateCheck = z.strictObject({
  check: z.enum(["difference", "items", "errors", "complete", "slices", "contamination", "judge", "stated-before"]),
  passed: z.boolean(),
  detail: z.string(),
});
export type GateCheck = z.infer<typeof GateCheck>;

/** Result of a gate. */
export const GateResult = z.strictObject({
  gate: z.string(),
  kind: z.enum(["non-inferiority", "superiority"]),
  scorer: z.string(),
  margin: z.number(),
  passed: z.boolean(),
  checks: z.array(GateCheck),
  difference: ScoreDifference,
  comparison: z.strictObject({ baseline: z.string(), target: z.string() }).describe("Ids of the evaluations"),
});
export type GateResult = z.infer<typeof GateResult>;

/** `eval gate`: all gates of an evaluation. */
export const GateReport = z.strictObject({
  evaluation: z.string(),
  set: z.string(),
  passed: z.boolean(),
  gates: z.array(GateResult),
});
export type GateReport = z.infer<typeof GateReport>;
