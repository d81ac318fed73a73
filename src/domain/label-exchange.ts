import * as z from "zod";

import { AnswerSchema, LabelAnswer, LabelName } from "./label-task.ts";
import { RefusedRows } from "./label-report.ts";

/** File formats for importing and exporting answers. */
export const LabelFormat = z
  .enum(["csv", "jsonl", "label-studio", "argilla"])
  .describe("csv, jsonl: one row per answer; label-studio: its JSON; argilla: records of Argilla 2.x as JSON");
export type LabelFormat = z.infer<typeof LabelFormat>;

/** An answer in an import or export. */
export const ExchangedAnswer = z.strictObject({
  rater: LabelName,
  answer: LabelAnswer.nullable().describe("The answer; null for a skip"),
  reason: z.string().nullable().describe("Why it was skipped"),
  version: z.int().min(1).nullable().describe("Version of the guideline; null if unknown"),
  activeMs: z.int().min(0).describe("Active time, ms"),
});
export type ExchangedAnswer = z.infer<typeof ExchangedAnswer>;

/** A row with its answers. */
export const AnsweredRow = z.strictObject({
  row: z.string().min(1).describe("Id of the row"),
  source: z.string(),
  line: z.int().min(0).describe("Line there; 0 if unknown"),
  fields: z.record(z.string(), z.unknown()).describe("Fields shown on the page"),
  suggestion: LabelAnswer.nullable(),
  answers: z.array(ExchangedAnswer),
});
export type AnsweredRow = z.infer<typeof AnsweredRow>;

/** All answers of a task. */
export const TaskAnswers = z.strictObject({
  task: z.string(),
  answer: AnswerSchema,
  rows: z.array(AnsweredRow).describe("Rows of the task with the valid answers"),
});
export type TaskAnswers = z.infer<typeof TaskAnswers>;

/** Answers from another tool, to be added to a task. */
export const ImportAnswersRequest = z.strictObject({
  rows: z.array(AnsweredRow.pick({ row: true, answers: true })).describe("Rows by id"),
});
export type ImportAnswersRequest = z.infer<typeof ImportAnswersRequest>;

/** Result of adding these answers. */
export const ImportedAnswers = z.strictObject({
  added: z.int().min(0).describe("Answers added"),
  repeated: z.int().min(0).describe("Answers that already existed"),
  refused: RefusedRows.describe("Rejected answers, by reason"),
});
export type ImportedAnswers = z.infer<typeof ImportedAnswers>;

/** Result of an export. */
export const ExportedAnswers = z.strictObject({
  path: z.string(),
  format: LabelFormat,
  rows: z.int().min(0),
  answers: z.int().min(0),
});
export type ExportedAnswers = z.infer<typeof ExportedAnswers>;
