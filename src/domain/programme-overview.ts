import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { ProgrammeStatus } from "./programme-status.ts";

/** What a programme intends, by its programme.yaml. */
export const ProgrammeIntent = z.strictObject({
  description: z.string().describe("What it is for"),
  owner: z.string().nullable().describe("Owner; null if not stated"),
  task: z.string().describe("Kind of task"),
  baseModel: z.string().describe("Base model as the programme states it"),
  method: z.string().nullable().describe("Method that it states; null where it leaves the choice to the study"),
});
export type ProgrammeIntent = z.infer<typeof ProgrammeIntent>;

/** The study in short. */
export const StudyBrief = z.strictObject({
  verdict: z.enum(["go", "no-go", "go-if"]).describe("The recommendation"),
  reasons: z.array(z.string()).describe("Why"),
  conditions: z.array(z.string()).describe("Conditions, for go-if"),
  decisions: z.array(z.string()).describe("What to decide next, in order"),
  generatedOn: z.string().describe("Day of the study"),
  method: z.string().describe("Method that is costed"),
  fleet: z.string().nullable().describe("Fleet that the estimate uses"),
  endToEnd: Quantity.describe("Everything to launch and six months of maintenance, without serving, US dollars"),
  training: Quantity.describe("Compute of all runs, US dollars"),
  paybackMonth: Quantity.describe("Month after launch in which it has paid back, including serving and maintenance"),
});
export type StudyBrief = z.infer<typeof StudyBrief>;

/** A report that was written into the programme folder. */
export const WrittenReport = z.strictObject({
  kind: z.enum(["study", "data"]).describe("study: of the whole programme; data: of the last run of its pipeline"),
  writtenAt: z.string().describe("When its page was written, ISO 8601"),
});
export type WrittenReport = z.infer<typeof WrittenReport>;

/** Where a programme stands: what it intends, its steps, its study and its reports. */
export const ProgrammeOverview = z.strictObject({
  programme: z.string().describe("Name that the server gives it: its folder"),
  intent: ProgrammeIntent.nullable().describe("Null where programme.yaml cannot be read"),
  status: ProgrammeStatus,
  study: StudyBrief.nullable().describe("Null where there is none that can be read"),
  reports: z.array(WrittenReport).describe("Reports that can be opened"),
});
export type ProgrammeOverview = z.infer<typeof ProgrammeOverview>;
