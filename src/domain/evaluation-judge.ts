import * as z from "zod";

import { JudgeCheck } from "./judge-check.ts";
import { JudgeEndpoint } from "./judge.ts";
import { ScoreInterval } from "./score-interval.ts";
import { Money } from "./source.ts";

/** A model that judges answers. */
export const EvaluationJudge = JudgeEndpoint.extend({
  allowSelf: z.boolean().default(false).describe("It may judge answers of its own model"),
});
export type EvaluationJudge = z.infer<typeof EvaluationJudge>;

/**
 * Form of a question to a judge: rating one answer by levels, comparing one answer with a correct one, or comparing two
 * answers.
 */
export const JudgeMode = z.enum(["rubric", "reference", "pairwise"]);
export type JudgeMode = z.infer<typeof JudgeMode>;

/** A level of a rubric. */
export const JudgeLevel = z.strictObject({
  label: z
    .string()
    .regex(/^[\w .-]{1,40}$/, "expected letters, digits, spaces, dots and dashes")
    .describe("Verdict that the judge gives: [[label]]"),
  score: z.number().min(0).max(1).describe("Score of the level, 0 to 1"),
  anchor: z.string().min(1).describe("What an answer of this level is like"),
});
export type JudgeLevel = z.infer<typeof JudgeLevel>;

/** `eval/judges/NAME.yaml`: the prompt of a judge. Every result contains its SHA-256. */
export const JudgePrompt = z.strictObject({
  version: z.union([z.string().min(1).max(40), z.number()]).describe("Version of the prompt, for people"),
  mode: JudgeMode,
  system: z.string().min(1).optional().describe("System turn"),
  prompt: z
    .string()
    .min(1)
    .describe(
      "User turn, with {{question}}, {{answer}}, {{reference}} and {{levels}}; pairwise: {{answer_a}} and {{answer_b}}",
    ),
  levels: z.array(JudgeLevel).max(20).default([]).describe("Levels of rubric and reference; none for pairwise"),
});
export type JudgePrompt = z.infer<typeof JudgePrompt>;

/** Human labels with which a judge is compared. */
export const JudgeLabels = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe(
      "Dataset file in the programme folder; rows with `question`, `answer` and `human`, for pairwise `answer_a`, `answer_b` and `human` (A, B or tie)",
    ),
  from: z
    .enum(["sample", "elsewhere"])
    .default("elsewhere")
    .describe(
      "sample: a random sample of the items of this set, by `id`, with the answer that was labelled; elsewhere: other rows",
    ),
});
export type JudgeLabels = z.infer<typeof JudgeLabels>;

/** Requests, tokens and price of a model. */
export const AnswerCost = z.strictObject({
  requests: z.int().min(0).describe("Answers that this evaluation rests on"),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  estimatedUsage: z.int().min(0).describe("Answers whose tokens the endpoint did not count"),
  usd: Money.nullable().describe("null if the endpoint is free"),
  unansweredUsd: Money.nullable()
    .default(null)
    .describe(
      "Part of usd for requests without a usable answer, among them interrupted ones at their largest possible cost; null if free, and in results of earlier versions",
    ),
  price: z.string().describe("Source of the price"),
});
export type AnswerCost = z.infer<typeof AnswerCost>;

/** Cost of answers for which no request was sent from here, with the reason in place of a price. */
export function noCost(price: string): AnswerCost {
  return {
    requests: 0,
    inputTokens: 0,
    outputTokens: 0,
    estimatedUsage: 0,
    usd: null,
    unansweredUsd: null,
    price,
  };
}

/** Verdict of one judge on an answer. */
export const JudgeVerdict = z.strictObject({
  scorer: z.string(),
  judge: z.string(),
  verdict: z.string().nullable().describe("null if there is none; the answer is then not scored"),
  isFlipped: z.boolean().describe("Pairwise: it changed with the order of the answers, and counts as a tie"),
  text: z.string().describe("The first 600 characters of the judge's answer, or why there is none"),
});
export type JudgeVerdict = z.infer<typeof JudgeVerdict>;

/** One judge of a score, with its comparison to human labels. */
export const JudgeCard = z.strictObject({
  judge: z.string(),
  model: z.string(),
  endpoint: z.string(),
  servedModels: z.array(z.string()),
  check: JudgeCheck.nullable().describe("null if there are no human labels"),
  isAdmitted: z.boolean(),
  reasons: z.array(z.string()).describe("Why it is not admitted"),
  asked: z.int().min(0).describe("Questions about the answers of this target"),
  withoutVerdict: z.int().min(0).describe("Answers without a verdict of the judge; they are not scored"),
  flipped: z.int().min(0).describe("Pairwise: verdicts that changed with the order"),
  cost: AnswerCost.describe("Cost of judging the answers of this target, without the check"),
  checkCost: AnswerCost.describe("Cost of the check against human labels"),
});
export type JudgeCard = z.infer<typeof JudgeCard>;

/** A score given by judges, corrected by human labels if there are any. */
export const JudgedScore = z.strictObject({
  scorer: z.string(),
  mode: JudgeMode,
  prompt: z.strictObject({ file: z.string(), version: z.string(), sha256: z.string() }),
  against: z.string().nullable().describe("Pairwise: target that gave the other answers; null for the reference"),
  labelsSha256: z
    .string()
    .nullable()
    .default(null)
    .describe("Hash of the file of human labels; null without labels, and in results of earlier versions"),
  judges: z.array(JudgeCard),
  agreement: z.number().nullable().describe("Krippendorff's alpha of several judges"),
  isAdmitted: z.boolean().describe("Every judge is admitted by human labels"),
  reasons: z.array(z.string()).describe("Why the score may decide nothing"),
  headline: z.strictObject({
    value: z.number().nullable(),
    interval: ScoreInterval.nullable(),
    n: z.int().min(0).describe("Items"),
    labels: z.int().min(0).describe("Human labels that it rests on"),
    method: z
      .enum(["people", "ppi++", "rogan-gladen", "uncorrected"])
      .describe(
        "people: every item has a human label; ppi++: a random sample has one; rogan-gladen: the labels are of other rows; uncorrected: the judges' own scores",
      ),
    note: z.string().nullable().describe("Why it is not corrected, or not by PPI++"),
  }),
});
export type JudgedScore = z.infer<typeof JudgedScore>;
