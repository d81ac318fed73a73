import * as z from "zod";

import { Money } from "./source.ts";

/** Money of one activity. */
const ActivityAccount = z.strictObject({
  activity: z.string().describe("Activity, as in budget.json"),
  planUsd: Money.nullable().describe("Cap of the approved budget; null where none is set for it"),
  committedUsd: Money.describe("Held for runs that have not ended"),
  accruedUsd: Money.describe("By the activity of runs, and entered: hours, fixed costs, labels, model calls"),
  billedUsd: Money.describe("Billed and matched, EffectiveCost in US dollars"),
  leftUsd: Money.nullable().describe("Plan less committed and accrued; null without a plan"),
  share: z.number().nullable().describe("Share of all that accrued; null where nothing did"),
});

/** What one unit of something has cost. */
const UnitCost = z.strictObject({
  unit: z.enum(["token", "point", "label"]).describe("Token trained on, point of evaluation gained, label"),
  usd: z.string().nullable().describe("Cost of one, a decimal of up to 12 places; null where it is not known"),
  count: z.number().nullable().describe("How many there were"),
  basis: z.string().describe("What was divided by what, or why it is not known"),
});

/** Plan, commitment, accrual and bill of each activity, and what a unit has cost. */
export const AccountsView = z.strictObject({
  activities: z.array(ActivityAccount).describe("Activities, the dearest first"),
  totals: ActivityAccount.omit({ activity: true, share: true }).describe("All activities"),
  shape: z
    .array(
      z.strictObject({
        part: z.enum(["data", "compute", "rest"]).describe("Part of the budget"),
        expected: z.string().describe("What the article on budgets expects"),
        share: z.number().nullable().describe("Actual share; null where nothing accrued"),
        isInside: z.boolean().nullable().describe("Whether the share is inside; null where nothing can be said"),
      }),
    )
    .describe("Shape of the budget on actuals: data 60-70 %, compute 5-15 %, the rest"),
  units: z.array(UnitCost).describe("Cost per token, per point of evaluation and per label"),
});
export type AccountsView = z.infer<typeof AccountsView>;

/** What a team is charged. */
const TeamCharge = z.strictObject({
  team: z.string().describe("Value of the tag; `not tagged` for runs without it"),
  runs: z.int().describe("Runs that cost something in the month"),
  gpuHours: z.number().describe("Their GPU-hours in the month, where the number of GPUs is known"),
  accruedUsd: Money.describe("By their activity in the month"),
  billedUsd: Money.describe("EffectiveCost matched to them, of charges that end in the month"),
  unpriced: z.int().describe("Runs of the month without a known price"),
});

/** Costs of a month by team. */
export const Chargeback = z.strictObject({
  month: z.string().describe("Month, as 2026-11"),
  tag: z.string().describe("Tag that teams go by"),
  teams: z.array(TeamCharge).describe("Teams, the dearest first"),
  totalUsd: Money.describe("Sum of what accrued"),
  csv: z.string().describe("The same as CSV"),
});
export type Chargeback = z.infer<typeof Chargeback>;

/** All that finance needs of a month, as files. */
export const MonthPack = z.strictObject({
  month: z.string().describe("Month, as 2026-11"),
  isClosed: z.boolean().describe("The month is closed"),
  accruedUsd: Money.describe("What accrued in the month"),
  leakUsd: Money.describe("Of all bills, what no run shows"),
  isIntact: z.boolean().describe("The ledger verifies"),
  root: z.string().describe("Root of the ledger"),
  files: z
    .array(z.strictObject({ name: z.string().describe("Name"), content: z.string().describe("Content") }))
    .describe("Files: a page, the chargeback, costs as FOCUS, the head, and all of it as JSON"),
});
export type MonthPack = z.infer<typeof MonthPack>;
