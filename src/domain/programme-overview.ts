import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { ProgrammeStatus } from "./programme-status.ts";

/** Goals of a programme, from its programme.yaml. */
export const ProgrammeIntent = z.strictObject({
  description: z.string().describe("Purpose"),
  owner: z.string().nullable().describe("Owner; null if not stated"),
  task: z.string().describe("Kind of task"),
  baseModel: z.string().describe("Base model as the programme states it"),
  method: z.string().nullable().describe("Method as stated; null if the study chooses it"),
});
export type ProgrammeIntent = z.infer<typeof ProgrammeIntent>;

/** Summary of the study. */
export const StudyBrief = z.strictObject({
  verdict: z.enum(["go", "no-go", "go-if"]).describe("The recommendation"),
  reasons: z.array(z.string()).describe("Reasons"),
  conditions: z.array(z.string()).describe("Conditions, for go-if"),
  decisions: z.array(z.string()).describe("Next decisions, in order"),
  generatedOn: z.string().describe("Day of the study"),
  method: z.string().describe("Costed method"),
  fleet: z.string().nullable().describe("Fleet that the estimate uses"),
  endToEnd: Quantity.describe("All cost to launch plus six months of maintenance, without serving, US dollars"),
  training: Quantity.describe("Compute of all runs, US dollars"),
  paybackMonth: Quantity.describe("Month of payback after launch, with serving and maintenance"),
});
export type StudyBrief = z.infer<typeof StudyBrief>;

/** A report in the programme folder. */
export const WrittenReport = z.strictObject({
  kind: z.enum(["study", "data"]).describe("study: of the whole programme; data: of the last run of its pipeline"),
  writtenAt: z.string().describe("When its HTML page was written, ISO 8601"),
});
export type WrittenReport = z.infer<typeof WrittenReport>;

/** Overview of a programme: its purpose, steps, study and reports. */
export const ProgrammeOverview = z.strictObject({
  programme: z.string().describe("Name on the server: its folder"),
  intent: ProgrammeIntent.nullable().describe("Null if programme.yaml cannot be read"),
  status: ProgrammeStatus,
  study: StudyBrief.nullable().describe("Null if there is no readable study"),
  reports: z.array(WrittenReport).describe("Reports"),
});
export type ProgrammeOverview = z.infer<typeof ProgrammeOverview>;
