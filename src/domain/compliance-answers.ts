import * as z from "zod";

import { Day } from "./source.ts";

const Answer = z.strictObject({
  value: z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]).describe("The answer"),
  by: z.string().min(1).describe("Who answered"),
  on: Day.describe("Day of the answer"),
  note: z.string().default("").describe("Reason"),
});

const Statement = z.strictObject({
  text: z.string().min(1).max(20_000).describe("Text of the papers"),
  by: z.string().min(1).describe("Who states it"),
  on: Day.describe("Day of the statement"),
});

const Vendor = z.strictObject({
  name: z.string().min(1).describe("Name of the vendor"),
  purpose: z.string().min(1).describe("What the vendor does for the programme"),
  personalData: z.boolean().describe("The vendor receives personal data"),
  phi: z.boolean().default(false).describe("The vendor receives health information of patients (HIPAA)"),
  through: z
    .string()
    .optional()
    .describe("Vendor that passes the data on to this one, its sub-processor; default: the programme sends them"),
  hosts: z.array(z.string().min(1)).default([]).describe("Its hosts in configurations, such as `api.example.com`"),
  billedAs: z.array(z.string().min(1)).default([]).describe("Names of its services in bills"),
  country: z.string().optional().describe("Country in which it processes the data"),
  safeguard: z
    .string()
    .optional()
    .describe("Safeguard of a transfer out of the EEA, such as `standard contractual clauses`"),
  dpa: z.string().optional().describe("Signed data processing agreement: file in the programme folder"),
  baa: z.string().optional().describe("Signed business associate agreement: file in the programme folder"),
  on: Day.optional().describe("Day on which a person last checked this row"),
});

const Document = z.strictObject({
  record: z.string().min(1).describe("Kind of record, such as `policy.doc` or `gdpr.dpia`"),
  title: z.string().min(1).describe("Description"),
  path: z.string().min(1).describe("File in the programme folder"),
  requirements: z
    .array(z.string())
    .min(1)
    .describe(
      "Requirements that it answers, such as `[HIPAA-RISK]`: one paper does not answer all that ask for its kind",
    ),
  reviewer: z.string().optional().describe("Who reviewed it"),
  on: Day.optional().describe("Day of the paper"),
  validUntil: Day.optional().describe("Last day on which it is valid"),
});

const EvidenceRequest = z.strictObject({
  record: z.string().min(1).describe("Kind of record, such as `policy.doc`"),
  requirements: z.array(z.string()).default([]).describe("Requirements; default: all that ask for this kind of record"),
  from: z.string().min(1).describe("Person who must supply the record"),
  due: Day.describe("Day by which it is due"),
});

/** `compliance.yaml`: facts that only people know. Each answer has a name and a day. */
export const ComplianceAnswers = z
  .strictObject({
    version: z.literal(1).default(1).describe("Version of this schema"),
    answers: z.record(z.string(), Answer).default({}).describe("Answers by the name of the fact"),
    vendors: z.array(Vendor).default([]).describe("Vendors that receive data of the programme"),
    statements: z
      .record(z.string(), Statement)
      .default({})
      .describe("Text for papers, by topic (`retention`) or by the id of a field (`R30.1.f`)"),
    documents: z.array(Document).default([]).describe("Papers that serve as evidence"),
    requests: z
      .array(EvidenceRequest)
      .default([])
      .describe("Evidence that people were asked for; a later entry replaces an earlier one"),
  })
  .describe("Answers of people, vendors and papers");
export type ComplianceAnswers = z.infer<typeof ComplianceAnswers>;
