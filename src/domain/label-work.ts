import * as z from "zod";

import { AnswerSchema, LabelAnswer, LabelName, LabelTaskFile } from "./label-task.ts";

/** Role of a person in a task. */
export const LabelRole = z
  .enum(["annotator", "adjudicator"])
  .describe("annotator: answers rows; adjudicator: decides rows whose answers differ");
export type LabelRole = z.infer<typeof LabelRole>;

/** A task as shown to an annotator. */
export const LabelTaskView = z.strictObject({
  task: z.string().describe("Name of the task"),
  role: LabelRole,
  version: z.int().min(1).describe("Version of the guideline"),
  guideline: z.string().describe("Guideline, Markdown"),
  answer: AnswerSchema,
  examples: LabelTaskFile.shape.examples,
  idleSeconds: z.int().describe("A longer pause is not active time"),
  done: z.int().min(0).describe("Rows that this person has answered, skipped or decided"),
});
export type LabelTaskView = z.infer<typeof LabelTaskView>;

/** The account that is signed in on the page, and its tasks. */
export const LabelSession = z.strictObject({
  name: z.string().nullable().describe("Name of the account; null if nobody is signed in"),
  tasks: z.array(LabelTaskView).describe("Tasks of the account"),
});
export type LabelSession = z.infer<typeof LabelSession>;

/** A row to be answered. */
export const LabelItem = z.strictObject({
  item: z.int().min(1).describe("Number of the row in the store"),
  fields: z.record(z.string(), z.unknown()).describe("The fields that are shown"),
  suggestion: LabelAnswer.nullable().describe("Suggestion of a model; null if there is none"),
  leaseUntil: z.iso.datetime().describe("End of its lease"),
});
export type LabelItem = z.infer<typeof LabelItem>;

/** Rows that are leased to a person. */
export const LabelItems = z.strictObject({
  items: z.array(LabelItem).describe("Rows, in the order in which they should be answered"),
  version: z.int().min(1).describe("Current version of the guideline"),
});
export type LabelItems = z.infer<typeof LabelItems>;

const Key = z.string().min(8).max(100).describe("Idempotency key: repeating the request writes nothing");
const ActiveMs = z.int().min(0).max(86_400_000).describe("Active time, ms");

/** An answer, or a skip with its reason. */
export const AnswerRequest = z.strictObject({
  key: Key,
  item: z.int().min(1).describe("Number of the row"),
  version: z.int().min(1).describe("Version of the guideline that was shown"),
  answer: LabelAnswer.nullable().describe("The answer; null for a skip"),
  reason: z.string().trim().max(1_000).nullable().default(null).describe("Reason of the skip"),
  activeMs: ActiveMs,
});
export type AnswerRequest = z.infer<typeof AnswerRequest>;

/** Result of submitting an answer. */
export const AnswerResult = z.strictObject({
  isRepeat: z.boolean().describe("The same answer had already arrived"),
  isExtra: z.boolean().describe("The row was already complete: this answer is an extra label"),
  done: z.int().min(0).describe("Rows that this person has answered or skipped"),
});
export type AnswerResult = z.infer<typeof AnswerResult>;

/** A row whose answers differ, as shown to the adjudicator, without names. */
export const Dispute = z.strictObject({
  item: z.int().min(1).describe("Number of the row in the store"),
  row: z.string().describe("Id of the row"),
  fields: z.record(z.string(), z.unknown()).describe("The fields that are shown"),
  answers: z
    .array(
      z.strictObject({
        answer: LabelAnswer.nullable().describe("The answer; null for a skip"),
        reason: z.string().nullable().describe("Why it was skipped"),
        version: z.int().describe("Version of the guideline that was shown"),
      }),
    )
    .describe("Answers, in an order that does not reveal who gave them"),
});
export type Dispute = z.infer<typeof Dispute>;

/** The queue of rows whose answers differ. */
export const DisputeList = z.strictObject({
  disputes: z.array(Dispute).describe("The next ones"),
  open: z.int().min(0).describe("All rows in the queue"),
  decided: z.int().min(0).describe("Rows that were decided or left unresolved"),
});
export type DisputeList = z.infer<typeof DisputeList>;

/** A decision on a row whose answers differ. */
export const DecisionRequest = z.strictObject({
  key: Key,
  item: z.int().min(1).describe("Number of the row"),
  answer: LabelAnswer.nullable().describe("The answer; null leaves the row unresolved"),
  reason: z.string().trim().min(1).max(2_000).describe("Reason"),
  activeMs: ActiveMs,
});
export type DecisionRequest = z.infer<typeof DecisionRequest>;

/** A single-use link to sign in. */
export const Invitation = z.strictObject({
  task: z.string(),
  name: LabelName,
  role: LabelRole,
  path: z.string().describe("Path of the link, relative to the address of the server; shown only once"),
  expiresAt: z.iso.datetime().describe("When it expires"),
});
export type Invitation = z.infer<typeof Invitation>;
