import * as z from "zod";

import { Day } from "./source.ts";

/** A field that a paper of compliance asks for. */
export const PaperField = z.strictObject({
  id: z.string().describe("Id of the field, as in `PST.1.2.deps`"),
  section: z.string().describe("Section of the paper"),
  field: z.string().describe("What is asked"),
  required: z.string().describe("required, optional, or when it is required"),
  source: z.string().describe("Where the paper asks for it"),
  record: z.string().describe("Kind of record that can answer it"),
});

/** The list of fields of a paper, with how far it was checked. */
export const PaperTemplate = z.strictObject({
  id: z.string().describe("Name of the paper"),
  title: z.string().describe("Title"),
  version: z.string().describe("Version of the template"),
  verification: z.string().describe("How far its fields were checked"),
  fields: z.array(PaperField).describe("Fields, in the order of the paper"),
});
export type PaperTemplate = z.infer<typeof PaperTemplate>;

/** A field with its answer, or the reason why it is empty. */
export const FilledField = PaperField.extend({
  answer: z.string().nullable().describe("The answer; null where the field is empty"),
  from: z.string().describe("Where the answer comes from; for an empty field, the reason and who can fill it"),
});
export type FilledField = z.infer<typeof FilledField>;

/** A paper of compliance, filled as far as the programme can fill it. */
export const CompliancePaper = PaperTemplate.extend({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Day of the paper"),
  fields: z.array(FilledField).describe("Fields, in the order of the paper"),
  filled: z.int().describe("Fields with an answer"),
  withheld: z.array(z.string()).describe("Fields left empty since personal data were found in the answer"),
});
export type CompliancePaper = z.infer<typeof CompliancePaper>;
