import * as z from "zod";

import { Money } from "./source.ts";

const Name = z.string().regex(/^[\w.-]{1,160}$/);

/** Spend on one model for an evaluation so far. */
export const EvaluationPaid = z.strictObject({
  part: z.enum(["target", "judge", "vectors"]).describe("target: answers; judge: verdicts; vectors: embeddings"),
  name: Name.describe("Id of the evaluation of a target; name of a judge"),
  model: z.string().min(1).max(200).describe("Model that was paid for"),
  totalUsd: Money.describe("US dollars of all its answers, earlier runs included"),
});
export type EvaluationPaid = z.infer<typeof EvaluationPaid>;

/** Spend of an evaluation so far: one line for each target and each judge. */
export const EvaluationSpend = z.strictObject({
  evaluation: Name.describe("Name of the evaluation: eval/NAME.yaml"),
  lines: z.array(EvaluationPaid).min(1).max(1000),
});
export type EvaluationSpend = z.infer<typeof EvaluationSpend>;

/** A line of the ledger for an evaluation. */
export const EvaluationPosted = EvaluationPaid.omit({ model: true }).extend({
  addedUsd: Money.describe("US dollars that were added now"),
});
export type EvaluationPosted = z.infer<typeof EvaluationPosted>;

/** Ledger entries of an evaluation. */
export const EvaluationSpent = z.strictObject({ lines: z.array(EvaluationPosted) });
export type EvaluationSpent = z.infer<typeof EvaluationSpent>;
