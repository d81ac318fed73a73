import * as z from "zod";

import { EvaluationResult } from "./evaluation-result.ts";
import { EvaluationPosted } from "./evaluation-spend.ts";
import { Money } from "./source.ts";

/** Requests of an evaluation of one target, and their cost. */
export const TargetPlan = z.strictObject({
  target: z.string(),
  endpoint: z.string().describe("Address, or the file of answers"),
  isThisMachine: z.boolean().describe("Nothing leaves this machine"),
  requests: z.int().min(0).describe("Answers to request"),
  known: z.int().min(0).describe("Answers kept from an earlier run, which are not requested again"),
  inputTokens: z.int().min(0).describe("Estimated tokens of the prompts that remain to be sent"),
  mostUsd: Money.nullable().describe("Cost if every answer has the maximum length; null if the endpoint is free"),
  maxUsd: Money.nullable().describe("Cap"),
  affordableItems: z
    .int()
    .min(0)
    .nullable()
    .describe("Items that the cap pays for if all answers have the maximum length"),
  price: z.string(),
});
export type TargetPlan = z.infer<typeof TargetPlan>;

/** Requests to one judge, and their cost. Answers that are not yet known count at their maximum length. */
export const JudgeAskPlan = z.strictObject({
  judge: z.string(),
  endpoint: z.string(),
  isThisMachine: z.boolean().describe("Nothing leaves this machine"),
  requests: z
    .int()
    .min(0)
    .describe("Maximum number of requests, those about labelled rows among them; equal ones are sent once"),
  inputTokens: z.int().min(0).describe("Maximum number of input tokens of these requests"),
  mostUsd: Money.nullable().describe("Cost if every answer has the maximum length; null if the endpoint is free"),
  spentUsd: Money.nullable().describe("What earlier answers cost, of the cap"),
  maxUsd: Money.nullable().describe("Cap for everything that this evaluation asks of the judge"),
  affordableItems: z.int().min(0).nullable().describe("Items whose judgements the remaining cap pays for"),
  price: z.string(),
});
export type JudgeAskPlan = z.infer<typeof JudgeAskPlan>;

/** Output of `eval run`: the plan with --dry-run, otherwise the results. */
export const EvaluationRun = z.strictObject({
  evaluation: z.string(),
  set: z.string(),
  items: z.int().min(0),
  plans: z.array(TargetPlan),
  judgePlans: z.array(JudgeAskPlan),
  ledger: z
    .array(EvaluationPosted)
    .nullable()
    .describe("Its ledger lines now, one per target and judge; null if the endpoint is free"),
  results: z.array(EvaluationResult).describe("Empty with --dry-run"),
  reports: z.array(z.string()).describe("HTML pages written"),
  detectable: z
    .number()
    .nullable()
    .describe(
      "Smallest difference in the headline score that this set can detect; of one target, if a second is as good and their correlation is 0.5",
    ),
  detectableBetween: z
    .array(z.string())
    .describe("The two targets that it was measured between; empty if it is assumed or unknown"),
});
export type EvaluationRun = z.infer<typeof EvaluationRun>;
