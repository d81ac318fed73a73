import * as z from "zod";

import { Money } from "./source.ts";

/** Amounts of one activity. */
const ActivityAccount = z.strictObject({
  activity: z.string().describe("Activity, as in budget.json"),
  planUsd: Money.nullable().describe("Cap of the approved budget; null if none is set for it"),
  committedUsd: Money.describe("Reserved for runs that have not ended"),
  accruedUsd: Money.describe("Accrued from the activity of runs, and entered: hours, fixed costs, labels, model calls"),
  billedUsd: Money.describe("Billed and matched, EffectiveCost in US dollars"),
  leftUsd: Money.nullable().describe("Plan minus committed and accrued; null without a plan"),
  share: z.number().nullable().describe("Share of everything accrued; null if nothing was"),
});

/** Actual cost of one unit. */
const UnitCost = z.strictObject({
  unit: z.enum(["token", "point", "label"]).describe("Trained token, point of evaluation gained, label"),
  usd: z.string().nullable().describe("Cost per unit, a decimal with up to 12 places; null if unknown"),
  count: z.number().nullable().describe("Number of units"),
  basis: z.string().describe("How it was computed, or why it is unknown"),
});

/** Plan, commitment, accrual and bill of each activity, and unit costs. */
export const AccountsView = z.strictObject({
  activities: z.array(ActivityAccount).describe("Activities, most expensive first"),
  totals: ActivityAccount.omit({ activity: true, share: true }).describe("Total over the activities"),
  shape: z
    .array(
      z.strictObject({
        part: z.enum(["data", "compute", "rest"]).describe("Part of the budget"),
        expected: z.string().describe("Range expected by the article on budgets"),
        share: z.number().nullable().describe("Actual share; null if nothing accrued"),
        isInside: z.boolean().nullable().describe("Whether the share is in the range; null if unknown"),
      }),
    )
    .describe("Shape of the actual budget: data 60-70 %, compute 5-15 %, the rest"),
  units: z.array(UnitCost).describe("Cost per token, per evaluation point and per label"),
});
export type AccountsView = z.infer<typeof AccountsView>;

/** Charge of one team. */
const TeamCharge = z.strictObject({
  team: z.string().describe("Value of the tag; `not tagged` for runs without it"),
  runs: z.int().describe("Runs with cost in the month"),
  gpuHours: z.number().nullable().describe("Their GPU-hours in the month; null if a run has an unknown number of GPUs"),
  accruedUsd: Money.describe("Accrued in the month: their activity, and what was entered in their name"),
  billedUsd: Money.describe("EffectiveCost matched to them, for charges that end in the month"),
  unpriced: z.int().describe("Runs of the month with an unknown price"),
});

/** Cost of a month by team. */
export const Chargeback = z.strictObject({
  month: z.string().describe("Month, as in 2026-11"),
  tag: z.string().describe("Tag with the team"),
  teams: z.array(TeamCharge).describe("Teams, most expensive first"),
  totalUsd: Money.describe("Total accrued"),
  totals: TeamCharge.omit({ team: true }).describe("Sums over the teams"),
  csv: z.string().describe("The table as CSV"),
});
export type Chargeback = z.infer<typeof Chargeback>;

/** The month-end files for finance. */
export const MonthPack = z.strictObject({
  month: z.string().describe("Month, as in 2026-11"),
  isClosed: z.boolean().describe("Whether the month is closed"),
  accruedUsd: Money.describe("Accrued in the month"),
  leakUsd: Money.describe("Billed amount that no run accounts for"),
  isIntact: z.boolean().describe("Whether the ledger verifies"),
  root: z.string().describe("Merkle root of the ledger"),
  files: z
    .array(z.strictObject({ name: z.string().describe("Name"), content: z.string().describe("Content") }))
    .describe("Files: an HTML page, the chargeback, costs as FOCUS, the head, and all of it as JSON"),
});
export type MonthPack = z.infer<typeof MonthPack>;
