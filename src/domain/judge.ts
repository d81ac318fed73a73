import * as z from "zod";

import { Money, PositiveMoney } from "./source.ts";

/** Whom a model's judgement is asked of, and what it may cost. */
export const JudgeEndpoint = z.strictObject({
  url: z
    .string()
    .min(1)
    .describe("Address of an OpenAI-compatible endpoint, as http://localhost:8000 or https://api.openai.com/v1"),
  model: z.string().min(1).max(200).describe("Model to ask, as the endpoint calls it"),
  keyEnv: z
    .string()
    .min(1)
    .default("OPENAI_API_KEY")
    .describe("Environment variable with the key, which is never printed or stored"),
  maxUsd: PositiveMoney.default("1.00").describe(
    "Largest cost of the answers, US dollars, including earlier ones; a request that could exceed it is not sent",
  ),
  usdPerMtokInput: PositiveMoney.optional().describe(
    "Price of a million input tokens; default: by the model's name in the price book",
  ),
  usdPerMtokOutput: PositiveMoney.optional().describe("Price of a million output tokens"),
  free: z.boolean().default(false).describe("Tokens are free: the endpoint is your own"),
  maxTokens: z
    .int()
    .min(16)
    .max(100_000)
    .default(512)
    .describe("Most tokens of an answer; reasoning models need thousands"),
  concurrency: z.int().min(1).max(256).default(4).describe("Concurrent requests"),
  timeoutSec: z.number().positive().max(3600).default(120).describe("Timeout of a request, seconds"),
});
export type JudgeEndpoint = z.infer<typeof JudgeEndpoint>;

/** How the quality of rows is judged by a model. */
export const QualityJudge = JudgeEndpoint.extend({
  min: z
    .number()
    .min(1)
    .max(5)
    .optional()
    .describe("Lowest score that a row may have, of 1 to 5; default: no row is dropped for its score"),
  sample: z.int().min(1).optional().describe("Rows to judge, drawn at random from the kept rows; default: all of them"),
  seed: z.int().min(0).default(1).describe("Seed of that draw"),
});
export type QualityJudge = z.infer<typeof QualityJudge>;

/** How a model judges which rows are a rephrasing of an item. */
export const RephraseJudge = JudgeEndpoint.extend({
  topK: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe("Rows to ask about for each item: those that are nearest to it, by their vectors or by rare words"),
});
export type RephraseJudge = z.infer<typeof RephraseJudge>;

/** Why a row or a pair has no judgement. */
export const UnjudgedReason = z.enum(["refusal", "no-json", "no-verdict", "cut-off", "no-answer", "over-cap"]);
export type UnjudgedReason = z.infer<typeof UnjudgedReason>;

/** What judging takes, before it starts. */
export const JudgeEstimate = z.strictObject({
  questions: z.int().min(0).describe("Different questions"),
  known: z.int().min(0).describe("Answered before, in the file of answers"),
  inputTokens: z
    .strictObject({ low: z.int().min(0), high: z.int().min(0) })
    .describe("Input tokens of the others, from and to"),
  outputTokens: z.int().min(0).describe("Most output tokens of the others"),
  paidUsd: Money.nullable().describe("What the known answers cost; null where nobody is paid"),
  usd: z
    .strictObject({ low: Money, high: Money })
    .nullable()
    .describe("What the others cost, from answers of 60 tokens to the longest; null where nobody is paid"),
  price: z.string().describe("Where the price comes from"),
});
export type JudgeEstimate = z.infer<typeof JudgeEstimate>;

/** What would be asked: nothing is sent before somebody agrees to it. */
export const JudgePlan = z.strictObject({
  model: z.string().describe("Model that would be asked"),
  endpoint: z.string().describe("Address, without what may be secret"),
  isThisMachine: z.boolean().describe("The address is this machine: nothing leaves it"),
  prompt: z.string().describe("Name and version of the prompt"),
  estimate: JudgeEstimate,
  maxUsd: Money.nullable().describe("The cap; null where nobody is paid"),
  firstQuestion: z.string().nullable().describe("The first question without an answer, as it would be sent"),
});
export type JudgePlan = z.infer<typeof JudgePlan>;

/** What a model judged, and what it cost. */
export const JudgeSummary = z.strictObject({
  model: z.string().describe("Model that was asked"),
  endpoint: z.string().describe("Address, without what may be secret"),
  prompt: z.string().describe("Name and version of the prompt"),
  estimate: JudgeEstimate,
  sent: z.int().min(0).describe("Requests of this run, including retries"),
  answered: z.int().min(0).describe("Answers of this run"),
  judged: z.int().min(0).describe("Questions with a verdict, including earlier ones"),
  unjudged: z
    .array(z.strictObject({ reason: UnjudgedReason, questions: z.int().min(1) }))
    .describe("Questions without one, by reason: no score is made up for them"),
  values: z
    .array(z.strictObject({ value: z.string(), questions: z.int().min(1) }))
    .describe("How many questions got each verdict: scores, or rephrase and different"),
  spentUsd: Money.nullable().describe(
    "Cost of all answers to these questions, of this run and of those before; null where nobody is paid",
  ),
  maxUsd: Money.nullable().describe("The cap; null where nobody is paid"),
  estimatedUsage: z
    .int()
    .min(0)
    .describe("Answers whose tokens the endpoint did not count: their cost is by our estimate of them"),
  failure: z.string().nullable().describe("The last failure of the endpoint; null where every question was answered"),
  answers: z.string().describe("File with the answers; a later run asks for those that are not in it"),
});
export type JudgeSummary = z.infer<typeof JudgeSummary>;
