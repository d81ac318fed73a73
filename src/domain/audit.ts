import * as z from "zod";

import { Estimate, Quantity } from "./estimate.ts";
import { Day } from "./source.ts";

/** Severity of a finding. */
export const Severity = z.enum(["high", "medium", "low"]);
export type Severity = z.infer<typeof Severity>;

/** A location that was checked, and its content. */
export const AuditEvidence = z.strictObject({
  place: z.string().min(1).describe("File and line or field: `programme.yaml, line 12, training.gpu`"),
  says: z.string().min(1).describe("What it says"),
});
export type AuditEvidence = z.infer<typeof AuditEvidence>;

/** Result of one rule. */
export const AuditAnswer = z.strictObject({
  rule: z.string().describe("Id of the rule"),
  number: z.int().nullable().describe("Its number among the ten mistakes of the article; null for an additional rule"),
  mistake: z.string().describe("The mistake that the rule detects"),
  state: z
    .enum(["finding", "pass", "not-checkable"])
    .describe("pass: the check ran and found nothing. not-checkable: the check could not run"),
  severity: Severity.nullable().describe("Severity; null unless the rule has a finding"),
  dutyBreached: z.boolean().describe("A law or a licence is breached; severity is then high at any cost"),
  text: z.string().min(1).describe("The finding, or why the rule cannot be checked"),
  evidence: z.array(AuditEvidence).describe("Evidence; never empty for a finding or a pass"),
  price: Quantity.nullable().describe("US dollars, or why there is no price; null unless the rule has a finding"),
  action: z.string().nullable().describe("What to do: a command, or a field to set; null for a pass"),
});
export type AuditAnswer = z.infer<typeof AuditAnswer>;

/** Audit of a programme. */
export const Audit = z.strictObject({
  version: z.literal(1),
  tool: z.string(),
  programme: z.string(),
  on: Day.describe("Day of the audit and of its prices"),
  programmeSha256: z.string().describe("SHA-256 of programme.yaml"),
  missingFiles: z
    .array(z.string())
    .default([])
    .describe("Files of data.files that do not exist: no rule read them, and the cost is without their rows"),
  programmeCost: Estimate.describe("Cost to launch plus six months of maintenance; severity is relative to it"),
  thresholds: z.strictObject({
    high: z.number().describe("Share of the programme's cost above which a finding is high"),
    medium: z.number().describe("Share above which it is medium"),
  }),
  answers: z.array(AuditAnswer).describe("One result per rule, in the order of the rules"),
});
export type Audit = z.infer<typeof Audit>;
