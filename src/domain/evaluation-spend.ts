import * as z from "zod";

import { Money } from "./source.ts";

/** Cost of one target, judge or embedding of an evaluation in the ledger. */
export const EvaluationPosted = z.strictObject({
  part: z.enum(["target", "judge", "vectors"]).describe("target: answers; judge: verdicts; vectors: embeddings"),
  name: z
    .string()
    .regex(/^[\w.-]{1,160}$/)
    .describe("Target with its repetition; name of a judge; for vectors, id of the evaluation"),
  totalUsd: Money.describe("US dollars of its calls in the ledger, including earlier runs"),
  addedUsd: Money.describe("US dollars that were added now"),
});
export type EvaluationPosted = z.infer<typeof EvaluationPosted>;
