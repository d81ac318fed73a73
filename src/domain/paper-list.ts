import * as z from "zod";

import { CompliancePaper } from "./compliance-paper.ts";
import { Day } from "./source.ts";

/** A paper of a programme, without its fields. */
export const PaperSummary = CompliancePaper.pick({
  id: true,
  title: true,
  version: true,
  filled: true,
  sha256: true,
}).extend({
  fields: z.int().describe("Fields of the paper"),
  withheld: z.int().describe("Fields left empty because personal data was found in the answer"),
  approval: CompliancePaper.shape.approval,
});
export type PaperSummary = z.infer<typeof PaperSummary>;

/** The current papers of a programme. */
export const PaperList = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Day of the papers"),
  papers: z.array(PaperSummary).describe("Papers that its roles do not rule out"),
});
export type PaperList = z.infer<typeof PaperList>;

/** Formats in which a paper can be downloaded. */
export const PaperFormat = z.enum(["html", "docx", "md", "json"]).describe("Page, Word file, Markdown, or JSON");
export type PaperFormat = z.infer<typeof PaperFormat>;

/** An approval on the page Comply, for the version of the paper that the person read. */
export const ReadApproval = z.strictObject({
  paper: z.string().min(1).describe("Name of the paper, such as dpia"),
  by: z.string().min(1).max(200).describe("Person who approves it"),
  note: z.string().max(2000).default("").describe("Reason or condition"),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("SHA-256 of the paper that was read; the approval is refused if the paper has changed"),
  programme: z.string().optional().describe("Name of a programme; default: the first"),
});
export type ReadApproval = z.infer<typeof ReadApproval>;
