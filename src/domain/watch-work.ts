import * as z from "zod";

import { Day } from "./source.ts";
import { HardReason } from "./watch-queue.ts";
import { DueStep, QualitySeries, SavedPlan } from "./watch-plan.ts";

/** Counts of a file written by `watch queue`. */
export const QueueSummary = z.strictObject({
  file: z.string().describe("File in watch/queues"),
  rows: z.int().min(0).describe("Rows (n)"),
  days: z.strictObject({ from: Day, to: Day }).nullable().describe("Days of its requests; null if it has none"),
  reasons: z
    .array(z.strictObject({ reason: HardReason, rows: z.int().min(1).describe("Rows (n)") }))
    .describe("Why rows were queued; a row may have several reasons"),
});
export type QueueSummary = z.infer<typeof QueueSummary>;

/** Work that results from production traffic: queues for labelling, quality over time, and the saved plan. */
export const WatchWork = z.strictObject({
  queues: z.array(QueueSummary).describe("Queues, newest first"),
  quality: z.array(QualitySeries).describe("Scores over time of targets with at least two complete evaluations"),
  plan: SavedPlan.nullable().describe("Saved plan (watch plan --save); null if there is none"),
  due: z.array(DueStep).describe("Steps of the plan that are due or overdue, and not done"),
});
export type WatchWork = z.infer<typeof WatchWork>;
