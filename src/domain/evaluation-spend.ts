import * as z from "zod";

import { Money } from "./source.ts";

/** Cost of one target, judge or embedding of an evaluation in the ledger. */
export const EvaluationPosted = z.strictObject({
  part: z.enum(["target", "judge", "vectors"]).describe("target: answers; judge: verdicts; vectors: embeddings"),
  name: z
    .string()
    .regex(/^[\w.-]{1,160}$/)
    .describe("Id of the evaluation of a target; name of a judge"),
  totalUsd: Money.describe("US dollars of its calls in the ledger, including earlier runs"),
  addedUsd: Money.describe("US dollars that were added now"),
});
export type EvaluationPosted = z.infer<typeof EvaluationPosted>;
