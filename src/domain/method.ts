import * as z from "zod";

/** What may be done for a task, from nothing trained to everything. */
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

/** Methods that the training estimator understands (what is trained and how). */
export const TrainMethod = z.enum(["full", "lora", "qlora", "dora", "dpo", "grpo", "pretrain"]);
export type TrainMethod = z.infer<typeof TrainMethod>;

/** One reason of a piece of advice: the rule that fired, what it saw, where the rule comes from. */
export const Reason = z.strictObject({
  rule: z.string().describe("Id of the rule in the table"),
  text: z.string().describe("The reason in a sentence"),
  points: z.number().describe("What it adds to the score; 0 for a note"),
  source: z.string().describe("Paper, measurement or page"),
});
export type Reason = z.infer<typeof Reason>;
