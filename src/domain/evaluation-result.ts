import * as z from "zod";

import { AnswerCost, JudgedScore, JudgeVerdict } from "./evaluation-judge.ts";
import { Sampling } from "./evaluation.ts";
import { EvaluationScorer } from "./evaluation-scorer.ts";
import { ScoreInterval } from "./score-interval.ts";
import { Money } from "./source.ts";
import { LockedSet } from "./testset-lock.ts";

/** One answer to an item, with its scores. */
export const ScoredAnswer = z.strictObject({
  answer: z.string().nullable().describe("null if the endpoint returned none; of a conversation, the last answer"),
  earlier: z.array(z.string()).default([]).describe("Answers to the turns before the last"),
  error: z.string().nullable(),
  isCutOff: z.boolean().describe("The answer reached the requested maximum length"),
  isRefusal: z.boolean().describe("The endpoint marked the answer as declined"),
  scores: z.record(z.string(), z.number().nullable()).describe("By scorer; null if there is nothing to score"),
  unparsable: z
    .array(z.string())
    .describe("Scorers that could not extract a result from the answer; they count it as wrong"),
  verdicts: z.array(JudgeVerdict).default([]).describe("Verdicts of judges on the answer"),
});
export type ScoredAnswer = z.infer<typeof ScoredAnswer>;

/** An item with its answers: a line of `items.jsonl`. */
export const ScoredItem = z.strictObject({
  id: z.string(),
  sha256: z.string().describe("Hash of the row of the item"),
  slices: z.record(z.string(), z.string()).describe("Value of each slice field"),
  cluster: z.string().nullable(),
  prompt: z.string().describe("The prompt, its turns joined"),
  reference: z.string().nullable(),
  answers: z.array(ScoredAnswer),
  scores: z.record(z.string(), z.number().nullable()).describe("Mean over the answers, by scorer"),
});
export type ScoredItem = z.infer<typeof ScoredItem>;

/** A score over items. */
export const ScoreSummary = z.strictObject({
  scorer: z.string(),
  kind: z.string(),
  mean: z.number().nullable().describe("null if nothing could be scored"),
  interval: ScoreInterval.nullable().describe("95 %; null for fewer than two items"),
  method: z.enum(["wilson", "wilson-clustered", "t", "t-clustered"]).describe("How the interval was computed"),
  standardError: z.number().nullable(),
  n: z.int().min(0).describe("Items in the denominator"),
  errors: z.int().min(0).describe("Items without any answer"),
  errorsCountAs: z.enum(["wrong", "left-out"]).describe("Whether these count in the denominator, as wrong"),
  answeredMean: z.number().nullable().describe("Mean over the answered items"),
  unparsable: z
    .int()
    .min(0)
    .describe("Items whose answers contained nothing that the scorer could extract; counted as wrong"),
});
export type ScoreSummary = z.infer<typeof ScoreSummary>;

/** Scores of the items that share a value of a slice field. */
export const SliceSummary = z.strictObject({
  field: z.string(),
  value: z.string(),
  items: z.int().min(0),
  scores: z.array(ScoreSummary),
});
export type SliceSummary = z.infer<typeof SliceSummary>;

/** Vectors with which a scorer compared answers. */
export const EmbeddingUse = z.strictObject({
  scorer: z.string(),
  source: z.string().describe("Endpoint, local model, or hashed n-grams"),
  isSemantic: z.boolean().describe("false: vectors of the spelling, not of the meaning"),
  requests: z.int().min(0),
  inputTokens: z.int().min(0),
  usd: Money.nullable().describe("null if the endpoint is free"),
});
export type EmbeddingUse = z.infer<typeof EmbeddingUse>;

/** Everything except the target that must be equal for two evaluations to be comparable. */
export const EvaluationFingerprints = z.strictObject({
  evaluation: z.string().describe("SHA-256 of eval/NAME.yaml"),
  set: z.string().describe("Digest of the frozen set"),
  prompt: z.string(),
  scorers: z.string(),
  sampling: z.string(),
  gates: z.string(),
  target: z.string(),
});
export type EvaluationFingerprints = z.infer<typeof EvaluationFingerprints>;

/** `evaluations/ID/result.json`: results of one target on one frozen set. */
export const EvaluationResult = z.strictObject({
  format: z.literal(1),
  id: z.string(),
  evaluation: z.string().describe("Name of eval/NAME.yaml"),
  target: z.string(),
  model: z.string().nullable(),
  servedModels: z.array(z.string()).describe("Models and builds as reported by the endpoint"),
  endpoint: z.string().describe("Address, or the file of answers"),
  repeat: z.int().min(1).describe("Number of this repetition"),
  finishedAt: z.iso.datetime(),
  tool: z.string(),
  fingerprints: EvaluationFingerprints,
  set: LockedSet.extend({ name: z.string(), items: z.int().min(0) }),
  benchmark: z
    .strictObject({
      title: z.string(),
      file: z.string().describe("Name of the file"),
      sha256: z.string().describe("Hash of the published file, or of its items"),
      source: z.string().describe("Where it was published"),
    })
    .nullable()
    .default(null)
    .describe("Public benchmark whose published file was frozen as the set; null if it is none that is known"),
  sampling: Sampling,
  scorers: z.array(EvaluationScorer).min(1).describe("Prices as stated"),
  items: z.int().min(0),
  isComplete: z.boolean().describe("All items were asked; false if the cap or the endpoint ended the run"),
  stopped: z.string().nullable().describe("Why the remaining items were not asked"),
  counts: z.strictObject({
    answers: z.int().min(0).describe("Requested answers: items times samples"),
    answered: z.int().min(0),
    errors: z.int().min(0).describe("Without an answer"),
    refusals: z.int().min(0),
    cutOff: z.int().min(0).describe("Ended by the maximum length"),
    empty: z.int().min(0).describe("Empty answers"),
    echoed: z.int().min(0).describe("Answers that repeat the prompt"),
  }),
  errors: z
    .array(z.strictObject({ item: z.string(), message: z.string() }))
    .describe("The first twenty items without an answer"),
  scores: z.array(ScoreSummary).describe("Scores; the first is the headline"),
  slices: z.array(SliceSummary),
  judged: z.array(JudgedScore).default([]).describe("Scores that judges gave"),
  contamination: z
    .strictObject({
      against: z.string().describe("Training rows of the target"),
      method: z.string().describe("How rows and items were compared, as data decontaminate names it"),
      trainingRows: z.int().min(0),
      sha256: z.string().nullable().default(null).describe("Hash of these rows; null in results of earlier versions"),
      hitItems: z.array(z.string()).describe("Items found in training rows"),
      clean: z.array(ScoreSummary).describe("Scores over the items that are not contaminated"),
    })
    .nullable()
    .describe("Items found in training data; null if not searched"),
  cost: AnswerCost,
  itemsSha256: z
    .string()
    .optional()
    .describe("Hash of items.jsonl as it was written; missing in results of earlier versions"),
  embeddings: z.array(EmbeddingUse).default([]).describe("Of scorers that compare vectors; not in cost"),
});
export type EvaluationResult = z.infer<typeof EvaluationResult>;
