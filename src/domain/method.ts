import * as z from "zod";

/** Approaches to a task, from no training at all to full training. */
export const MethodId = z.enum([
  "prompt-only",
  "rag",
  "lora",
  "qlora",
  "dora",
  "full-sft",
  "dpo",
  "ipo",
  "kto",
  "orpo",
  "grpo",
  "rlhf",
  "continued-pretraining",
]);
export type MethodId = z.infer<typeof MethodId>;

/** Methods supported by the training estimator. */
export const TrainMethod = z.enum(["full", "lora", "qlora", "dora", "dpo", "grpo", "pretrain"]);
export type TrainMethod = z.infer<typeof TrainMethod>;

/** One reason for or against a method: the rule that matched, its input and its source. */
export const Reason = z.strictObject({
  rule: z.string().describe("Id of the rule"),
  text: z.string().describe("The reason in one sentence"),
  points: z.number().describe("Points that it adds to the score; 0 for a note"),
  source: z.string().describe("Paper, measurement or page"),
});
export type Reason = z.infer<typeof Reason>;
