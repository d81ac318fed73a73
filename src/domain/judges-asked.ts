import * as z from "zod";

import { AnswerCost } from "./evaluation-judge.ts";
import { EvaluationPosted } from "./evaluation-spend.ts";
import { JudgeCheck } from "./judge-check.ts";

/** Result of `eval judge ask`: the verdicts of the judges of an evaluation on the rows with human labels. */
export const JudgesAsked = z.strictObject({
  evaluation: z.string(),
  judges: z.array(
    z.strictObject({
      scorer: z.string(),
      judge: z.string(),
      model: z.string(),
      isAdmitted: z.boolean(),
      reasons: z.array(z.string()).describe("Why it is not admitted"),
      check: JudgeCheck,
      cost: AnswerCost,
    }),
  ),
  ledger: z.array(EvaluationPosted).nullable().describe("Its ledger lines now; null if the endpoints are free"),
});
export type JudgesAsked = z.infer<typeof JudgesAsked>;
