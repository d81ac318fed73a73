import * as z from "zod";

import { BiasReport } from "./bias-report.ts";
import { JudgedScore } from "./evaluation-judge.ts";
import { EvaluationResult, ScoredItem, ScoreSummary } from "./evaluation-result.ts";
import { Money } from "./source.ts";

/** The headline score of an evaluation. */
export const HeadlineScore = ScoreSummary.pick({ scorer: true, mean: true, interval: true, n: true }).extend({
  correction: JudgedScore.shape.headline.shape.method
    .nullable()
    .describe("How human labels corrected a score of judges; null if judges did not give it"),
});
export type HeadlineScore = z.infer<typeof HeadlineScore>;

/** An evaluation as a row of a list. */
export const EvaluationRow = z.strictObject({
  id: z.string(),
  evaluation: z.string().describe("Name of eval/NAME.yaml"),
  target: z.string(),
  model: z.string().nullable(),
  set: z.string(),
  terms: z.string().describe("Equal for evaluations that can be compared: set, prompt, scorers and sampling"),
  headline: HeadlineScore.nullable(),
  isComplete: z.boolean(),
  errors: z.int().min(0).describe("Answers that are missing"),
  isAdmitted: z.boolean().nullable().describe("Human labels admit the judges of the headline; null without judges"),
  contaminated: z.int().min(0).nullable().describe("Items in the training rows; null if not searched for"),
  targetUsd: Money.nullable(),
  judgesUsd: Money.nullable(),
  finishedAt: z.iso.datetime(),
});
export type EvaluationRow = z.infer<typeof EvaluationRow>;

/** The evaluations of a programme, newest first. */
export const EvaluationList = z.strictObject({
  evaluations: z.array(EvaluationRow),
  unreadable: z.array(z.string()).describe("Ids of evaluations whose files cannot be read"),
});
export type EvaluationList = z.infer<typeof EvaluationList>;

/** One evaluation with the lowest-scoring items. */
export const EvaluationView = z.strictObject({
  result: EvaluationResult,
  headline: HeadlineScore.nullable(),
  bias: z.array(BiasReport).describe("Groups of each slice that has two with at least 30 items"),
  bins: z.array(z.strictObject({ label: z.string(), count: z.int().min(0) })).describe("Items by their headline score"),
  lowest: z.array(ScoredItem).describe("The first items below 1 by their headline score, lowest first"),
  below: z.int().min(0).describe("Items below 1"),
});
export type EvaluationView = z.infer<typeof EvaluationView>;
