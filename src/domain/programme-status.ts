import * as z from "zod";

/** One step of a programme and where it stands. */
export const StatusStep = z.strictObject({
  step: z.enum(["programme", "datasets", "study", "budget"]).describe("The step"),
  state: z.enum(["done", "stale", "missing", "broken"]).describe("stale: what it rests on has changed since"),
  text: z.string().describe("The state in words"),
});
export type StatusStep = z.infer<typeof StatusStep>;

/** Where a programme stands, and what to do next. */
export const ProgrammeStatus = z.strictObject({
  dir: z.string().describe("Its folder"),
  name: z.string().nullable().describe("Its name; null where programme.yaml is broken"),
  steps: z.array(StatusStep).describe("The steps; programme alone where programme.yaml is broken"),
  next: z.string().describe("What to do or type next"),
});
export type ProgrammeStatus = z.infer<typeof ProgrammeStatus>;
