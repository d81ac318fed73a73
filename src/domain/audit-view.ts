import * as z from "zod";

import { Audit } from "./audit.ts";

/** Where the evidence of an audit can be opened. */
export const EvidenceLink = z.strictObject({
  page: z
    .enum(["file", "evaluation", "runs", "models", "money", "study", "data-report", "comply"])
    .describe("What is opened: a file of the programme, or a page"),
  id: z.string().nullable().describe("Path of the file, or id of the evaluation; null for other pages"),
  row: z.int().min(1).nullable().describe("Line of a text file, or row of a frozen version; null if none is named"),
});
export type EvidenceLink = z.infer<typeof EvidenceLink>;

/** The last audit of a programme, as shown on the page Audit. */
export const AuditView = z.strictObject({
  programme: z.string().describe("Name of the programme folder"),
  audit: Audit.nullable().describe("The last audit; null if there is none, or if its file cannot be read"),
  problem: z.string().nullable().describe("Why the last audit cannot be read; null if it can, or if there is none"),
  isCurrent: z.boolean().describe("programme.yaml has not changed since the audit"),
  links: z.record(z.string(), EvidenceLink).describe("Where evidence can be opened, by its place"),
});
export type AuditView = z.infer<typeof AuditView>;

/** A location in the programme cited by an audit. */
export const ExcerptRequest = z.strictObject({
  path: z.string().min(1).max(1000).describe("File, or folder of a frozen version, that the last audit cites"),
  row: z.int().min(1).default(1).describe("Line of a text file, or row of a frozen version"),
  programme: z.string().optional().describe("Name of a programme; default: the first"),
});
export type ExcerptRequest = z.infer<typeof ExcerptRequest>;

/** Lines around a cited location. Lines with a secret are withheld. */
export const EvidenceExcerpt = z.strictObject({
  path: z.string().describe("File, or folder of a frozen version"),
  row: z.int().describe("The cited line or row"),
  first: z.int().describe("Number of the first line shown"),
  lines: z.array(z.string()).describe("Lines; long ones are truncated"),
  withheld: z.int().describe("Lines withheld because they contain a secret"),
});
export type EvidenceExcerpt = z.infer<typeof EvidenceExcerpt>;
