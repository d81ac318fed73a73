import * as z from "zod";

/** A span of text that is, or may be, personal data. */
export const PiiSpan = z.strictObject({
  start: z.int().min(0).describe("UTF-16 offset of the start"),
  end: z.int().min(1).describe("UTF-16 offset of the end, exclusive"),
  type: z.string().describe("Entity, by its Presidio name if one exists"),
  score: z.number().min(0).max(1).describe("Confidence of the recogniser; 1 if a check digit confirms it"),
  by: z.string().describe("Name of the recogniser"),
  path: z
    .array(z.union([z.string(), z.int()]))
    .optional()
    .describe("Path to the text in the row; omitted if one field was named"),
});
export type PiiSpan = z.infer<typeof PiiSpan>;

/** Personal data found in one row of a file. */
export const PiiRow = z.strictObject({
  row: z.int().min(0).describe("Index of the row in the file, from 0"),
  spans: z.array(PiiSpan).describe("Spans in the order of the text, without overlaps"),
  problem: z.string().optional().describe("Why the row could not be read; it then has no spans"),
});
export type PiiRow = z.infer<typeof PiiRow>;

/** Recognisers that are run, and their minimum score. */
export const PiiRecognition = z.strictObject({
  entities: z
    .array(z.string().min(1))
    .optional()
    .describe("Entities to find, including those off by default; data redact --list shows all"),
  recognisers: z
    .array(z.string().min(1))
    .optional()
    .describe("Recognisers to run, by name, including those off by default"),
  locales: z
    .array(z.string().regex(/^[A-Z]{2}$/, "expected two capital letters, such as DE"))
    .optional()
    .describe("Countries whose identifiers are searched for, in addition to international identifiers"),
  minScore: z.number().min(0).max(1).optional().describe("Lowest score of a span; default: 0.35"),
  context: z.boolean().default(true).meta({
    description: "Words near a match raise its score",
    whenOff: "Score each match alone, regardless of nearby words",
  }),
  allow: z.array(z.string().min(1)).optional().describe("Texts that are never personal data; case is ignored"),
});
export type PiiRecognition = z.infer<typeof PiiRecognition>;

/** Measured accuracy for an entity on texts with known spans. */
export const PiiMeasurement = z.strictObject({
  set: z.string().describe("Data set, and how spans were compared"),
  on: z.iso.date().describe("Day of the measurement"),
  known: z.int().min(0).describe("Known spans of the entity (n)"),
  found: z.int().min(0).describe("Reported spans"),
  precision: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("Share of the reported spans that are correct; null if there are none"),
  recall: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("Share of the known spans that were reported; null if there are none"),
});
export type PiiMeasurement = z.infer<typeof PiiMeasurement>;

/** A recogniser as listed for the user. */
export const PiiRecogniser = z.strictObject({
  entity: z.string().describe("Entity that it finds"),
  name: z.string().describe("Its name"),
  locales: z
    .array(z.string())
    .describe("Countries (ISO 3166-1) that issue the entity; empty if not specific to a country"),
  isDefault: z.boolean().describe("Runs by default, if no entities or locales are named"),
  isChecked: z.boolean().describe("Checks more than the pattern: check digits, dates, ranges"),
  measured: z.array(PiiMeasurement).describe("Measured accuracy; empty if no data set has the entity"),
  source: z.string().describe("Who defines the format"),
});
export type PiiRecogniser = z.infer<typeof PiiRecogniser>;
