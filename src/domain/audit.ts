import * as z from "zod";

import { Estimate, Quantity } from "./estimate.ts";
import { Day } from "./source.ts";

/** How much a finding matters. */
export const Severity = z.enum(["high", "medium", "low"]);
export type Severity = z.infer<typeof Severity>;

/** Something that was looked at, and what it says. */
export const AuditEvidence = z.strictObject({
  place: z.string().min(1).describe("File and line or field: `programme.yaml, line 12, training.gpu`"),
  says: z.string().min(1).describe("What stands there"),
});
export type AuditEvidence = z.infer<typeof AuditEvidence>;

/** The answer of one rule. */
export const AuditAnswer = z.strictObject({
  rule: z.string().describe("Id of the rule"),
  number: z.int().nullable().describe("Number among the ten mistakes of the article; null for a further rule"),
  mistake: z.string().describe("What the rule looks for"),
  state: z
    .enum(["finding", "pass", "not-checkable"])
    .describe("pass: the check ran and found nothing. not-checkable: the check could not run"),
  severity: Severity.nullable().describe("null unless it is a finding"),
  dutyBreached: z.boolean().describe("A law or a licence is breached, whatever it costs"),
  text: z.string().min(1).describe("What was found, or why it cannot be checked"),
  evidence: z.array(AuditEvidence).describe("What it rests on; never empty for a finding or a pass"),
  price: Quantity.nullable().describe("US dollars, or why there is no price; null unless it is a finding"),
  action: z.string().nullable().describe("What to do: a command, or a field to set; null for a pass"),
});
export type AuditAnswer = z.infer<typeof AuditAnswer>;

/** The audit of a programme. */
export const Audit = z.strictObject({
  version: z.literal(1),
  tool: z.string(),
  programme: z.string(),
  on: Day.describe("Day of the audit and of its prices"),
  programmeSha256: z.string().describe("SHA-256 of programme.yaml"),
  programmeCost: Estimate.describe("Cost to launch and six months of maintenance, which severity is measured against"),
  thresholds: z.strictObject({
    high: z.number().describe("Share of the programme's cost above which a finding is high"),
    medium: z.number().describe("Share above which it is medium"),
  }),
  answers: z.array(AuditAnswer).describe("One per rule, in the order of the rules"),
});
export type Audit = z.infer<typeof Audit>;
