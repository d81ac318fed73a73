import * as z from "zod";

import { Day } from "./source.ts";

/** One step of a programme and where it stands. */
export const StatusStep = z.strictObject({
  step: z.enum(["programme", "datasets", "study", "budget"]).describe("The step"),
  state: z.enum(["done", "stale", "missing", "broken"]).describe("stale: what it rests on has changed since"),
  text: z.string().describe("The state in words"),
});
export type StatusStep = z.infer<typeof StatusStep>;

/** A day ahead on which a duty begins. */
export const DutyDate = z.strictObject({
  date: Day.describe("First day"),
  days: z.int().nonnegative().describe("Days from today"),
  what: z.string().describe("What applies from then"),
});
export type DutyDate = z.infer<typeof DutyDate>;

/** Where a programme stands, and what to do next. */
export const ProgrammeStatus = z.strictObject({
  dir: z.string().describe("Its folder"),
  name: z.string().nullable().describe("Its name; null where programme.yaml is broken"),
  steps: z.array(StatusStep).describe("The steps; programme alone where programme.yaml is broken"),
  dutyDates: z
    .array(DutyDate)
    .describe(
      "Dates of the EU AI Act in the year ahead that may matter, as the study found them; none without a study",
    ),
  next: z.string().describe("What to do or type next"),
});
export type ProgrammeStatus = z.infer<typeof ProgrammeStatus>;
