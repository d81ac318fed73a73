import * as z from "zod";

/** A stretch of text that is personal data, or may be. */
export const PiiSpan = z.strictObject({
  start: z.int().min(0).describe("UTF-16 code unit where it begins"),
  end: z.int().min(1).describe("UTF-16 code unit after its last"),
  type: z.string().describe("Entity, by Presidio's name where one exists"),
  score: z.number().min(0).max(1).describe("How sure the recogniser is; 1 where a check digit confirms it"),
  by: z.string().describe("Name of the recogniser"),
  path: z
    .array(z.union([z.string(), z.int()]))
    .optional()
    .describe("Way to the text in the row, from its top; left out where it is the field that was named"),
});
export type PiiSpan = z.infer<typeof PiiSpan>;

/** What was found in one row of a file. */
export const PiiRow = z.strictObject({
  row: z.int().min(0).describe("Place of the row in the file, from 0"),
  spans: z.array(PiiSpan).describe("In the order of the text, without overlaps"),
  problem: z.string().optional().describe("Why the row could not be read; its spans are none then"),
});
export type PiiRow = z.infer<typeof PiiRow>;

/** Which recognisers look, and how sure they must be. */
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
    .describe("Countries whose identifiers are searched for, in addition to international ones"),
  minScore: z.number().min(0).max(1).optional().describe("Lowest score of a span; default: 0.35"),
  context: z.boolean().default(true).meta({
    description: "Words near a match raise its score",
    whenOff: "Score each match alone, regardless of nearby words",
  }),
  allow: z.array(z.string().min(1)).optional().describe("Texts that are never personal data, in any case"),
});
export type PiiRecognition = z.infer<typeof PiiRecognition>;

/** How well an entity was found in a set of texts with known spans. */
export const PiiMeasurement = z.strictObject({
  set: z.string().describe("The set, and how spans were compared"),
  on: z.iso.date().describe("Day on which it was measured"),
  known: z.int().min(0).describe("Spans of the entity in the set (n)"),
  found: z.int().min(0).describe("Spans that the recognisers reported"),
  precision: z.number().min(0).max(1).nullable().describe("Share of the reported that are right; null where none were"),
  recall: z.number().min(0).max(1).nullable().describe("Share of the known that were reported; null where none are"),
});
export type PiiMeasurement = z.infer<typeof PiiMeasurement>;

/** A recogniser as it is shown before it is switched on. */
export const PiiRecogniser = z.strictObject({
  entity: z.string().describe("Entity that it finds"),
  name: z.string().describe("Its name"),
  locales: z.array(z.string()).describe("Countries (ISO 3166-1) that issue the entity; empty for everywhere"),
  isDefault: z.boolean().describe("Runs unless entities or locales are named"),
  isChecked: z.boolean().describe("Has a check beyond the pattern: check digits, dates, ranges"),
  measured: z.array(PiiMeasurement).describe("How well its entity was found; empty where no set has it"),
  source: z.string().describe("Who defines the format"),
});
export type PiiRecogniser = z.infer<typeof PiiRecogniser>;
