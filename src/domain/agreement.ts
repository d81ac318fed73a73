import * as z from "zod";

/** A coefficient of agreement with its interval. */
export const AgreementMetric = z.strictObject({
  name: z.string().describe("Coefficient, such as `krippendorff-alpha-nominal`"),
  value: z.number().nullable().describe("Value; null if undefined"),
  ci95: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe("Percentile interval from resampled items; null if most resamples have no value"),
  reason: z.string().optional().describe("Why the value is undefined"),
});
export type AgreementMetric = z.infer<typeof AgreementMetric>;

/** Agreement on one label against all others. */
export const LabelAgreement = z.strictObject({
  label: z.string(),
  given: z.int().min(0).describe("Times that the label was given"),
  alpha: z.number().nullable().describe("Krippendorff's alpha of the label against all others; null if undefined"),
  specific: z.number().nullable().describe("Positive specific agreement; null if the label is in no pair"),
});
export type LabelAgreement = z.infer<typeof LabelAgreement>;

/** Comparison of one rater's labels with those of the others. */
export const RaterAgreement = z.strictObject({
  rater: z.string(),
  labels: z.int().min(0).describe("Labels given"),
  shared: z.int().min(0).describe("Of these, on items that somebody else also labelled"),
  agreement: z
    .number()
    .nullable()
    .describe("Mean share of the others' labels that are equal; null if no items are shared"),
  accuracy: z
    .number()
    .nullable()
    .describe("Probability of giving the estimated true label, by Dawid and Skene; null if undefined"),
});
export type RaterAgreement = z.infer<typeof RaterAgreement>;

/** Agreement between raters. */
export const AgreementReport = z.strictObject({
  items: z.int().min(0).describe("Items with at least one label"),
  pairable: z.int().min(0).describe("Items with at least two labels; agreement is computed on these"),
  raters: z.int().min(0),
  labels: z.int().min(0).describe("Number of labels"),
  metrics: z.array(AgreementMetric),
  perLabel: z.array(LabelAgreement).describe("Labels, most frequent first; empty for free texts"),
  perRater: z.array(RaterAgreement),
  perVersion: z
    .array(z.strictObject({ version: z.string(), pairable: z.int().min(0), alpha: z.number().nullable() }))
    .describe("Nominal alpha of the labels of one guideline version; empty if labels have no version"),
  consensus: z
    .strictObject({
      items: z.int().min(0).describe("Items on which majority and Dawid-Skene were compared"),
      differ: z.int().min(0).describe("Items on which the two choose different labels"),
      ties: z.int().min(0).describe("Items without a majority"),
    })
    .nullable()
    .describe("Majority compared with Dawid and Skene's estimate; null if no item has two labels"),
  findings: z.array(z.string()).describe("Caveats of the values"),
});
export type AgreementReport = z.infer<typeof AgreementReport>;
