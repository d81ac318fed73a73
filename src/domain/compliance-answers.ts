import * as z from "zod";

import { Day } from "./source.ts";

const Answer = z.strictObject({
  value: z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]).describe("The answer"),
  by: z.string().min(1).describe("Who answered"),
  on: Day.describe("Day of the answer"),
  note: z.string().default("").describe("Why"),
});

const Vendor = z.strictObject({
  name: z.string().min(1).describe("Name of the vendor"),
  purpose: z.string().min(1).describe("What it does for the programme"),
  personalData: z.boolean().describe("Personal data reaches it"),
  phi: z.boolean().default(false).describe("Health information of patients reaches it (HIPAA)"),
  dpa: z.string().optional().describe("Signed data processing agreement: file in the programme folder"),
  baa: z.string().optional().describe("Signed business associate agreement: file in the programme folder"),
});

const Document = z.strictObject({
  record: z.string().min(1).describe("Kind of record that it is, as in `policy.doc` or `gdpr.dpia`"),
  title: z.string().min(1).describe("What it is"),
  path: z.string().min(1).describe("File in the programme folder"),
  requirements: z
    .array(z.string())
    .default([])
    .describe("Requirements that it answers; default: all that ask for the record"),
  reviewer: z.string().optional().describe("Who reviewed it"),
  validUntil: Day.optional().describe("Last day on which it counts"),
});

/** `compliance.yaml`: what only people know. Each answer has a name and a day. */
export const ComplianceAnswers = z
  .strictObject({
    version: z.literal(1).default(1).describe("Version of this schema"),
    answers: z.record(z.string(), Answer).default({}).describe("Answers by the name of the fact"),
    vendors: z.array(Vendor).default([]).describe("Vendors that data of the programme reaches"),
    documents: z.array(Document).default([]).describe("Papers that serve as evidence"),
  })
  .describe("Answers of people, vendors and papers");
export type ComplianceAnswers = z.infer<typeof ComplianceAnswers>;
