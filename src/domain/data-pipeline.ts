import * as z from "zod";

import { ImportOptions } from "./data-import.ts";
import { DecontaminateOptions } from "./decontaminate.ts";
import { DuplicatesOptions } from "./dedup.ts";
import { ExactOptions } from "./exact.ts";
import { FunnelStage, StageFinding, StageTokens } from "./funnel.ts";
import { JudgeSummary } from "./judge.ts";
import { LabelsOptions } from "./label-report.ts";
import { QualityOptions } from "./quality.ts";
import { PiiStageOptions } from "./redact.ts";
import { RightsOptions } from "./rights.ts";
import { SplitPart, SplitStageOptions } from "./split.ts";
import { SyntheticOptions } from "./synthetic-share.ts";
import { TrainableOptions } from "./trainable.ts";

/** An item of the pipeline: the name of a stage and its options, as keys of one object. */
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
    item("synthetic", SyntheticOptions),
    item("split", SplitStageOptions),
  ])
  .describe("A stage and its options");
export type PipelineStage = z.infer<typeof PipelineStage>;

/** The stages of `data run`, in order. */
export const DataPipeline = z.array(PipelineStage).describe("Stages of data run, in order");
export type DataPipeline = z.infer<typeof DataPipeline>;

/** Executor for the shards of a pipeline, which does not affect the result. */
export const ExecutorName = z.enum(["inline", "threads", "processes", "slurm", "ray"]);
export type ExecutorName = z.infer<typeof ExecutorName>;

/** Expected resources of a pipeline run, without the parts that are already complete. */
export const PipelineEstimate = z.strictObject({
  inputBytes: z.int().min(0).describe("Size of the dataset files"),
  rows: z
    .int()
    .min(0)
    .describe(
      "Rows, extrapolated from the start of each file; or the count of the last run if the sizes of the files are unchanged",
    ),
  durationSec: z
    .strictObject({ low: z.number().min(0), high: z.number().min(0) })
    .describe("Wall time, low and high end"),
  memoryBytes: z.int().min(0).describe("Peak memory of all processes"),
  diskBytes: z.int().min(0).describe("Largest disk space that the artefacts can need"),
  freeDiskBytes: z.int().min(0).describe("Free disk space"),
  basis: z.string().describe("Source of the rates"),
});
export type PipelineEstimate = z.infer<typeof PipelineEstimate>;

/** A stage after a run of the pipeline. */
export const StageRunResult = FunnelStage.extend({
  findings: z.array(StageFinding).describe("Findings to check before the rows are used"),
  artefact: z.string().describe("Folder of its output, below .tunewright/artefacts; named by the hash of all inputs"),
  sha256: z.string().describe("Hash of the output rows"),
  shards: z.int().min(0).describe("Number of shards"),
  shardsRun: z.int().min(0).describe("Shards that had to be processed; the others already existed and were complete"),
});
export type StageRunResult = z.infer<typeof StageRunResult>;

/** Result of `data run`. */
export const PipelineRun = z.strictObject({
  dir: z.string().describe("The programme folder"),
  executor: ExecutorName,
  workers: z.int().min(1).describe("Number of parallel workers"),
  estimate: PipelineEstimate,
  stages: z.array(StageRunResult).describe("`read`, then the stages of the pipeline"),
  out: z
    .string()
    .nullable()
    .describe(
      "File with the output rows, or only the training rows if `parts` is not empty; null if the run stopped before the end",
    ),
  parts: z
    .array(z.strictObject({ part: SplitPart, path: z.string(), rows: z.int().min(0) }))
    .describe(
      "Files of the parts of the stage split, train first; empty if it passes only one part or is not in the pipeline",
    ),
  tokens: StageTokens.describe(
    "Tokens by stage, in addition to the rows and characters of `stages`: an estimate with its range, from a sample of rows, by the tokenizer of the model if it is available and otherwise by a public one",
  ),
  judged: z
    .array(z.strictObject({ stage: z.string(), ...JudgeSummary.shape }))
    .describe("Use of a model by the stages with a judge; a stage whose verdicts were all stored already is omitted"),
  warnings: z
    .array(z.string())
    .describe("Problems with the order of the stages, and rows of the output that repeat others"),
  durationSec: z.number().min(0).describe("Wall time"),
});
export type PipelineRun = z.infer<typeof PipelineRun>;
