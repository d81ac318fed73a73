import * as z from "zod";

import { RowFields } from "./dataset-profile.ts";
import { DecontaminateMethod } from "./decontaminate.ts";
import { JudgeEndpoint, QualityJudge } from "./judge.ts";
import { QualityReason } from "./quality.ts";
import { IntendedUse, SourceRights } from "./rights.ts";

const { url, model, keyEnv, maxUsd, usdPerMtokInput, usdPerMtokOutput, free, concurrency, timeoutSec } =
  JudgeEndpoint.shape;

const Path = z.string().min(1);

/** Ways to make rows. */
export const RecipeName = z.enum(["self-instruct", "question-answer", "paraphrase", "rejected-answer"]);
export type RecipeName = z.infer<typeof RecipeName>;

/** A file that rows are made from: documents, or rows with a prompt and an answer. */
export const SynthesisInput = z.strictObject({
  path: Path.describe("Dataset file in the programme folder"),
  fields: RowFields.optional().describe(
    "Fields of prompt and answer, or of the text of a document; recognised by default",
  ),
});
export type SynthesisInput = z.infer<typeof SynthesisInput>;

/** Which model writes, and what its answers may cost. */
export const SynthesisEndpoint = z.strictObject({
  url,
  model: model.describe(
    "Model that writes, as the endpoint calls it: its terms for outputs are looked up by this name",
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
    .describe("Ask for JSON by a schema (response_format), for endpoints that know it; default: labelled lines"),
});
export type SynthesisEndpoint = z.infer<typeof SynthesisEndpoint>;

/** How answers are drawn. */
export const SynthesisSampling = z.strictObject({
  maxTokens: z.int().min(16).max(100_000).default(512).describe("Most tokens of an answer"),
  temperature: z.number().min(0).max(2).default(0.8).describe("Temperature"),
  topP: z.number().gt(0).max(1).optional().describe("Nucleus; default: the server's"),
  seed: z.int().min(0).max(1e9).default(1).describe("Seed of the draws; request N is sent with this seed plus N"),
});
export type SynthesisSampling = z.infer<typeof SynthesisSampling>;

/** What a row must pass. */
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
        .describe("ROUGE-L from which tasks of self-instruct are alike: the same words in the same order"),
      against: z
        .array(Path)
        .default([])
        .describe("Datasets that hold none of the rows; the inputs and the programme's training files are added"),
    })
    .prefault({}),
  decontaminate: z
    .strictObject({
      against: z
        .array(Path)
        .default([])
        .describe("Test sets, as data decontaminate takes them; eval and replay files of the programme are added"),
      method: DecontaminateMethod.optional(),
    })
    .prefault({}),
  personalData: z
    .strictObject({
      found: z.enum(["drop", "redact"]).default("drop").describe("What becomes of a row with personal data"),
      allow: z.array(z.string().min(1)).default([]).describe("Entities that are no reason, such as LOCATION"),
    })
    .prefault({}),
  agreement: z
    .strictObject({
      samples: z.int().min(1).max(20).default(3).describe("Further answers to the question of a row"),
      minF1: z.number().min(0).max(1).default(0.6).describe("Words in common (F1) from which two answers agree"),
      minShare: z.number().gt(0).max(1).default(0.5).describe("Lowest share of the answers that agree with the row's"),
    })
    .optional()
    .describe("Ask the model again and compare its answers; default: not asked"),
  judge: QualityJudge.optional().describe("Model that scores the rows that are left; default: none is asked"),
});
export type SynthesisChecks = z.infer<typeof SynthesisChecks>;

/** `synthesize/NAME.yaml`: what is generated, by which model, at which price, and what a row must pass. */
export const Synthesis = z.strictObject({
  recipe: RecipeName,
  requests: z.int().min(1).max(100_000).describe("Rows to ask for; those that fail a check are not asked again"),
  inputs: z.array(SynthesisInput).min(1).describe("Files that rows are made from"),
  endpoint: SynthesisEndpoint,
  sampling: SynthesisSampling.prefault({}),
  use: IntendedUse.default("commercial").describe("What the tuned model is for"),
  decision: SourceRights.shape.decision.describe(
    "What a person decided on training with the model's outputs, in the place of the table of terms",
  ),
  checks: SynthesisChecks.prefault({}),
  pilot: z
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .describe("Rows to ask for first: what they yield is the estimate for the others"),
  maxShare: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe("Largest share of generated rows among the training rows of the programme; default: no limit"),
});
export type Synthesis = z.infer<typeof Synthesis>;
