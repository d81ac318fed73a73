import * as z from "zod";

import { JudgeThresholds } from "./judge-thresholds.ts";
import { ScoreInterval } from "./score-interval.ts";

/** A measure of a judge with its 95 % interval, or the reason why it has no value. */
export const JudgeMeasure = z.strictObject({
  value: z.number().nullable(),
  interval: ScoreInterval.nullable(),
  n: z.int().min(0).describe("Rows measured"),
});
export type JudgeMeasure = z.infer<typeof JudgeMeasure>;

/** `eval judge check`: a judge compared with human labels. */
export const JudgeCheck = z.strictObject({
  file: z.string(),
  rows: z.int().min(0),
  labels: z.int().min(0).describe("Rows with a human label"),
  categories: z.array(z.string()).describe("Human labels"),
  positive: z.array(z.string()).describe("Labels that count as true for sensitivity, specificity and rates"),
  unparsable: JudgeMeasure.describe(
    "Share of rows whose verdict is not one of the categories; they are unscored, not false",
  ),
  agreement: JudgeMeasure.describe("Share of equal labels"),
  kappa: JudgeMeasure.describe("Cohen's kappa; interval by bootstrap over rows"),
  sensitivity: JudgeMeasure.describe("Share of true rows that the judge calls true"),
  specificity: JudgeMeasure.describe("Share of false rows that the judge calls false"),
  flipRate: JudgeMeasure.describe("Share of verdicts that change when the answers are swapped"),
  lengthEffect: JudgeMeasure.describe(
    "How much more often the judge errs towards true on the longer half of the answers than on the shorter",
  ),
  selfPreference: JudgeMeasure.describe("How much more often it errs towards true on answers of its own model"),
  rate: z
    .strictObject({
      judge: JudgeMeasure.describe("Rate by the judge, uncorrected"),
      corrected: JudgeMeasure,
      method: z
        .enum(["people", "ppi++", "rogan-gladen", "uncorrected"])
        .describe(
          "people: every row has a human label; ppi++: the labels are a random sample of the rows; rogan-gladen: they come from other rows",
        ),
    })
    .describe("Share of true rows among all rows"),
  thresholds: JudgeThresholds,
  admitted: z.boolean(),
  reasons: z.array(z.string()).describe("Why it was refused"),
});
export type JudgeCheck = z.infer<typeof JudgeCheck>;
