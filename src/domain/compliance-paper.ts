import * as z from "zod";

import { Day } from "./source.ts";

/** A field of a compliance paper. */
export const PaperField = z.strictObject({
  id: z.string().describe("Id of the field, such as `PST.1.2.deps`"),
  section: z.string().describe("Section of the paper"),
  field: z.string().describe("What is asked"),
  required: z.string().describe("required, optional, or when it is required"),
  source: z.string().describe("Section of the template that contains the field"),
  record: z.string().describe("Kind of record that can answer it"),
});

/** The fields of a paper, and the extent to which they were verified. */
export const PaperTemplate = z.strictObject({
  id: z.string().describe("Name of the paper"),
  title: z.string().describe("Title"),
  version: z.string().describe("Version of the template"),
  verification: z.string().describe("To what extent its fields were verified"),
  fields: z.array(PaperField).describe("Fields, in the order of the paper"),
});
export type PaperTemplate = z.infer<typeof PaperTemplate>;

/** A field with its answer, or the reason why it is empty. */
export const FilledField = PaperField.extend({
  answer: z.string().nullable().describe("The answer; null if the field is empty"),
  from: z.string().describe("Source of the answer; for an empty field, the reason and who can fill it"),
});
export type FilledField = z.infer<typeof FilledField>;

/** A compliance paper, filled as far as the records of the programme allow. */
export const CompliancePaper = PaperTemplate.extend({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Day of the paper"),
  fields: z.array(FilledField).describe("Fields, in the order of the paper"),
  filled: z.int().describe("Fields with an answer"),
  sha256: z.string().describe("SHA-256 over the template and the answers, without the day"),
  approval: z
    .strictObject({
      by: z.string().describe("Person who approved it"),
      at: z.string().describe("When, ISO 8601"),
      sha256: z.string().describe("SHA-256 of the content that was approved"),
      isCurrent: z.boolean().describe("The paper is unchanged since its approval"),
    })
    .nullable()
    .describe("Last approval; null if nobody approved it"),
  duty: z
    .string()
    .nullable()
    .describe("Whom the law asks for it, and whether the programme is one; null if its presence says so"),
  withheld: z.array(z.string()).describe("Fields left empty because personal data was found in the answer"),
});
export type CompliancePaper = z.infer<typeof CompliancePaper>;
