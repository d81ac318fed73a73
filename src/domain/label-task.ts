import * as z from "zod";

import { PositiveMoney } from "./source.ts";

const FieldName = z.string().min(1).max(200);

const Labels = z
  .array(z.string().trim().min(1).max(200))
  .min(2)
  .max(100)
  .refine((labels) => new Set(labels).size === labels.length, "two labels have the same name")
  .describe("Labels to choose from, in the order of their keys");

/** Kinds of answers. */
export const AnswerSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("class").describe("One of the labels"), labels: Labels }),
    z
      .strictObject({
        type: z.literal("classes").describe("Any number of the labels"),
        labels: Labels,
        min: z.int().min(0).default(0).describe("Minimum number of labels"),
        max: z.int().min(1).optional().describe("Maximum number of labels; default: all"),
      })
      .refine(
        ({ labels, min, max = labels.length }) => min <= max && max <= labels.length,
        "min must not be above max, nor max above the number of labels",
      ),
    z
      .strictObject({
        type: z.literal("rating").describe("A whole number on a scale"),
        min: z.int().min(-1000).max(1000).default(1).describe("Lowest rating"),
        max: z.int().min(-1000).max(1000).default(5).describe("Highest rating"),
        lowest: z.string().max(100).optional().describe("What the lowest rating means"),
        highest: z.string().max(100).optional().describe("What the highest rating means"),
        agreeWithin: z.int().min(0).default(0).describe("Ratings that differ by at most this count as equal"),
      })
      .refine(({ min, max }) => min < max && max - min <= 100, "max must be above min, by at most 100"),
    z.strictObject({
      type: z.literal("pairwise").describe("Which of two answers is better"),
      first: FieldName.describe("Field with the first answer"),
      second: FieldName.describe("Field with the second answer"),
      allowTie: z.boolean().default(true).meta({
        description: "Both may be equally good",
        whenOff: "One of the two must be chosen",
      }),
    }),
    z.strictObject({
      type: z.literal("text").describe("Free text"),
      maxCharacters: z.int().min(1).max(100_000).default(10_000).describe("Maximum number of characters"),
    }),
    z.strictObject({
      type: z.literal("correction").describe("A model's answer, corrected by the annotator"),
      field: FieldName.describe("Field with the model's answer"),
      maxCharacters: z.int().min(1).max(100_000).default(20_000).describe("Maximum number of characters"),
    }),
  ])
  .describe("Kind of answer");
export type AnswerSchema = z.infer<typeof AnswerSchema>;

/** An answer: a label or `first`, `second`, `tie`; labels; a rating; a text. */
export const LabelAnswer = z
  .union([z.string(), z.number(), z.array(z.string())])
  .describe("A label, `first`, `second` or `tie`, or a text; a rating; a list of labels");
export type LabelAnswer = z.infer<typeof LabelAnswer>;

/** Name of a task or of an account; used in paths and links. */
export const LabelName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u, "expected letters, digits, spaces, dots, dashes; at most 64")
  .describe("Letters, digits, spaces, dots and dashes, at most 64");

/** A labelling task as defined in its file. */
export const LabelTaskFile = z
  .strictObject({
    task: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "expected small letters, digits and dashes, at most 64")
      .describe("Name of the task: small letters, digits and dashes"),
    guideline: z
      .string()
      .min(1)
      .describe("Guideline: a Markdown file in the programme folder (ends in .md), or its text"),
    rows: z
      .strictObject({
        file: z.string().min(1).optional().describe("A dataset file listed in data: files: of programme.yaml"),
        stage: z
          .string()
          .min(1)
          .optional()
          .describe("Rows that a stage of the last data run passed, for example redact"),
      })
      .refine(({ file, stage }) => (file === undefined) !== (stage === undefined), "expected either file or stage")
      .describe("Rows to label; their ids are those of data run"),
    show: z.array(FieldName).min(1).optional().describe("Fields shown on the page; default: all"),
    answer: AnswerSchema,
    examples: z
      .array(
        z.strictObject({
          text: z.string().min(1).max(20_000).describe("Text of a row"),
          answer: LabelAnswer.describe("Its answer"),
          why: z.string().max(2_000).optional().describe("Reason"),
        }),
      )
      .max(50)
      .default([])
      .describe("Examples shown under the guideline"),
    seed: z.int().min(0).default(1).describe("Random seed"),
    doubleShare: z.number().min(0).max(1).default(0.15).describe("Share of the rows that two people label"),
    stratifyBy: FieldName.optional().describe(
      "Stratification field: the same share of each of its values is double-labelled",
    ),
    orderBy: FieldName.optional().describe("Field with a score: rows with a high score come first"),
    goldField: FieldName.optional().describe(
      "Field with the known answer of gold rows; empty in other rows, never shown",
    ),
    suggestionField: FieldName.optional().describe("Field with a model's suggestion, shown as a suggestion"),
    allowPersonalData: z.boolean().default(false).describe("Accept rows that contain personal data"),
    annotatorUsdPerHour: PositiveMoney.optional().describe(
      "Price of an hour of active work; default: data: annotatorUsdPerHour of programme.yaml",
    ),
    usdPerItem: PositiveMoney.optional().describe("Price of an answer, instead of a price per hour"),
    leaseMinutes: z.number().min(1).max(1_440).default(30).describe("How long a row is reserved for one person"),
    idleSeconds: z.int().min(10).max(3_600).default(60).describe("A longer pause is not active time"),
  })
  .refine(
    ({ annotatorUsdPerHour, usdPerItem }) => annotatorUsdPerHour === undefined || usdPerItem === undefined,
    "annotatorUsdPerHour and usdPerItem exclude each other",
  )
  .describe("A labelling task");
export type LabelTaskFile = z.infer<typeof LabelTaskFile>;

/** A version of a task as stored: with the text of the guideline and the resolved prices. */
export const LabelTaskSpec = z.strictObject({
  ...LabelTaskFile.shape,
  guideline: z.string().min(1).max(200_000).describe("Guideline, Markdown"),
});
export type LabelTaskSpec = z.infer<typeof LabelTaskSpec>;
