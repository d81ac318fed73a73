import * as z from "zod";

import { AgreementReport } from "./agreement.ts";
import { LabelAnswer, LabelTaskSpec } from "./label-task.ts";
import { LabelRole } from "./label-work.ts";
import { Money } from "./source.ts";

/** A row to be added to a task. */
export const LabelRow = z.strictObject({
  row: z.string().min(1).describe("Id of the row"),
  source: z.string().describe("Dataset of the row"),
  line: z.int().min(1).describe("Line in the dataset"),
  fields: z.record(z.string(), z.unknown()).describe("Its fields"),
  wanted: z.int().min(1).max(20).describe("Number of answers needed"),
  stratum: z.string().nullable().describe("Value of the stratification field"),
  score: z.number().nullable().describe("Score for the order of the rows"),
  gold: LabelAnswer.nullable().describe("Known answer of a gold row"),
  suggestion: LabelAnswer.nullable().describe("Suggestion of a model"),
});
export type LabelRow = z.infer<typeof LabelRow>;

/** Rows that were not added to a task, by reason. */
export const RefusedRows = z.array(z.strictObject({ reason: z.string(), rows: z.int().min(1), example: z.string() }));
export type RefusedRows = z.infer<typeof RefusedRows>;

/** A member of a task. */
export const LabelMember = z.strictObject({
  name: z.string(),
  role: LabelRole,
  isRemoved: z.boolean().describe("Removed from the task; the answers are kept"),
  answers: z.int().min(0).describe("Answers given, or decisions of an adjudicator"),
  skips: z.int().min(0).describe("Rows skipped, or left unresolved"),
  activeSec: z.number().min(0).describe("Active time, seconds"),
  costUsd: Money.nullable().describe("Cost; null if the task states no price"),
  gold: z
    .strictObject({ answered: z.int().min(0), right: z.int().min(0) })
    .describe("Gold rows answered, and those answered correctly"),
  suggestions: z
    .strictObject({ shown: z.int().min(0), equal: z.int().min(0) })
    .describe("Answers given with a suggestion visible, and those equal to it; a share near one may be anchoring"),
});
export type LabelMember = z.infer<typeof LabelMember>;

/** Rows of a task by state. */
export const LabelCounts = z.strictObject({
  rows: z.int().min(0).describe("Rows of the task"),
  doubled: z.int().min(0).describe("Double-labelled rows"),
  gold: z.int().min(0).describe("Gold rows: every annotator answers them"),
  open: z.int().min(0).describe("Rows that need answers"),
  agreed: z.int().min(0).describe("Rows with all answers, which agree"),
  disputed: z.int().min(0).describe("Rows waiting for an adjudicator"),
  decided: z.int().min(0).describe("Rows that an adjudicator decided"),
  unresolved: z.int().min(0).describe("Rows that an adjudicator left unresolved"),
  extra: z.int().min(0).describe("Answers that arrived after the row was complete"),
});
export type LabelCounts = z.infer<typeof LabelCounts>;

/** Progress of a task. */
export const LabelReport = z.strictObject({
  task: z.string(),
  version: z.int().min(1).describe("Version of the guideline"),
  counts: LabelCounts,
  members: z.array(LabelMember),
  agreement: AgreementReport.nullable().describe("Agreement on rows with two answers; null if there are none"),
  cost: z.strictObject({
    totalUsd: Money.nullable().describe("Cost of all work so far; null if the task states no price"),
    perLabelUsd: Money.nullable().describe("Cost per labelled row; null if there is none, or no price is stated"),
    postedUsd: Money.describe(
      "Posted to the ledger: one entry per annotator and day, after the day ends or when the task is sealed",
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

/** A task to create, or to update with a new version. */
export const CreateTaskRequest = z.strictObject({ spec: LabelTaskSpec });
export type CreateTaskRequest = z.infer<typeof CreateTaskRequest>;

/** Current version of a task. */
export const TaskVersion = z.strictObject({
  task: z.string(),
  version: z.int().min(1),
  isNew: z.boolean().describe("This call created the version"),
});
export type TaskVersion = z.infer<typeof TaskVersion>;

/** Result of loading a task file. */
export const CreatedTask = z.strictObject({
  ...TaskVersion.shape,
  rows: z.int().min(0).describe("Rows of the task now"),
  added: z.int().min(0).describe("Rows added by this call"),
  doubled: z.int().min(0).describe("Double-labelled rows"),
  gold: z.int().min(0).describe("Gold rows"),
  refused: RefusedRows.describe("Rejected rows"),
  warnings: z.array(z.string()),
});
export type CreatedTask = z.infer<typeof CreatedTask>;

/** A row of a seal: its label, or the reason why it has none. */
export const SealedLabel = z.strictObject({
  row: z.string().describe("Id of the row"),
  source: z.string(),
  line: z.int().min(1),
  answer: LabelAnswer.nullable().describe("The label; null if unresolved"),
  by: z
    .enum(["single", "agreement", "adjudication", "gold", "unresolved"])
    .describe("single: one person answered; agreement: all answers agree; gold: known in advance"),
  reason: z.string().nullable().describe("The adjudicator's reason, or why it is unresolved"),
  raters: z.int().min(0).describe("People who answered"),
  versions: z.array(z.int().min(1)).describe("Guideline versions of the answers"),
});
export type SealedLabel = z.infer<typeof SealedLabel>;

/** Manifest of a seal: the file of labels and its hash. */
export const LabelSeal = z.strictObject({
  format: z.literal(1).describe("Version of this schema"),
  task: z.string(),
  seal: z.int().min(1).describe("Number of the seal"),
  version: z.int().min(1).describe("Version of the guideline at the time of the seal"),
  file: z.string().describe("File of the labels, next to this one"),
  sha256: z.string().describe("SHA-256 of that file"),
  rows: z.int().min(0).describe("Rows in it"),
  labelled: z.int().min(0).describe("Rows with a label"),
  unresolved: z.int().min(0).describe("Rows without one"),
  alpha: z.number().nullable().describe("Krippendorff's alpha of the rows with two answers; null if undefined"),
  totalUsd: Money.nullable().describe("Cost of the work; null if the task states no price"),
  perLabelUsd: Money.nullable().describe("Cost per row with a label"),
  sealedBy: z.string(),
  sealedAt: z.iso.datetime(),
});
export type LabelSeal = z.infer<typeof LabelSeal>;

/** A seal with its labels, as returned by the server. */
export const SealedTask = z.strictObject({ seal: LabelSeal, labels: z.array(SealedLabel) });
export type SealedTask = z.infer<typeof SealedTask>;

/** Options of the stage that joins sealed labels to rows. */
export const LabelsOptions = z.strictObject({
  seal: z.string().min(1).describe("Manifest of a seal: labels/TASK/1.json"),
  field: z.string().min(1).default("label").describe("Field for the label"),
  as: z
    .enum(["field", "answer"])
    .default("field")
    .describe(
      "field: the label becomes a field of the row; answer: it replaces the last answer in messages, so that the row can be trained on",
    ),
  unlabelled: z
    .enum(["drop", "keep"])
    .default("drop")
    .describe("Rows that are not in the task: drop them, or pass them without a label"),
});
export type LabelsOptions = z.infer<typeof LabelsOptions>;
