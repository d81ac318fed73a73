import * as z from "zod";

import { ClassSum, LeakageReport } from "./bill.ts";
import { ClosedPeriod } from "./ledger.ts";
import { Money, PositiveMoney } from "./source.ts";
import { RunSummary } from "./tracked-run.ts";

/** Cost of a run, based on the time in which the server saw it alive. */
export const RunCost = z.strictObject({
  usd: Money.nullable().describe(
    "Cost so far: its machines, and what the ledger holds in its name; null if a price is unknown",
  ),
  enteredUsd: Money.nullable().describe(
    "Part of `usd` that the ledger holds in the name of the run: tokens that a provider trained, calls of models; null if there is none",
  ),
  reason: z.string().nullable().describe("Why there is no cost; null if there is one"),
  usdPerHour: Money.nullable().describe("Price of the run's machines per hour, on the last day that it was seen"),
  gpuHours: z.number().nullable().describe("GPU-hours; null if the number of GPUs is unknown"),
  basis: z.string().describe("Source of the price, and what it was multiplied by"),
  state: z
    .enum(["ended", "alive", "stale", "unseen"])
    .describe(
      "ended: its last interval is closed; alive: it was seen recently; stale: it has not ended but has not been seen for a long time; unseen: the server never saw it run",
    ),
  staleSince: z.string().nullable().describe("When a stale run was last seen, ISO 8601; null if it is not stale"),
  suspenseUsd: Money.nullable().describe(
    "Cost of a stale run if its machines still run: its price since it was last seen, not included in `usd`; null if it is not stale or has no price",
  ),
});
export type RunCost = z.infer<typeof RunCost>;

/** A run with its cost. */
export const PricedRun = z.strictObject({ ...RunSummary.shape, cost: RunCost });
export type PricedRun = z.infer<typeof PricedRun>;

/** Result of a settlement. */
export const Settlement = z.strictObject({
  entries: z.int().describe("Entries written"),
  unpriced: z.int().describe("Ended intervals and model calls with an unknown price"),
  corrected: z.int().describe("Intervals whose price changed after they were posted"),
});
export type Settlement = z.infer<typeof Settlement>;

/** A page of runs with their cost. */
export const PricedRunList = z.strictObject({
  runs: z.array(PricedRun).describe("Runs, newest first unless another order was requested"),
  nextPageToken: z.string().nullable().describe("Token of the next page; null for the last page"),
  totalUsd: Money.describe("Sum of the known costs of this page"),
  unpriced: z.int().describe("Runs of this page with an unknown cost"),
});
export type PricedRunList = z.infer<typeof PricedRunList>;

/** Scope of a budget. */
export const BudgetScope = z
  .enum(["programme", "activity", "experiment", "run", "tag"])
  .describe("Scope: the programme, an activity of budget.json, an experiment, a run, or runs with a tag");
export type BudgetScope = z.infer<typeof BudgetScope>;

/** A budget to set. */
export const BudgetRequest = z.strictObject({
  scope: BudgetScope,
  key: z.string().default("").describe("Name, id, or `key=value` of the tag; empty for the programme"),
  capUsd: PositiveMoney.describe("Amount that must not be exceeded"),
  period: z.enum(["total", "month"]).default("total").describe("Period: over all time, or per month"),
  setBy: z.string().min(1).describe("Who set it"),
  sourceSha256: z.string().nullable().default(null).describe("Hash of the approved budget.json that it comes from"),
});
export type BudgetRequest = z.infer<typeof BudgetRequest>;

/** A budget with what was spent and reserved. */
export const BudgetState = z.strictObject({
  no: z.int().describe("Number of the budget"),
  ...BudgetRequest.shape,
  setAt: z.string().describe("When it was set, ISO 8601"),
  spentUsd: Money.describe("Accrued by runs, and entered, in the period"),
  heldUsd: Money.describe("Reserved for runs that have not ended"),
  leftUsd: Money.describe("Cap minus spent and reserved; negative if exceeded"),
  forecastUsd: Money.describe("Spent at the end of the period, or in 24 hours, if the running runs continue"),
  usdPerHour: Money.describe("Cost per hour of the running runs under this budget"),
  unpricedRuns: z
    .int()
    .min(0)
    .describe("Runs in the period whose cost is unknown: they are not part of what was spent, reserved or forecast"),
  hitBy: z.array(z.string()).describe("Runs that spent most of the budget, most expensive first, at most three"),
  usedShare: z.number().nullable().describe("Spent and reserved as a share of the cap; null if the cap is zero"),
});
export type BudgetState = z.infer<typeof BudgetState>;

/** Run id, as used in reservations. */
export const RunKey = z
  .string()
  .min(1)
  .max(64)
  .regex(/^\P{Cc}+$/u, "must not contain control characters");

/** A request to reserve money for a run before it starts. */
export const ReserveRequest = z.strictObject({
  runId: RunKey.describe("Run to reserve for"),
  usd: PositiveMoney.describe("Largest expected cost: the p90 of its plan"),
  experiment: z.string().nullable().default(null).describe("Experiment of the run"),
  tags: z
    .array(z.strictObject({ key: z.string().describe("Key"), value: z.string().describe("Value") }))
    .default([])
    .describe("Tags of the run; they decide which team and user budgets apply"),
});
export type ReserveRequest = z.infer<typeof ReserveRequest>;

/** Hours of people or a fixed cost, entered by hand. */
export const SpendRequest = z.strictObject({
  activity: z
    .string()
    .regex(/^[\w -]{1,60}$/)
    .describe("Activity, as in budget.json: `data`, `training`, `evaluation` ..."),
  usd: PositiveMoney.optional().describe("Amount; alternatively, hours and their price"),
  hours: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,4})?$/)
    .optional()
    .describe("Hours of people, a decimal"),
  usdPerHour: PositiveMoney.optional().describe("Price per hour"),
  on: z.iso.date().optional().describe("Day of the cost; default: today"),
  memo: z.string().min(1).max(300).describe("Description"),
  payee: z.string().min(1).max(80).default("manual").describe("Recipient"),
  reference: z
    .string()
    .min(1)
    .max(120)
    .optional()
    .describe("Number of the invoice or time sheet; a second entry with the same number writes nothing"),
});
export type SpendRequest = z.infer<typeof SpendRequest>;

/** Result of entering a cost by hand. */
export const SpendEntered = z.strictObject({
  seq: z.int().describe("Number of the entry"),
  usd: Money.describe("Amount of the entry"),
  isRepeat: z.boolean().describe("The cost was already entered; nothing was written"),
});
export type SpendEntered = z.infer<typeof SpendEntered>;

/** Hours of people and fixed costs to enter together, all or none. */
export const CostList = z.strictObject({
  costs: z
    .array(
      z.strictObject({
        ...SpendRequest.shape,
        place: z.string().min(1).max(300).describe("Where it is from, for messages"),
      }),
    )
    .min(1)
    .max(10_000)
    .describe("Costs"),
});
export type CostList = z.infer<typeof CostList>;

/** Result of entering costs together. */
export const CostsEntered = z.strictObject({
  entered: z.int().min(0).describe("Costs entered now"),
  repeated: z.int().min(0).describe("Costs that were entered before; nothing was written for them"),
  usd: Money.describe("Sum of those entered now"),
});
export type CostsEntered = z.infer<typeof CostsEntered>;

/** A destination for budget alerts. */
export const AlertTarget = z.strictObject({
  kind: z.enum(["webhook", "slack", "email"]).describe("JSON to a URL, Slack's format to a URL, or mail"),
  address: z.string().min(3).max(500).describe("URL, or mail address"),
});
export type AlertTarget = z.infer<typeof AlertTarget>;

/** All destinations for alerts. */
export const AlertTargets = z.strictObject({
  targets: z.array(AlertTarget).describe("Destinations"),
  smtp: z.boolean().describe("Whether a mail server is configured: TUNEWRIGHT_SMTP_URL"),
});
export type AlertTargets = z.infer<typeof AlertTargets>;

/** A budget as it applies to a run. */
const GuardBudget = z.strictObject({
  budget: z.string().describe("Description of the budget"),
  capUsd: Money.describe("Its cap"),
  spentUsd: Money.describe("Spent in the period"),
  heldUsd: Money.describe("Reserved for other runs"),
  leftUsd: Money.describe("Cap minus what was spent and reserved for other runs"),
  forecastUsd: Money.describe("Spent at the horizon if the run continues"),
});

/** Whether a run may continue. */
export const GuardAnswer = z.strictObject({
  runId: z.string().describe("The run"),
  action: z
    .enum(["continue", "warn", "stop"])
    .describe("stop: save a checkpoint and end; warn: a budget is used to 80 % or more at the horizon"),
  reason: z.string().describe("The reason, with the budget and the amount left"),
  spentUsd: Money.nullable().describe("Cost of the run so far; null if it has no price"),
  usdPerHour: Money.nullable().describe("Price of the run per hour; null if it has none"),
  horizonSec: z.int().describe("Horizon: the time ahead that was considered"),
  secondsLeft: z.number().nullable().describe("Time until the tightest budget is used up; null without a limit"),
  budgets: z.array(GuardBudget).describe("All budgets that apply to the run, tightest first"),
  decidedAt: z.string().describe("When it was computed, ISO 8601"),
});
export type GuardAnswer = z.infer<typeof GuardAnswer>;

/** Live cost of a run, and the budgets to which it is charged. */
export const RunMoney = z.strictObject({
  runId: z.string().describe("The run"),
  cost: RunCost,
  billedUsd: Money.nullable().describe(
    "EffectiveCost of the bill lines matched to it, US dollars; null if there are none",
  ),
  budgets: z.array(GuardBudget).describe("All budgets that apply to the run, tightest first"),
  secondsLeft: z.number().nullable().describe("Time until the tightest budget is used up; null without a limit"),
  asOf: z.string().describe("When it was computed, ISO 8601"),
});
export type RunMoney = z.infer<typeof RunMoney>;

/** Burn-down of a budget. */
export const BudgetCurve = z.strictObject({
  no: z.int().describe("Number of the budget"),
  capUsd: Money.describe("Its cap"),
  from: z.string().describe("Start of the curve, ISO 8601"),
  endsAt: z.string().nullable().describe("End of the period, ISO 8601; null for a budget over all time"),
  points: z
    .array(z.strictObject({ at: z.string().describe("When, ISO 8601"), spentUsd: Money.describe("Spent until then") }))
    .describe("Spend from the start until now"),
  usedUpAt: z
    .string()
    .nullable()
    .describe("When the cap is reached if the running runs continue, ISO 8601; null if it is not reached"),
});
export type BudgetCurve = z.infer<typeof BudgetCurve>;

/** All active budgets. */
export const BudgetList = z.strictObject({ budgets: z.array(BudgetState).describe("Active budgets") });
export type BudgetList = z.infer<typeof BudgetList>;

/** Overview of the money of a programme. */
export const MoneyOverview = z.strictObject({
  runsUsd: Money.describe("Accrued by all runs"),
  unpricedRuns: z.int().describe("Runs with an unknown price"),
  budgets: z.array(BudgetState).describe("Active budgets"),
  classes: z.array(ClassSum).describe("All imported bill lines by class"),
  unconverted: LeakageReport.shape.unconverted,
  billedUsd: Money.describe("Sum of all imported bills in US dollars"),
  leakUsd: Money.describe("Billed, but belongs to no run"),
  entries: z.int().describe("Number of ledger entries"),
  isIntact: z.boolean().describe("Whether the ledger verifies"),
  topRuns: z.array(PricedRun).describe("The most expensive runs"),
  todayUsd: Money.describe("Cost of runs, and entered costs, of today, UTC"),
  usdPerHour: Money.describe("Cost per hour of the running runs"),
  monthUsd: Money.describe("Cost of runs, and entered costs, in this month, UTC"),
  monthForecastUsd: Money.describe("Cost at the end of the month if the running runs continue"),
  closed: z.array(ClosedPeriod.omit({ isRepeat: true })).describe("Closed months, oldest first"),
});
export type MoneyOverview = z.infer<typeof MoneyOverview>;
