import * as z from "zod";

import { ImportOptions } from "./data-import.ts";
import { DecontaminateOptions } from "./decontaminate.ts";
import { DuplicatesOptions } from "./dedup.ts";
import { ExactOptions } from "./exact.ts";
import { FunnelStage, StageTokens } from "./funnel.ts";
import { JudgeSummary } from "./judge.ts";
import { LabelsOptions } from "./label-report.ts";
import { QualityOptions } from "./quality.ts";
import { PiiStageOptions } from "./redact.ts";
import { RightsOptions } from "./rights.ts";
import { SplitPart, SplitStageOptions } from "./split.ts";
import { TrainableOptions } from "./trainable.ts";

/** An item of the pipeline: the name of a stage and, next to it, the stage's options. */
const item = <Name extends string, Shape extends z.ZodRawShape>(name: Name, options: z.ZodObject<Shape>) =>
  z.strictObject({ stage: z.literal(name).describe("Name of the stage"), ...options.shape });

/** A stage of the pipeline with its options. */
export const PipelineStage = z
  .discriminatedUnion("stage", [
    item("import", ImportOptions),
    item("trainable", TrainableOptions),
    item("exact", ExactOptions),
    item("dedup", DuplicatesOptions),
    item("redact", PiiStageOptions),
    item("rights", RightsOptions),
    item("decontaminate", DecontaminateOptions),
    item("quality", QualityOptions),
    item("labels", LabelsOptions),
    item("split", SplitStageOptions),
  ])
  .describe("A stage and its options");
export type PipelineStage = z.infer<typeof PipelineStage>;

/** The stages that `data run` takes the rows of a programme through, in their order. */
export const DataPipeline = z.array(PipelineStage).describe("Stages of data run, in their order");
export type DataPipeline = z.infer<typeof DataPipeline>;

/** How the shards of a pipeline are worked on; the result is the same. */
export const ExecutorName = z.enum(["inline", "threads", "processes", "slurm", "ray"]);
export type ExecutorName = z.infer<typeof ExecutorName>;

/** What a run of the pipeline will take, as far as it is not done already. */
export const PipelineEstimate = z.strictObject({
  inputBytes: z.int().min(0).describe("Size of the dataset files"),
  rows: z
    .int()
    .min(0)
    .describe(
      "Rows, by the start of each file, or as the last run counted them where the files have the sizes that it read",
    ),
  durationSec: z.strictObject({ low: z.number().min(0), high: z.number().min(0) }).describe("Wall time from and to"),
  memoryBytes: z.int().min(0).describe("Peak memory of all processes together"),
  diskBytes: z.int().min(0).describe("Room that the artefacts take at most"),
  freeDiskBytes: z.int().min(0).describe("Room that the disk has"),
  basis: z.string().describe("Where the rates come from"),
});
export type PipelineEstimate = z.infer<typeof PipelineEstimate>;

/** Something about what a stage decided over all rows that a person should look at. */
export const StageFinding = z.strictObject({
  finding: z.string().describe("What it is, in kebab case: one of the stage's own list"),
  rows: z.int().min(1).describe("Rows that it is about"),
  detail: z.string(),
});
export type StageFinding = z.infer<typeof StageFinding>;

/** A stage as a run of the pipeline left it. */
export const StageRunResult = FunnelStage.extend({
  findings: z.array(StageFinding).describe("What should be looked at before the rows are used"),
  artefact: z
    .string()
    .describe("Folder of what it made, below .tunewright/artefacts; named by the hash of all it is made of"),
  sha256: z.string().describe("Hash of the rows that it let through"),
  shards: z.int().min(0).describe("Shards of the rows"),
  shardsRun: z.int().min(0).describe("Shards that had to be worked on; the others were there and whole"),
});
export type StageRunResult = z.infer<typeof StageRunResult>;

/** What `data run` did. */
export const PipelineRun = z.strictObject({
  dir: z.string().describe("The programme folder"),
  executor: ExecutorName,
  workers: z.int().min(1).describe("Workers at once"),
  estimate: PipelineEstimate,
  stages: z.array(StageRunResult).describe("`read`, then the stages of the pipeline"),
  out: z
    .string()
    .nullable()
    .describe(
      "File with the rows that came through, where `parts` is not empty those to train on alone; null where the run stopped before the end",
    ),
  parts: z
    .array(z.strictObject({ part: SplitPart, path: z.string(), rows: z.int().min(0) }))
    .describe(
      "Files of the parts of the stage split, train first; empty where it lets one part through or is not there",
    ),
  tokens: StageTokens.describe(
    "Tokens by stage, beside the rows and characters of `stages`: an estimate with its range, from a sample of rows, by the model's tokenizer where it is at hand, else by a public one",
  ),
  judged: z
    .array(z.strictObject({ stage: z.string(), ...JudgeSummary.shape }))
    .describe(
      "What a model was asked for the stages that name a judge; a stage whose verdicts were all there is left out",
    ),
  warnings: z.array(z.string()).describe("What is wrong with the order of the stages"),
  durationSec: z.number().min(0).describe("Wall time"),
});
export type PipelineRun = z.infer<typeof PipelineRun>;
