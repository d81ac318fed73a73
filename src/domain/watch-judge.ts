import * as z from "zod";

import { JudgePlan, JudgeSummary } from "./judge.ts";

/** Verdict of a judge on one request. */
export const WatchVerdict = z.strictObject({
  id: z.string().min(1).describe("Request"),
  ungrounded: z.int().min(0).max(1).nullable().describe("1: the prompt does not support the answer; null: no verdict"),
  model: z.string().describe("Model that judged"),
  prompt: z.string().describe("Name and version of the prompt"),
});
export type WatchVerdict = z.infer<typeof WatchVerdict>;

/** Result of `watch judge`. */
export const WatchJudged = z.strictObject({
  watch: z.string().describe("Monitor"),
  sampled: z.int().min(0).describe("Requests of the sample, and those with a label (n)"),
  known: z.int().min(0).describe("Of them, those that were judged before (n)"),
  withoutText: z.int().min(0).describe("Of them, those whose texts are no longer kept (n)"),
  plan: JudgePlan.nullable().describe("What would be asked; with --dry-run only"),
  judge: JudgeSummary.nullable().describe("The requests and their cost; null with --dry-run"),
  verdicts: z.int().min(0).describe("Verdicts of this judge on record (n)"),
});
export type WatchJudged = z.infer<typeof WatchJudged>;
