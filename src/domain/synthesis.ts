import * as z from "zod";

import { RowFields } from "./dataset-profile.ts";
import { DecontaminateMethod } from "./decontaminate.ts";
import { JudgeEndpoint, QualityJudge } from "./judge.ts";
import { JudgeThresholds } from "./judge-thresholds.ts";
import { QualityReason } from "./quality.ts";
import { IntendedUse, SourceRights } from "./rights.ts";

const { url, model, keyEnv, maxUsd, usdPerMtokInput, usdPerMtokOutput, free, concurrency, timeoutSec } =
  JudgeEndpoint.shape;

const Path = z.string().min(1);

/** Recipes for generating rows. */
export const RecipeName = z.enum(["self-instruct", "question-answer", "paraphrase", "rejected-answer"]);
export type RecipeName = z.infer<typeof RecipeName>;

/** A file from which rows are generated: documents, or rows with a prompt and an answer. */
export const SynthesisInput = z.strictObject({
  path: Path.describe("Dataset file in the programme folder"),
  fields: RowFields.optional().describe(
    "Fields of prompt and answer, or of the text of a document; default: recognised",
  ),
});
export type SynthesisInput = z.infer<typeof SynthesisInput>;

/** The model that writes, and the cap on its cost. */
export const SynthesisEndpoint = z.strictObject({
  url,
  model: model.describe(
    "Model that writes, by its name at the endpoint; its terms for outputs are looked up by this name",
  ),
  keyEnv,
  maxUsd: maxUsd.describe(
    "Largest cost of all answers of this synthesis, US dollars; a request that could exceed it is not sent",
  ),
  usdPerMtokInput,
  usdPerMtokOutput,
  free,
  concurrency,
  timeoutSec,
  structured: z
    .boolean()
    .default(false)
    .describe("Request JSON by a schema (response_format), for endpoints that support it; default: labelled lines"),
});
export type SynthesisEndpoint = z.infer<typeof SynthesisEndpoint>;

/** Sampling parameters. */
export const SynthesisSampling = z.strictObject({
  maxTokens: z.int().min(16).max(100_000).default(512).describe("Maximum number of tokens of an answer"),
  temperature: z.number().min(0).max(2).default(0.8).describe("Temperature"),
  topP: z.number().gt(0).max(1).optional().describe("Nucleus sampling; default: the server's"),
  seed: z.int().min(0).max(1e9).default(1).describe("Random seed; request N is sent with this seed plus N"),
});
export type SynthesisSampling = z.infer<typeof SynthesisSampling>;

/** Settings of a model that judges generated rows. */
export const SynthesisJudge = QualityJudge.extend({
  allowSelf: z.boolean().default(false).describe("It may judge rows that the same model wrote"),
});
export type SynthesisJudge = z.infer<typeof SynthesisJudge>;

/** Checks that a row must pass. */
export const SynthesisChecks = z.strictObject({
  allow: z.array(QualityReason).default([]).describe("Reasons of data quality that do not drop a row"),
  duplicates: z
    .strictObject({
      threshold: z.number().min(0.1).max(1).default(0.7).describe("Jaccard similarity of 5-word shingles"),
      rougeL: z
        .number()
        .min(0.3)
        .max(1)
        .default(0.7)
        .describe("ROUGE-L from which self-instruct tasks count as duplicates: the same words in the same order"),
      against: z
        .array(Path)
        .default([])
        .describe(
          "Datasets that must not contain any of the rows; the inputs, the other files of the programme (except corpora) and all test sets are added",
        ),
    })
    .prefault({}),
  decontaminate: z
    .strictObject({
      against: z
        .array(Path)
        .default([])
        .describe(
          "Test sets, as for data decontaminate; eval and replay files of the programme and the sets of testset.lock are added",
        ),
      method: DecontaminateMethod.optional(),
    })
    .prefault({}),
  personalData: z
    .strictObject({
      found: z.enum(["drop", "redact"]).default("drop").describe("What happens to a row with personal data"),
      allow: z.array(z.string().min(1)).default([]).describe("Entities that do not count, such as LOCATION"),
    })
    .prefault({}),
  agreement: z
    .strictObject({
      samples: z.int().min(1).max(20).default(3).describe("Additional answers to the question of a row"),
      minF1: z.number().min(0).max(1).default(0.6).describe("Word overlap (F1) from which two answers agree"),
      minShare: z
        .number()
        .gt(0)
        .max(1)
        .default(0.5)
        .describe("Smallest share of the answers that must agree with the row's"),
    })
    .optional()
    .describe("Ask the model again and compare its answers; default: not asked"),
  execution: z
    .strictObject({
      python: z.string().min(1).default("python3").describe("Interpreter"),
      seconds: z.number().positive().max(600).default(10).describe("Longest time of a program, seconds"),
      memoryMib: z.int().min(16).max(65_536).default(512).describe("Maximum memory of a program, MiB"),
      required: z.boolean().default(false).describe("Drop rows whose answer has no block of Python"),
    })
    .optional()
    .describe("Run the Python blocks of answers in the sandbox, in their order; default: code is parsed, not run"),
  judge: SynthesisJudge.optional().describe("Model that scores the remaining rows; default: none is asked"),
  judgeLabels: z
    .strictObject({
      file: Path.describe("Dataset file in the programme folder: rows with a label of a person"),
      field: z.string().min(1).default("label").describe("Field with the label"),
      positive: z.array(z.string().min(1)).min(1).describe("Labels of rows that are good to train on"),
      thresholds: JudgeThresholds.prefault({}),
    })
    .optional()
    .describe("Labels that the judge is checked against before it may drop a row: required where judge.min is given"),
});
export type SynthesisChecks = z.infer<typeof SynthesisChecks>;

/**
 * `synthesize/NAME.yaml`: what is generated, by which model and at which price, and the checks that a row must pass.
 */
export const Synthesis = z.strictObject({
  recipe: RecipeName,
  requests: z.int().min(1).max(100_000).describe("Rows to request; those that fail a check are not requested again"),
  inputs: z.array(SynthesisInput).min(1).describe("Files that rows are generated from"),
  endpoint: SynthesisEndpoint,
  sampling: SynthesisSampling.prefault({}),
  use: IntendedUse.default("commercial").describe("Use of the tuned model"),
  decision: SourceRights.shape.decision.describe(
    "A person's decision on training with the model's outputs; overrides the table of terms",
  ),
  checks: SynthesisChecks.prefault({}),
  pilot: z
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .describe("Rows to request first; their yield is the estimate for the others"),
  maxShare: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe("Largest share of generated rows among the training rows that the programme lists; default: no limit"),
});
export type Synthesis = z.infer<typeof Synthesis>;
