import * as z from "zod";

import { AnswerSchema, LabelAnswer, LabelName, LabelTaskFile } from "./label-task.ts";

/** What somebody does in a task. */
export const LabelRole = z
  .enum(["annotator", "adjudicator"])
  .describe("annotator: answers rows; adjudicator: decides where answers differ");
export type LabelRole = z.infer<typeof LabelRole>;

/** A task as the page of an annotator shows it. */
export const LabelTaskView = z.strictObject({
  task: z.string().describe("Name of the task"),
  role: LabelRole,
  version: z.int().min(1).describe("Version of the guideline"),
  guideline: z.string().describe("Guideline, Markdown"),
  answer: AnswerSchema,
  examples: LabelTaskFile.shape.examples,
  idleSeconds: z.int().describe("A pause longer than this is not active time"),
  done: z.int().min(0).describe("Rows that this person has answered or skipped, or decided"),
});
export type LabelTaskView = z.infer<typeof LabelTaskView>;

/** Who is signed in on the page, and what they have to do. */
export const LabelSession = z.strictObject({
  name: z.string().nullable().describe("Name of the account; null where nobody is signed in"),
  tasks: z.array(LabelTaskView).describe("Tasks of the account"),
});
export type LabelSession = z.infer<typeof LabelSession>;

/** A row to be answered. */
export const LabelItem = z.strictObject({
  item: z.int().min(1).describe("Number of the row in the store"),
  fields: z.record(z.string(), z.unknown()).describe("Its fields that are shown"),
  suggestion: LabelAnswer.nullable().describe("Suggestion of a model; null where there is none"),
  leaseUntil: z.iso.datetime().describe("End of its lease"),
});
export type LabelItem = z.infer<typeof LabelItem>;

/** Rows that are kept for somebody. */
export const LabelItems = z.strictObject({
  items: z.array(LabelItem).describe("In the order in which they should be answered"),
  version: z.int().min(1).describe("Version of the guideline now"),
});
export type LabelItems = z.infer<typeof LabelItems>;

const Key = z.string().min(8).max(100).describe("Idempotency key: sending it again writes nothing");
const ActiveMs = z.int().min(0).max(86_400_000).describe("Active time on it, ms");

/** An answer, or a skip with its reason. */
export const AnswerRequest = z.strictObject({
  key: Key,
  item: z.int().min(1).describe("Number of the row"),
  version: z.int().min(1).describe("Version of the guideline that was shown"),
  answer: LabelAnswer.nullable().describe("The answer; null for a skip"),
  reason: z.string().trim().max(1_000).nullable().default(null).describe("Why it is skipped"),
  activeMs: ActiveMs,
});
export type AnswerRequest = z.infer<typeof AnswerRequest>;

/** What became of an answer. */
export const AnswerResult = z.strictObject({
  isRepeat: z.boolean().describe("It had arrived before"),
  isExtra: z.boolean().describe("The row had all its answers: this one is an extra label"),
  done: z.int().min(0).describe("Rows that this person has answered or skipped"),
});
export type AnswerResult = z.infer<typeof AnswerResult>;

/** A row whose answers differ, as the adjudicator sees it: without names. */
export const Dispute = z.strictObject({
  item: z.int().min(1).describe("Number of the row in the store"),
  row: z.string().describe("Id of the row"),
  fields: z.record(z.string(), z.unknown()).describe("Its fields that are shown"),
  answers: z
    .array(
      z.strictObject({
        answer: LabelAnswer.nullable().describe("The answer; null for a skip"),
        reason: z.string().nullable().describe("Why it was skipped"),
        version: z.int().describe("Version of the guideline it was given under"),
      }),
    )
    .describe("In an order that does not reveal who gave them"),
});
export type Dispute = z.infer<typeof Dispute>;

/** The queue of rows whose answers differ. */
export const DisputeList = z.strictObject({
  disputes: z.array(Dispute).describe("The next ones"),
  open: z.int().min(0).describe("All that wait"),
  decided: z.int().min(0).describe("Rows that were decided, or left unresolved"),
});
export type DisputeList = z.infer<typeof DisputeList>;

/** A decision over a row whose answers differ. */
export const DecisionRequest = z.strictObject({
  key: Key,
  item: z.int().min(1).describe("Number of the row"),
  answer: LabelAnswer.nullable().describe("The answer; null leaves the row unresolved"),
  reason: z.string().trim().min(1).max(2_000).describe("Why"),
  activeMs: ActiveMs,
});
export type DecisionRequest = z.infer<typeof DecisionRequest>;

/** A link by which somebody signs in once. */
export const Invitation = z.strictObject({
  task: z.string(),
  name: LabelName,
  role: LabelRole,
  path: z.string().describe("Path of the link, to be put behind the address of the server; shown once"),
  expiresAt: z.iso.datetime().describe("When it expires"),
});
export type Invitation = z.infer<typeof Invitation>;
