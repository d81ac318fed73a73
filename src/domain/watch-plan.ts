import * as z from "zod";

import { Estimate } from "./estimate.ts";
import { ScoreInterval } from "./score-interval.ts";
import { Day } from "./source.ts";

/** One maintenance step of a quarter. */
export const MaintenanceStep = z.strictObject({
  kind: z
    .enum(["drift", "replay", "re-evaluation", "data", "retrain-decision", "retrain", "migration"])
    .describe("Kind"),
  day: Day.describe("Due day"),
  what: z.string().describe("Description"),
  command: z.string().nullable().describe("Command that does it; null if there is none"),
  cost: Estimate.nullable().describe("US dollars; null if unknown, or if it is part of another step"),
  reason: z.string().nullable().describe("Why the cost is null"),
  state: z.enum(["planned", "due", "overdue"]).describe("due: within 7 days. overdue: before today"),
});
export type MaintenanceStep = z.infer<typeof MaintenanceStep>;

/** Scores of one target in one evaluation over time. */
export const QualitySeries = z.strictObject({
  evaluation: z.string().describe("Name of eval/NAME.yaml"),
  target: z.string().describe("Target"),
  scorer: z.string().describe("Headline score"),
  points: z
    .array(
      z.strictObject({
        id: z.string().describe("Evaluation"),
        set: z.string().describe("Set"),
        day: Day.describe("When it ended"),
        mean: z.number().describe("Score"),
        interval: ScoreInterval.nullable().describe("95 %"),
        n: z.int().min(0).describe("Items"),
      }),
    )
    .min(2)
    .describe("Evaluations, oldest first"),
  change: z
    .strictObject({ difference: z.number().describe("Last minus first"), interval: ScoreInterval.describe("95 %") })
    .nullable()
    .describe("Change from the first to the last evaluation; null if one has no interval"),
});
export type QualitySeries = z.infer<typeof QualitySeries>;

/** Result of `watch plan`: the maintenance of a quarter. */
export const WatchPlan = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Today"),
  from: Day.describe("First day of the planned quarter"),
  to: Day.describe("Last day of the planned quarter"),
  steps: z.array(MaintenanceStep).describe("Steps, by day"),
  total: Estimate.describe("Sum of the steps without migration, US dollars"),
  totalWithMigration: Estimate.nullable().describe("Sum including migration; null if no migration is due"),
  published: z
    .strictObject({
      headlineUsd: z.tuple([z.number(), z.number()]).describe("Maintenance per quarter in the headline of the article"),
      partsUsd: z.tuple([z.number(), z.number()]).describe("Sum of the parts that the same article lists"),
      ours: Estimate.describe("Sum of our steps that the headline covers, US dollars"),
      note: z.string().describe("How they compare"),
      source: z.string().describe("Article"),
    })
    .describe("The published headline compared with our sum"),
  retrain: z
    .strictObject({
      decision: z.enum(["not-yet", "decide-now"]).describe("Whether there is a reason to retrain"),
      reasons: z.array(z.string()).min(1).describe("Reason"),
      gain: z
        .strictObject({
          points: z.tuple([z.number(), z.number()]).describe("Points of quality that a retraining could regain"),
          basis: z.string().describe("Where the figure comes from"),
        })
        .describe("Expected gain: at most what was lost"),
      cost: Estimate.nullable().describe("Cost of a retraining, US dollars; null if unknown"),
      usdPerPoint: z
        .tuple([z.number(), z.number()])
        .nullable()
        .describe("US dollars for each point regained; null if the cost is unknown or no gain is expected"),
      risks: z.array(z.string()).describe("What can go wrong"),
      quality: z.array(QualitySeries).describe("Quality over time, by evaluation and target"),
    })
    .describe("Whether to retrain in this quarter, by current information"),
  notes: z.array(z.string()).describe("Assumptions of the plan"),
});
export type WatchPlan = z.infer<typeof WatchPlan>;

/** A plan as saved for `status`: `watch/plan.json`. */
export const SavedPlan = z.strictObject({
  format: z.literal(1),
  savedOn: Day.describe("When it was saved"),
  from: Day.describe("First day of the quarter"),
  to: Day.describe("Last day"),
  steps: z.array(MaintenanceStep.pick({ kind: true, day: true, what: true, command: true })).describe("Steps"),
});
export type SavedPlan = z.infer<typeof SavedPlan>;

/** A step of the saved plan that is due or overdue. */
export const DueStep = MaintenanceStep.pick({ kind: true, day: true, what: true, command: true }).extend({
  state: z.enum(["due", "overdue"]).describe("due: within 7 days. overdue: before today"),
  days: z.int().describe("Days from today; negative where overdue"),
});
export type DueStep = z.infer<typeof DueStep>;
