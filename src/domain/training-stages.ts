import * as z from "zod";

import { InnerPath } from "./training-job.ts";

const Name = z
  .string()
  .regex(/^[a-z\d][a-z\d-]{0,39}$/, "has other characters than a to z, 0 to 9 and -, or more than 40")
  .describe("Name of the stage");
const Earlier = z.string().min(1);

/** One stage of the plan. Its second key determines its action. */
export const TrainingStage = z.union([
  z.strictObject({
    name: Name,
    train: InnerPath.describe("Training file to run"),
    from: Earlier.optional().describe("Stage whose merged model is the base; default: the model of the training file"),
  }),
  z.strictObject({
    name: Name,
    sweep: InnerPath.describe("Sweep file to run; its result is the best trial that reached its last step"),
  }),
  z.strictObject({
    name: Name,
    gate: z
      .array(z.string().min(1))
      .min(1)
      .describe(
        "Program and arguments, run in the programme folder: exit status 0 passes, 5 fails the plan. The word tunewright, first or after --, is this program",
      ),
  }),
  z.strictObject({
    name: Name,
    merge: Earlier.describe("Training stage or sweep whose adapter is merged into its base"),
  }),
  z.strictObject({
    name: Name,
    gguf: Earlier.describe("Merge stage whose model is written as GGUF"),
    type: z.enum(["F16", "Q8_0"]).default("F16").describe("Type of the weights: 16 bits, or 8 bits in blocks of 32"),
    base: z.string().min(1).optional().describe("GGUF file of the base model, whose tokenizer and template are used"),
    converter: z
      .string()
      .min(1)
      .optional()
      .describe(
        "convert_hf_to_gguf.py of llama.cpp, for shapes other than Llama's; default: the built-in writer, which needs base",
      ),
  }),
  z.strictObject({
    name: Name,
    export: Earlier.describe("Stage whose result is copied"),
    to: InnerPath.describe("Destination folder; it must not exist"),
  }),
]);
export type TrainingStage = z.infer<typeof TrainingStage>;

/** A sequence of training, gates and exports: `stages.yaml`. */
export const StagesFile = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(200).describe("Name of the plan"),
  stages: z
    .array(TrainingStage)
    .min(1)
    .max(50)
    .describe("Stages in order; each starts when the previous one has passed"),
});
export type StagesFile = z.infer<typeof StagesFile>;

/** Result of one stage. */
export const StageResult = z.strictObject({
  name: z.string().describe("Name of the stage"),
  kind: z.enum(["train", "sweep", "gate", "merge", "gguf", "export"]).describe("Kind of stage"),
  state: z.enum(["passed", "failed", "waiting"]).describe("State; waiting: an earlier stage has not passed"),
  detail: z.string().nullable().describe("What was done, or why it failed; null if not started"),
  jobId: z.string().nullable().describe("Training job; of a sweep its best trial; null for other stages"),
  datasetDigest: z.string().nullable().describe("Digest of the training dataset"),
  output: z.string().nullable().describe("Location of its result; null if it has none"),
  sha256: z.string().nullable().describe("SHA-256 of its weights; null if it has none"),
});
export type StageResult = z.infer<typeof StageResult>;

/** Progress of a plan of stages, and the lineage of its results. */
export const StagesResult = z.strictObject({
  id: z.string().describe("Id, derived from the plan, its training files and the digests of their datasets"),
  name: z.string().describe("Name of the plan"),
  ok: z.boolean().describe("True if every stage has passed"),
  stages: z.array(StageResult).describe("Stages in order"),
});
export type StagesResult = z.infer<typeof StagesResult>;
