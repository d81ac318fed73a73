import * as z from "zod";

import { AgreementReport } from "./agreement.ts";
import { LabelAnswer, LabelTaskSpec } from "./label-task.ts";
import { LabelRole } from "./label-work.ts";
import { Money } from "./source.ts";

/** A row on its way into a task. */
export const LabelRow = z.strictObject({
  row: z.string().min(1).describe("Id of the row"),
  source: z.string().describe("Dataset it came from"),
  line: z.int().min(1).describe("Line there"),
  fields: z.record(z.string(), z.unknown()).describe("Its fields"),
  wanted: z.int().min(1).max(20).describe("Answers that it needs"),
  stratum: z.string().nullable().describe("Value of the field that it is stratified by"),
  score: z.number().nullable().describe("Score that it is ordered by"),
  gold: LabelAnswer.nullable().describe("Known answer of a gold row"),
  suggestion: LabelAnswer.nullable().describe("Suggestion of a model"),
});
export type LabelRow = z.infer<typeof LabelRow>;

/** Rows that a task did not take, by reason. */
export const RefusedRows = z.array(z.strictObject({ reason: z.string(), rows: z.int().min(1), example: z.string() }));
export type RefusedRows = z.infer<typeof RefusedRows>;

/** Somebody who works on a task. */
export const LabelMember = z.strictObject({
  name: z.string(),
  role: LabelRole,
  isRemoved: z.boolean().describe("Was removed: the answers stay"),
  answers: z.int().min(0).describe("Answers given, decisions of an adjudicator"),
  skips: z.int().min(0).describe("Rows skipped, or left unresolved"),
  activeSec: z.number().min(0).describe("Active time, seconds"),
  costUsd: Money.nullable().describe("What it costs; null where the task states no price"),
  gold: z
    .strictObject({ answered: z.int().min(0), right: z.int().min(0) })
    .describe("Gold rows answered, and those answered as known"),
  suggestions: z
    .strictObject({ shown: z.int().min(0), equal: z.int().min(0) })
    .describe("Answers given next to a suggestion, and those equal to it: a share near one may be anchoring"),
});
export type LabelMember = z.infer<typeof LabelMember>;

/** Rows of a task by what became of them. */
export const LabelCounts = z.strictObject({
  rows: z.int().min(0).describe("Rows of the task"),
  doubled: z.int().min(0).describe("Rows that two people label"),
  gold: z.int().min(0).describe("Gold rows: every annotator answers them"),
  open: z.int().min(0).describe("Rows that need answers"),
  agreed: z.int().min(0).describe("Rows with all answers, equal"),
  disputed: z.int().min(0).describe("Rows that wait for an adjudicator"),
  decided: z.int().min(0).describe("Rows that an adjudicator decided"),
  unresolved: z.int().min(0).describe("Rows that an adjudicator left unresolved"),
  extra: z.int().min(0).describe("Answers that came after a row had all of them"),
});
export type LabelCounts = z.infer<typeof LabelCounts>;

/** Where a task stands. */
export const LabelReport = z.strictObject({
  task: z.string(),
  version: z.int().min(1).describe("Version of the guideline"),
  counts: LabelCounts,
  members: z.array(LabelMember),
  agreement: AgreementReport.nullable().describe("Agreement on rows with two answers; null where none has"),
  cost: z.strictObject({
    totalUsd: Money.nullable().describe("All work so far; null where the task states no price"),
    perLabelUsd: Money.nullable().describe("Per row with a label; null where none has one, or no price is stated"),
    postedUsd: Money.describe(
      "Written to the ledger: one entry per annotator and day, when the day is over or at a seal",
    ),
    reason: z.string().nullable().describe("Why there is no cost"),
  }),
  seals: z.array(z.strictObject({ seal: z.int().min(1), sha256: z.string(), rows: z.int(), sealedBy: z.string() })),
});
export type LabelReport = z.infer<typeof LabelReport>;

/** Tasks with their progress. */
export const LabelTaskList = z.strictObject({
  tasks: z.array(z.strictObject({ task: z.string(), version: z.int(), counts: LabelCounts })),
});
export type LabelTaskList = z.infer<typeof LabelTaskList>;

/** A task that is created, or gets a new version. */
export const CreateTaskRequest = z.strictObject({ spec: LabelTaskSpec });
export type CreateTaskRequest = z.infer<typeof CreateTaskRequest>;

/** Which version a task has now. */
export const TaskVersion = z.strictObject({
  task: z.string(),
  version: z.int().min(1),
  isNew: z.boolean().describe("This call created the version"),
});
export type TaskVersion = z.infer<typeof TaskVersion>;

/** What loading a task's file did. */
export const CreatedTask = z.strictObject({
  ...TaskVersion.shape,
  rows: z.int().min(0).describe("Rows of the task now"),
  added: z.int().min(0).describe("Rows added by this call"),
  doubled: z.int().min(0).describe("Rows that two people label"),
  gold: z.int().min(0).describe("Gold rows"),
  refused: RefusedRows.describe("Rejected rows"),
  warnings: z.array(z.string()),
});
export type CreatedTask = z.infer<typeof CreatedTask>;

/** A row of a seal: its label, or why it has none. */
export const SealedLabel = z.strictObject({
  row: z.string().describe("Id of the row"),
  source: z.string(),
  line: z.int().min(1),
  answer: LabelAnswer.nullable().describe("The label; null where it is unresolved"),
  by: z
    .enum(["single", "agreement", "adjudication", "gold", "unresolved"])
    .describe("single: one person answered; agreement: all did, equally; gold: known before"),
  reason: z.string().nullable().describe("Reason of the adjudicator, or why it is unresolved"),
  raters: z.int().min(0).describe("People who answered"),
  versions: z.array(z.int().min(1)).describe("Versions of the guideline that the answers were given under"),
});
export type SealedLabel = z.infer<typeof SealedLabel>;

/** What is sealed: the file of labels, by its hash. */
export const LabelSeal = z.strictObject({
  format: z.literal(1).describe("Version of this shape"),
  task: z.string(),
  seal: z.int().min(1).describe("Number of the seal"),
  version: z.int().min(1).describe("Version of the guideline at the time of the seal"),
  file: z.string().describe("File of the labels, next to this one"),
  sha256: z.string().describe("SHA-256 of that file"),
  rows: z.int().min(0).describe("Rows in it"),
  labelled: z.int().min(0).describe("Rows with a label"),
  unresolved: z.int().min(0).describe("Rows without one"),
  alpha: z.number().nullable().describe("Krippendorff's alpha of the rows with two answers; null where it has none"),
  totalUsd: Money.nullable().describe("What the work cost; null where the task states no price"),
  perLabelUsd: Money.nullable().describe("Per row with a label"),
  sealedBy: z.string(),
  sealedAt: z.iso.datetime(),
});
export type LabelSeal = z.infer<typeof LabelSeal>;

/** A seal with its labels, as the state gives it. */
export const SealedTask = z.strictObject({ seal: LabelSeal, labels: z.array(SealedLabel) });
export type SealedTask = z.infer<typeof SealedTask>;

/** Options of the stage that joins sealed labels to rows. */
export const LabelsOptions = z.strictObject({
  seal: z.string().min(1).describe("Manifest of a seal: labels/TASK/1.json"),
  field: z.string().min(1).default("label").describe("Field that gets the label"),
  unlabelled: z
    .enum(["drop", "keep"])
    .default("drop")
    .describe("Rows that the task did not have: drop them, or let them through without a label"),
});
export type LabelsOptions = z.infer<typeof LabelsOptions>;
