import * as z from "zod";

import { Estimate } from "./estimate.ts";
import { Day } from "./source.ts";

/** One step of the maintenance of a quarter. */
export const MaintenanceStep = z.strictObject({
  kind: z
    .enum(["drift", "replay", "re-evaluation", "data", "retrain-decision", "retrain", "migration"])
    .describe("Kind"),
  day: Day.describe("When it is due"),
  what: z.string().describe("What is done"),
  command: z.string().nullable().describe("Command that does it; null where none does"),
  cost: Estimate.nullable().describe("US dollars; null where unknown, or where another step has it"),
  reason: z.string().nullable().describe("Why the cost is null"),
  state: z.enum(["planned", "due", "overdue"]).describe("due: within 7 days. overdue: before today"),
});
export type MaintenanceStep = z.infer<typeof MaintenanceStep>;

/** What `watch plan` answers: the maintenance of a quarter. */
export const WatchPlan = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Today"),
  from: Day.describe("First day of the quarter that is planned"),
  to: Day.describe("Last day"),
  steps: z.array(MaintenanceStep).describe("Steps, by their day"),
  total: Estimate.describe("Sum of the steps without a migration, US dollars"),
  totalWithMigration: Estimate.nullable().describe("The same with the migration; null where none is due"),
  published: z
    .strictObject({
      headlineUsd: z
        .tuple([z.number(), z.number()])
        .describe("Maintenance of a quarter as the article's headline has it"),
      partsUsd: z.tuple([z.number(), z.number()]).describe("Sum of the parts that the same article lists"),
      ours: Estimate.describe("Sum of our steps that the headline covers, US dollars"),
      note: z.string().describe("How they compare"),
      source: z.string().describe("The article"),
    })
    .describe("The published headline next to ours"),
  retrain: z
    .strictObject({
      decision: z.enum(["not-yet", "decide-now"]).describe("Whether there is a reason to re-train"),
      reasons: z.array(z.string()).min(1).describe("Why"),
    })
    .describe("Whether to re-train in this quarter, by what is known today"),
  notes: z.array(z.string()).describe("What the plan rests on"),
});
export type WatchPlan = z.infer<typeof WatchPlan>;
