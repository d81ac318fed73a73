import * as z from "zod";

import { Day } from "./source.ts";
import { DueStep } from "./watch-plan.ts";

/** One step of a programme and its state. */
export const StatusStep = z.strictObject({
  step: z.enum(["programme", "datasets", "study", "budget", "maintenance"]).describe("The step"),
  state: z.enum(["done", "stale", "missing", "broken"]).describe("stale: its inputs have changed since"),
  text: z.string().describe("Description of the state"),
});
export type StatusStep = z.infer<typeof StatusStep>;

/** A future day on which a duty begins. */
export const DutyDate = z.strictObject({
  date: Day.describe("First day"),
  days: z.int().nonnegative().describe("Days from today"),
  what: z.string().describe("What applies from then on"),
});
export type DutyDate = z.infer<typeof DutyDate>;

/** State of a programme, and what to do next. */
export const ProgrammeStatus = z.strictObject({
  dir: z.string().describe("Its folder"),
  name: z.string().nullable().describe("Its name; null if programme.yaml is invalid or does not exist"),
  steps: z
    .array(StatusStep)
    .describe(
      "The steps; only `programme` if programme.yaml is invalid, and `datasets` if there is none yet or it plans no rows; `maintenance` only if its saved plan cannot be read",
    ),
  dutyDates: z
    .array(DutyDate)
    .describe("Relevant dates of the EU AI Act in the coming year, from the study; empty without a study"),
  maintenance: z
    .array(DueStep)
    .default([])
    .describe("Steps of the saved plan (watch plan --save) that are due within 7 days or overdue, and not done"),
  next: z.string().describe("Next command or edit"),
});
export type ProgrammeStatus = z.infer<typeof ProgrammeStatus>;
