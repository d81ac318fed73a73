import * as z from "zod";

import { Money, PositiveMoney } from "./source.ts";

/** The model to ask, and the cap on its cost. */
export const JudgeEndpoint = z.strictObject({
  url: z
    .string()
    .min(1)
    .describe("Address of an OpenAI-compatible endpoint, as in http://localhost:8000 or https://api.openai.com/v1"),
  model: z.string().min(1).max(200).describe("Model to ask, by its name at the endpoint"),
  keyEnv: z
    .string()
    .min(1)
    .default("OPENAI_API_KEY")
    .describe("Environment variable with the key, which is never printed or stored"),
  maxUsd: PositiveMoney.default("1.00").describe(
    "Largest cost of the answers, US dollars, including earlier ones; a request that could exceed it is not sent",
  ),
  usdPerMtokInput: PositiveMoney.optional().describe(
    "Price of a million input tokens; default: from the price book, by the model's name",
  ),
  usdPerMtokOutput: PositiveMoney.optional().describe("Price of a million output tokens"),
  free: z.boolean().default(false).describe("Tokens are free because the endpoint is your own"),
  maxTokens: z
    .int()
    .min(16)
    .max(100_000)
    .default(512)
    .describe("Maximum number of tokens of an answer; reasoning models need thousands"),
  concurrency: z.int().min(1).max(256).default(4).describe("Concurrent requests"),
  timeoutSec: z.number().positive().max(3600).default(120).describe("Timeout of a request, seconds"),
});
export type JudgeEndpoint = z.infer<typeof JudgeEndpoint>;

/** Settings of a model that judges the quality of rows. */
export const QualityJudge = JudgeEndpoint.extend({
  min: z
    .number()
    .min(1)
    .max(5)
    .optional()
    .describe("Lowest score of a kept row, from 1 to 5; default: no row is dropped for its score"),
  sample: z.int().min(1).optional().describe("Rows to judge, drawn at random from the kept rows; default: all of them"),
  seed: z.int().min(0).default(1).describe("Seed of this sample"),
});
export type QualityJudge = z.infer<typeof QualityJudge>;

/** Settings of a model that decides which rows paraphrase an item. */
export const RephraseJudge = JudgeEndpoint.extend({
  topK: z.int().min(1).max(100).default(3).describe("Rows to ask about per item: the nearest by vectors or rare words"),
});
export type RephraseJudge = z.infer<typeof RephraseJudge>;

/** Reason why a row or a pair has no verdict. */
export const UnjudgedReason = z.enum(["refusal", "no-json", "no-verdict", "cut-off", "no-answer", "over-cap"]);
export type UnjudgedReason = z.infer<typeof UnjudgedReason>;

/** Estimate for judging, made before it starts. */
export const JudgeEstimate = z.strictObject({
  questions: z.int().min(0).describe("Different questions"),
  known: z.int().min(0).describe("Already answered, in the file of answers"),
  inputTokens: z
    .strictObject({ low: z.int().min(0), high: z.int().min(0) })
    .describe("Input tokens of the unanswered questions, low and high end"),
  outputTokens: z.int().min(0).describe("Largest number of output tokens of the unanswered questions"),
  paidUsd: Money.nullable().describe("Cost of the stored answers; null if the endpoint is free"),
  usd: z
    .strictObject({ low: Money, high: Money })
    .nullable()
    .describe("Cost of the others, from answers of 60 tokens to the maximum length; null if the endpoint is free"),
  price: z.string().describe("Source of the price"),
});
export type JudgeEstimate = z.infer<typeof JudgeEstimate>;

/** Planned requests. Nothing is sent before confirmation. */
export const JudgePlan = z.strictObject({
  model: z.string().describe("Model that would be asked"),
  endpoint: z.string().describe("Address, without parts that may be secret"),
  isThisMachine: z.boolean().describe("True if the endpoint is this machine, so that nothing leaves it"),
  prompt: z.string().describe("Name and version of the prompt"),
  estimate: JudgeEstimate,
  maxUsd: Money.nullable().describe("Cap; null if the endpoint is free"),
  firstQuestion: z.string().nullable().describe("The first question without an answer, as it would be sent"),
});
export type JudgePlan = z.infer<typeof JudgePlan>;

/** Verdicts of a model, and their cost. */
export const JudgeSummary = z.strictObject({
  model: z.string().describe("Model that was asked"),
  endpoint: z.string().describe("Address, without parts that may be secret"),
  prompt: z.string().describe("Name and version of the prompt"),
  estimate: JudgeEstimate,
  sent: z.int().min(0).describe("Requests of this run, including retries"),
  answered: z.int().min(0).describe("Answers of this run"),
  judged: z.int().min(0).describe("Questions with a verdict, including earlier runs"),
  unjudged: z
    .array(z.strictObject({ reason: UnjudgedReason, questions: z.int().min(1) }))
    .describe("Questions without a verdict, by reason; no score is made up for them"),
  values: z
    .array(z.strictObject({ value: z.string(), questions: z.int().min(1) }))
    .describe("Questions by verdict: scores, or rephrase and different"),
  spentUsd: Money.nullable().describe(
    "Cost of all answers to these questions, including earlier runs; null if the endpoint is free",
  ),
  maxUsd: Money.nullable().describe("Cap; null if the endpoint is free"),
  estimatedUsage: z.int().min(0).describe("Answers without token counts from the endpoint: their cost is estimated"),
  failure: z.string().nullable().describe("The last failure of the endpoint; null if every question was answered"),
  answers: z.string().describe("File with the answers; a later run asks only the questions that are missing"),
});
export type JudgeSummary = z.infer<typeof JudgeSummary>;
