import * as z from "zod";

import { EvaluationResult } from "./evaluation-result.ts";
import { EvaluationPosted } from "./evaluation-spend.ts";
import { Money } from "./source.ts";

/** What running an evaluation would ask of one target, and cost. */
export const TargetPlan = z.strictObject({
  target: z.string(),
  endpoint: z.string().describe("Address, or the file of answers"),
  isThisMachine: z.boolean().describe("Nothing leaves this machine"),
  requests: z.int().min(0).describe("Answers to ask for"),
  known: z.int().min(0).describe("Answers that are kept from an earlier run and not asked again"),
  inputTokens: z.int().min(0).describe("Estimated tokens of the prompts that are still to be sent"),
  mostUsd: Money.nullable().describe("Cost if every answer has the longest length; null where nobody is paid"),
  maxUsd: Money.nullable().describe("Cap"),
  affordableItems: z.int().min(0).nullable().describe("Items whose longest answers the cap pays for"),
  price: z.string(),
});
export type TargetPlan = z.infer<typeof TargetPlan>;

/** What judging would ask of one judge, and cost; answers that are not known yet count with their longest length. */
export const JudgeAskPlan = z.strictObject({
  judge: z.string(),
  endpoint: z.string(),
  isThisMachine: z.boolean().describe("Nothing leaves this machine"),
  requests: z.int().min(0).describe("Most requests, those about labelled rows among them; equal ones are sent once"),
  inputTokens: z.int().min(0).describe("Most tokens of them"),
  mostUsd: Money.nullable().describe("Cost if every answer has the longest length; null where nobody is paid"),
  spentUsd: Money.nullable().describe("What earlier answers cost, of the cap"),
  maxUsd: Money.nullable().describe("Cap for everything that this evaluation asks of the judge"),
  affordableItems: z.int().min(0).nullable().describe("Items whose judgements the rest of the cap pays for"),
  price: z.string(),
});
export type JudgeAskPlan = z.infer<typeof JudgeAskPlan>;

/** What `eval run` printed: the plan with --dry-run, else the results. */
export const EvaluationRun = z.strictObject({
  evaluation: z.string(),
  set: z.string(),
  items: z.int().min(0),
  plans: z.array(TargetPlan),
  judgePlans: z.array(JudgeAskPlan),
  ledger: z
    .array(EvaluationPosted)
    .nullable()
    .describe("What the ledger holds for it now, a line for each target and judge; null where nobody was paid"),
  results: z.array(EvaluationResult).describe("Empty with --dry-run"),
  reports: z.array(z.string()).describe("HTML pages that were written"),
  detectable: z
    .number()
    .nullable()
    .describe(
      "Smallest difference that two targets on this set can be told apart by, from the headline score; a guess from one target: correlation 0.5",
    ),
});
export type EvaluationRun = z.infer<typeof EvaluationRun>;
