import * as z from "zod";

import { RowFields } from "./dataset-profile.ts";
import { Funnel } from "./funnel.ts";
import { JudgeSummary, QualityJudge } from "./judge.ts";

/** Rules that rows are judged by. */
export const QualityProfile = z.enum(["chat", "instruct", "gopher", "c4", "fineweb"]);
export type QualityProfile = z.infer<typeof QualityProfile>;

/** Why a row of a dialogue or of an instruction is not worth training on. */
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

/** Reasons that never drop a row: it is noted. */
export const NOTED_ONLY: readonly QualityReason[] = ["partial-code"];

/** Options of the stage that drops rows of poor quality. */
export const QualityOptions = z.strictObject({
  profile: QualityProfile.default("chat").describe(
    "Rules: chat for dialogues, instruct for instructions with one answer; gopher, c4, fineweb as published for web pages",
  ),
  allow: z.array(QualityReason).default([]).describe("Reasons that only add a note to a row"),
  minAnswerCharacters: z.int().min(0).default(1).describe("Fewest characters of an answer"),
  maxCharacters: z.int().min(1).default(200_000).describe("Most characters of a row's texts"),
  words: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File with words or phrases, one a line: a row with one of them as whole words is dropped; default: none",
    ),
  fields: RowFields.optional().describe("Fields that hold prompt and answer; default: recognised"),
  judge: QualityJudge.optional().describe("Model that judges the rows which the rules keep; default: none"),
});
export type QualityOptions = z.infer<typeof QualityOptions>;

/** How various the rows that are kept are, and what they cover. */
export const QualitySummary = z.strictObject({
  rows: z.int().min(0).describe("Rows that are kept"),
  languages: z
    .array(z.strictObject({ language: z.string(), rows: z.int().min(1) }))
    .describe("Languages of the answers, most first; und where too little text tells"),
  answers: z
    .strictObject({ p10: z.number(), p50: z.number(), p90: z.number() })
    .nullable()
    .describe("Words of an answer, the mean of a row"),
  turns: z
    .array(z.strictObject({ answers: z.string(), rows: z.int().min(1) }))
    .describe("Rows by their number of answers"),
  sources: z
    .array(z.strictObject({ source: z.string(), rows: z.int().min(1) }))
    .describe("Rows by where they came from, most first"),
  evenness: z
    .strictObject({ languages: z.number(), sources: z.number(), verbs: z.number() })
    .describe("Entropy relative to equal shares: 1 if all are equally frequent, 0 if there is only one"),
  verbs: z
    .array(z.strictObject({ verb: z.string(), rows: z.int().min(1) }))
    .describe("First words of prompts, as write, explain, what: the most frequent"),
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
    .describe("Words of the prompts of a row"),
  distinctWords: z.number().min(0).max(1).nullable().describe("Different words of the prompts by all of their words"),
  distinctPairs: z.number().min(0).max(1).nullable().describe("The same for pairs of words in a row (distinct-2)"),
  openings: z
    .array(z.strictObject({ opening: z.string(), rows: z.int().min(1) }))
    .describe("How prompts begin, in three words: the most frequent"),
  distinctOpenings: z.int().min(0).describe("Different openings"),
  sampledRows: z.int().min(0).describe("Rows that the shares of words and the openings are counted over: the first"),
});
export type QualitySummary = z.infer<typeof QualitySummary>;

/** What `data quality` found. */
export const QualityResult = z.strictObject({
  profile: QualityProfile,
  out: z.string().nullable().describe("File with the rows that are kept; null where none was asked for"),
  noted: z
    .array(z.strictObject({ reason: QualityReason, rows: z.int().min(1) }))
    .describe("Rows kept nevertheless, by an allowed reason"),
  summary: QualitySummary,
  judge: JudgeSummary.nullable().describe("What a model judged; null where none was asked"),
  funnel: Funnel,
});
export type QualityResult = z.infer<typeof QualityResult>;
