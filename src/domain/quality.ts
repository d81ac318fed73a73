import * as z from "zod";

import { RowFields } from "./dataset-profile.ts";
import { Funnel } from "./funnel.ts";
import { JudgeSummary, QualityJudge } from "./judge.ts";

/** Sets of quality rules. */
export const QualityProfile = z.enum(["chat", "instruct", "gopher", "c4", "fineweb"]);
export type QualityProfile = z.infer<typeof QualityProfile>;

/** Quality faults of a row with a dialogue or an instruction. */
export const QualityReason = z.enum([
  "no-prompt",
  "no-answer",
  "too-short",
  "too-long",
  "echo",
  "refusal",
  "boilerplate",
  "template-artefact",
  "placeholder",
  "mojibake",
  "repetition",
  "other-language",
  "open-code-block",
  "invalid-json",
  "broken-code",
  "cut-off",
  "partial-code",
  "listed-word",
  "judged-poor",
]);
export type QualityReason = z.infer<typeof QualityReason>;

/** Reasons that never drop a row but add a note to it. */
export const NOTED_ONLY: readonly QualityReason[] = ["partial-code"];

/** Options of the stage that drops rows of poor quality. */
export const QualityOptions = z.strictObject({
  profile: QualityProfile.default("chat").describe(
    "Rules: chat for dialogues, instruct for instructions with one answer; gopher, c4, fineweb as published for web pages",
  ),
  allow: z.array(QualityReason).default([]).describe("Reasons that only add a note to a row"),
  minAnswerCharacters: z.int().min(0).default(1).describe("Minimum number of characters of an answer"),
  maxCharacters: z.int().min(1).default(200_000).describe("Maximum number of characters of a row's texts"),
  words: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File with words or phrases, one per line: a row that contains any of them as complete words is dropped; default: none",
    ),
  fields: RowFields.optional().describe("Fields with prompt and answer; default: recognised"),
  judge: QualityJudge.optional().describe("Model that judges the rows that pass the rules; default: none"),
});
export type QualityOptions = z.infer<typeof QualityOptions>;

/** Diversity and coverage of the kept rows. */
export const QualitySummary = z.strictObject({
  rows: z.int().min(0).describe("Kept rows"),
  languages: z
    .array(z.strictObject({ language: z.string(), rows: z.int().min(1) }))
    .describe("Languages of the answers, most frequent first; und if there is too little text"),
  answers: z
    .strictObject({ p10: z.number(), p50: z.number(), p90: z.number() })
    .nullable()
    .describe("Words of the answers, mean per row"),
  turns: z
    .array(z.strictObject({ answers: z.string(), rows: z.int().min(1) }))
    .describe("Rows by their number of answers"),
  sources: z
    .array(z.strictObject({ source: z.string(), rows: z.int().min(1) }))
    .describe("Rows by source, most rows first"),
  evenness: z
    .strictObject({ languages: z.number(), sources: z.number(), verbs: z.number() })
    .describe("Entropy relative to equal shares: 1 if all are equally frequent, 0 if there is only one"),
  verbs: z
    .array(z.strictObject({ verb: z.string(), rows: z.int().min(1) }))
    .describe("Most frequent first words of prompts, such as write, explain, what"),
  repeatedPrompts: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("Share of prompts that occur in an earlier row, ignoring case"),
  topOpenings: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("Share of rows that begin with one of the ten most frequent openings"),
  promptWords: z
    .strictObject({ p10: z.number(), p50: z.number(), p90: z.number() })
    .nullable()
    .describe("Words of the prompts, per row"),
  distinctWords: z.number().min(0).max(1).nullable().describe("Distinct words of the prompts divided by all words"),
  distinctPairs: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("Distinct pairs of words per row divided by all pairs (distinct-2)"),
  openings: z
    .array(z.strictObject({ opening: z.string(), rows: z.int().min(1) }))
    .describe("Most frequent openings of prompts, in three words"),
  distinctOpenings: z.int().min(0).describe("Distinct openings"),
  sampledRows: z.int().min(0).describe("Rows that the word shares and openings are computed from: the first"),
});
export type QualitySummary = z.infer<typeof QualitySummary>;

/** Result of `data quality`. */
export const QualityResult = z.strictObject({
  profile: QualityProfile,
  out: z.string().nullable().describe("File with the kept rows; null if none was requested"),
  noted: z
    .array(z.strictObject({ reason: QualityReason, rows: z.int().min(1) }))
    .describe("Rows that are kept because their reason is allowed"),
  summary: QualitySummary,
  judge: JudgeSummary.nullable().describe("Verdicts of a model; null if none was asked"),
  funnel: Funnel,
});
export type QualityResult = z.infer<typeof QualityResult>;
