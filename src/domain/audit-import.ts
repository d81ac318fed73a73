import * as z from "zod";

import { RunImport } from "./run-import.ts";
import { Day, Money, PositiveMoney } from "./source.ts";

/** Request to import sources for an audit. */
export const AuditImportRequest = z.strictObject({
  source: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      "Files and folders: training configurations (TRL, Axolotl, LLaMA-Factory), Slurm scripts, trainer_state.json, dataset files, evaluation results (lm-evaluation-harness, Inspect, lists of tasks), bills (FOCUS), exports of W&B, and folders with any of these; a folder mlruns, or the address of an MLflow server",
    ),
  out: z.string().min(1).describe("Folder of the draft programme; it must not contain a programme.yaml"),
  base: z.string().optional().describe("Base model, if no source names one that the catalogue knows"),
  map: z
    .array(z.string())
    .default([])
    .describe("For a bill that is not FOCUS: a FOCUS column from a column of the file, such as BilledCost=Amount"),
});
export type AuditImportRequest = z.infer<typeof AuditImportRequest>;

/** A value and where it was read: `configs/sft.yaml, line 3, num_train_epochs`. */
const Read = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ value, place: z.string().describe("File, line and key") });

/** A dataset named in a training configuration. */
export const NamedDataset = z.strictObject({
  name: z.string().describe("Hub id or path"),
  split: z.string().nullable().describe("Split of the dataset; null if the configuration names none"),
  place: z.string().describe("File, line and key"),
});
export type NamedDataset = z.infer<typeof NamedDataset>;

/**
 * A training configuration of another tool, as far as an audit reads it; null if the file does not contain the value.
 */
export const TrainingConfig = z.strictObject({
  file: z.string().describe("File in the folder of the programme"),
  library: z.enum(["trl", "axolotl", "llama-factory", "profile"]).describe("Tool that reads the file"),
  base: Read(z.string()).nullable().describe("Base model"),
  weights: Read(z.enum(["full", "lora", "qlora"]))
    .nullable()
    .describe("Weights that are trained"),
  objective: Read(z.enum(["sft", "dpo", "grpo", "pretraining"]))
    .nullable()
    .describe("Objective of the training"),
  loraRank: Read(z.number()).nullable().describe("Rank of the adapter"),
  epochs: Read(z.number()).nullable().describe("Passes over the data"),
  sequenceTokens: Read(z.number()).nullable().describe("Longest sequence, tokens"),
  batchSequences: Read(z.number()).nullable().describe("Sequences per GPU per micro-step"),
  accumulation: Read(z.number()).nullable().describe("Micro-steps per step"),
  packing: Read(z.boolean()).nullable().describe("Short rows are packed"),
  gpuCount: Read(z.number()).nullable().describe("Processes of the launcher: one per GPU"),
  output: Read(z.string()).nullable().describe("Name of the model that it writes"),
  datasets: z.array(NamedDataset).describe("Datasets that are trained on"),
  removesDuplicates: z.boolean().describe("Exact duplicates are removed before training"),
  heldOut: z
    .strictObject({
      kind: z.enum(["nothing", "cut-from-training", "set"]),
      place: z.string(),
      says: z.string(),
    })
    .describe("Data held out for evaluation during training"),
});
export type TrainingConfig = z.infer<typeof TrainingConfig>;

/** Facts about a run in a `trainer_state.json` of Transformers. */
export const TrainerState = z.strictObject({
  file: z.string(),
  steps: z.number().nullable().describe("Steps that ran"),
  epochs: z.number().nullable().describe("Passes over the data that ran"),
  trainBatch: z.number().nullable().describe("Sequences per GPU per micro-step"),
  tokens: z.number().nullable().describe("Input tokens seen"),
  evaluations: z.int().describe("Log entries with an evaluation result"),
});
export type TrainerState = z.infer<typeof TrainerState>;

/** The configuration of an adapter trained with LoRA, as saved by PEFT next to the weights. */
export const AdapterConfig = z.strictObject({
  file: z.string().describe("File in the folder of the programme"),
  base: Read(z.string()).nullable().describe("Base model: a name or a folder"),
  rank: Read(z.number()).nullable().describe("Rank of the adapter"),
  place: z.string().describe("Location of the method"),
});
export type AdapterConfig = z.infer<typeof AdapterConfig>;

/** The Slurm request in a batch script; null if the script does not contain the value. */
export const SlurmScript = z.strictObject({
  file: z.string().describe("File in the folder of the programme"),
  gpus: Read(z.number()).nullable().describe("GPUs of one job, over all nodes"),
  hours: Read(z.number()).nullable().describe("Time limit of one job, hours"),
  tasks: Read(z.number()).nullable().describe("Tasks of the job array"),
  partition: Read(z.string()).nullable().describe("Partition"),
  isRequeued: z.boolean().nullable().describe("A preempted job starts again; null: the cluster decides"),
  usesTask: z.boolean().describe("Commands read the number of the array task"),
});
export type SlurmScript = z.infer<typeof SlurmScript>;

/** One result of an evaluation written by another tool. */
export const ForeignResult = z.strictObject({
  file: z.string().describe("File in the folder of the programme"),
  series: z
    .string()
    .describe("Results with one series are read as scores of one test: the task, or the name of the files"),
  model: z.string().nullable().describe("Model that was evaluated; null if the file names none"),
  items: z.int().nullable().describe("Items that were scored"),
  set: z
    .string()
    .nullable()
    .describe("Digest of the items, or version and hash of the task; null if the file contains no items"),
  score: z.number().nullable().describe("Score, 0 to 1 for a share"),
  metric: z.string().describe("What the score measures"),
});
export type ForeignResult = z.infer<typeof ForeignResult>;

/** A dataset file that was copied to the folder. */
export const ForeignDataset = z.strictObject({
  file: z.string().describe("File in the folder of the programme"),
  role: z.enum(["train", "eval"]).describe("What it is for"),
  says: z.string().describe("Why it has that role"),
  rows: z.int(),
  bytes: z.number(),
  sha256: z.string().describe("SHA-256 when it was imported"),
});
export type ForeignDataset = z.infer<typeof ForeignDataset>;

/** Facts found in the sources, stored as `audit-import.json`, which the rules of the audit read. */
export const ForeignRecord = z.strictObject({
  version: z.literal(1),
  on: Day.describe("Day of the import"),
  configs: z.array(TrainingConfig),
  adapters: z.array(AdapterConfig).default([]),
  states: z.array(TrainerState),
  scripts: z.array(SlurmScript).default([]),
  results: z.array(ForeignResult),
  datasets: z.array(ForeignDataset),
});
export type ForeignRecord = z.infer<typeof ForeignRecord>;

/** A field of the draft with its origin. */
export const DraftField = z.strictObject({
  field: z.string().describe("Field of programme.yaml"),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
  origin: z.string().describe("Where the value was read, how it was computed, or that it is assumed"),
  isAssumed: z.boolean().describe("Not stated in any source: the schema requires a value"),
});
export type DraftField = z.infer<typeof DraftField>;

/** A question whose answer changes the cost of the programme. */
export const DraftQuestion = z.strictObject({
  field: z.string().describe("Field of programme.yaml to set"),
  question: z.string(),
  between: z.tuple([z.string(), z.string()]).describe("The two answers that were compared"),
  changesUsd: PositiveMoney.nullable().describe(
    "Difference of the median cost between them, US dollars; null: not computed",
  ),
});
export type DraftQuestion = z.infer<typeof DraftQuestion>;

/** Result of `audit import`: the files that were read, written or unreadable. */
export const AuditImport = z.strictObject({
  out: z.string().describe("Folder of the draft"),
  record: ForeignRecord,
  runs: z.array(RunImport).describe("Runs that were imported into the state of the folder"),
  bills: z
    .array(z.strictObject({ file: z.string(), billedTotal: Money.describe("Sum of BilledCost"), currency: z.string() }))
    .describe("Bills that were imported into the ledger of the folder"),
  fields: z.array(DraftField).describe("Fields of the draft"),
  contradictions: z
    .array(
      z.strictObject({
        field: z.string(),
        values: z.array(z.strictObject({ value: z.string(), place: z.string() })),
      }),
    )
    .describe("Sources that disagree; the first value is taken"),
  questions: z.array(DraftQuestion).describe("Questions to answer, in order of their effect on the cost"),
  skipped: z.array(z.strictObject({ source: z.string(), reason: z.string() })).describe("Files that were not read"),
  problem: z.string().nullable().describe("Why the draft cannot be audited yet; null if it can"),
});
export type AuditImport = z.infer<typeof AuditImport>;
