import * as z from "zod";

/** A coefficient of agreement with its interval. */
export const AgreementMetric = z.strictObject({
  name: z.string().describe("Coefficient, as in `krippendorff-alpha-nominal`"),
  value: z.number().nullable().describe("Its value; null if undefined"),
  ci95: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe("Percentile interval by resampling items; null where most resamples have no value"),
  reason: z.string().optional().describe("Why there is no value"),
});
export type AgreementMetric = z.infer<typeof AgreementMetric>;

/** Agreement on one label: it against all others. */
export const LabelAgreement = z.strictObject({
  label: z.string(),
  given: z.int().min(0).describe("Times that it was given"),
  alpha: z.number().nullable().describe("Krippendorff's alpha of it against all others; null where it has none"),
  specific: z.number().nullable().describe("Positive specific agreement; null where nobody gave it in a pair"),
});
export type LabelAgreement = z.infer<typeof LabelAgreement>;

/** How one rater's labels stand to the others'. */
export const RaterAgreement = z.strictObject({
  rater: z.string(),
  labels: z.int().min(0).describe("Labels that they gave"),
  shared: z.int().min(0).describe("Of those, on items that somebody else labelled too"),
  agreement: z
    .number()
    .nullable()
    .describe("Mean share of the others' labels that are equal; null where none are shared"),
  accuracy: z
    .number()
    .nullable()
    .describe("Probability of the estimated true label, by Dawid and Skene; null where none"),
});
export type RaterAgreement = z.infer<typeof RaterAgreement>;

/** Agreement of raters on items. */
export const AgreementReport = z.strictObject({
  items: z.int().min(0).describe("Items with a label"),
  pairable: z.int().min(0).describe("Items with two labels or more: those that agreement is computed on"),
  raters: z.int().min(0),
  labels: z.int().min(0).describe("Labels in all"),
  metrics: z.array(AgreementMetric),
  perLabel: z.array(LabelAgreement).describe("Most given first"),
  perRater: z.array(RaterAgreement),
  perVersion: z
    .array(z.strictObject({ version: z.string(), pairable: z.int().min(0), alpha: z.number().nullable() }))
    .describe("Nominal alpha among labels of one guideline version; empty where labels have no version"),
  consensus: z
    .strictObject({
      items: z.int().min(0).describe("Items that majority and Dawid-Skene were compared on"),
      differ: z.int().min(0).describe("Items on which they choose another label"),
      ties: z.int().min(0).describe("Items without a majority"),
    })
    .nullable()
    .describe("Majority next to Dawid and Skene's estimate; null where no item has two labels"),
  findings: z.array(z.string()).describe("What to know when reading the values"),
});
export type AgreementReport = z.infer<typeof AgreementReport>;
