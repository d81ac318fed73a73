import * as z from "zod";

import { ClassSum, LeakageReport } from "./bill.ts";
import { Money, PositiveMoney } from "./source.ts";
import { RunSummary } from "./tracked-run.ts";

/** What a run has cost, by the time the server saw it alive. */
export const RunCost = z.strictObject({
  usd: Money.nullable().describe("Cost so far; null where no price is known"),
  reason: z.string().nullable().describe("Why there is no cost; null where there is one"),
  usdPerHour: Money.nullable().describe("Price of the run's machines per hour, on the last day it was seen"),
  gpuHours: z.number().nullable().describe("GPU-hours; null where the number of GPUs is not known"),
  basis: z.string().describe("Where the price comes from, and what it was multiplied by"),
  state: z
    .enum(["ended", "alive", "stale", "unseen"])
    .describe(
      "ended: its last interval is closed; alive: it was seen recently; stale: it has not ended but has not been seen for long; unseen: the server never saw it run",
    ),
  staleSince: z.string().nullable().describe("When a stale run was seen last, ISO 8601; null where it is not stale"),
  suspenseUsd: Money.nullable().describe(
    "What a stale run costs if its machines still run: its price since it was seen last, not part of `usd`; null where it is not stale or has no price",
  ),
});
export type RunCost = z.infer<typeof RunCost>;

/** A run with its cost. */
export const PricedRun = z.strictObject({ ...RunSummary.shape, cost: RunCost });
export type PricedRun = z.infer<typeof PricedRun>;

/** What a settlement posted. */
export const Settlement = z.strictObject({
  entries: z.int().describe("Entries that were written"),
  unpriced: z.int().describe("Ended intervals, and calls of models, without a known price"),
  corrected: z.int().describe("Intervals whose price had changed since they were posted"),
});
export type Settlement = z.infer<typeof Settlement>;

/** A page of runs with their cost. */
export const PricedRunList = z.strictObject({
  runs: z.array(PricedRun).describe("Runs, newest first unless another order was asked for"),
  nextPageToken: z.string().nullable().describe("Token of the next page; null at the end"),
  totalUsd: Money.describe("Sum of the known costs of this page"),
  unpriced: z.int().describe("Runs of this page without a known cost"),
});
export type PricedRunList = z.infer<typeof PricedRunList>;

/** What a budget limits. */
export const BudgetScope = z
  .enum(["programme", "activity", "experiment", "run", "tag"])
  .describe("What it limits: the programme, an activity of budget.json, an experiment, a run, or runs with a tag");
export type BudgetScope = z.infer<typeof BudgetScope>;

/** A budget to set. */
export const BudgetRequest = z.strictObject({
  scope: BudgetScope,
  key: z.string().default("").describe("Name, id, or `key=value` of the tag; empty for the programme"),
  capUsd: PositiveMoney.describe("Amount that must not be exceeded"),
  period: z.enum(["total", "month"]).default("total").describe("Over all time, or per month"),
  setBy: z.string().min(1).describe("Who set it"),
  sourceSha256: z.string().nullable().default(null).describe("Hash of the approved budget.json it comes from"),
});
export type BudgetRequest = z.infer<typeof BudgetRequest>;

/** A budget with what was spent and held of it. */
export const BudgetState = z.strictObject({
  no: z.int().describe("Number of the budget"),
  ...BudgetRequest.shape,
  setAt: z.string().describe("When it was set, ISO 8601"),
  spentUsd: Money.describe("Accrued by runs, and entered, in the period"),
  heldUsd: Money.describe("Reserved for runs that have not ended"),
  leftUsd: Money.describe("Cap less spent and reserved; negative if exceeded"),
  forecastUsd: Money.describe("Spent at the end of the period, or in 24 hours, if the runs that are alive go on"),
  usdPerHour: Money.describe("What the runs under it that are alive cost per hour"),
  hitBy: z.array(z.string()).describe("Runs that spent most of it, dearest first, at most three"),
  usedShare: z.number().nullable().describe("Spent and reserved as a share of the cap; null for a cap of zero"),
});
export type BudgetState = z.infer<typeof BudgetState>;

/** Id of a run as money is held for it. */
export const RunKey = z
  .string()
  .min(1)
  .max(64)
  .regex(/^\P{Cc}+$/u, "must not contain control characters");

/** Money to hold for a run before it starts. */
export const ReserveRequest = z.strictObject({
  runId: RunKey.describe("Run that the money is for"),
  usd: PositiveMoney.describe("Largest expected cost: the p90 of its plan"),
  experiment: z.string().nullable().default(null).describe("Experiment it belongs to"),
  tags: z
    .array(z.strictObject({ key: z.string().describe("Key"), value: z.string().describe("Value") }))
    .default([])
    .describe("Its tags; decide which team and user budgets apply"),
});
export type ReserveRequest = z.infer<typeof ReserveRequest>;

/** Hours of people, or a fixed cost, to enter by hand. */
export const SpendRequest = z.strictObject({
  activity: z
    .string()
    .regex(/^[\w -]{1,60}$/)
    .describe("Activity it belongs to, as in budget.json: `data`, `training`, `evaluation` ..."),
  usd: PositiveMoney.optional().describe("Amount; or give hours and their price"),
  hours: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,4})?$/)
    .optional()
    .describe("Hours of people, a decimal"),
  usdPerHour: PositiveMoney.optional().describe("Price of an hour"),
  on: z.iso.date().optional().describe("Day it belongs to; default: today"),
  memo: z.string().min(1).max(300).describe("What it is for"),
  payee: z.string().min(1).max(80).default("manual").describe("Who is paid"),
  reference: z
    .string()
    .min(1)
    .max(120)
    .optional()
    .describe("Number of the invoice or time sheet; a second entry with it writes nothing"),
});
export type SpendRequest = z.infer<typeof SpendRequest>;

/** What was entered by hand. */
export const SpendEntered = z.strictObject({
  seq: z.int().describe("Number of the entry"),
  usd: Money.describe("Its amount"),
  isRepeat: z.boolean().describe("It was already entered: nothing was written"),
});
export type SpendEntered = z.infer<typeof SpendEntered>;

/** A target that alerts of budgets are sent to. */
export const AlertTarget = z.strictObject({
  kind: z.enum(["webhook", "slack", "email"]).describe("JSON to a URL, Slack's format to a URL, or mail"),
  address: z.string().min(3).max(500).describe("URL, or mail address"),
});
export type AlertTarget = z.infer<typeof AlertTarget>;

/** All targets of alerts. */
export const AlertTargets = z.strictObject({
  targets: z.array(AlertTarget).describe("Where alerts go"),
  smtp: z.boolean().describe("A mail server is set: TUNEWRIGHT_SMTP_URL"),
});
export type AlertTargets = z.infer<typeof AlertTargets>;

/** A budget as a run meets it. */
const GuardBudget = z.strictObject({
  budget: z.string().describe("Which budget, in words"),
  capUsd: Money.describe("Its cap"),
  spentUsd: Money.describe("Spent in its period"),
  heldUsd: Money.describe("Reserved for other runs"),
  leftUsd: Money.describe("Cap less spent and reserved for other runs"),
  forecastUsd: Money.describe("Spent at the horizon, if the run goes on"),
});

/** Whether a run may go on. */
export const GuardAnswer = z.strictObject({
  runId: z.string().describe("The run"),
  action: z
    .enum(["continue", "warn", "stop"])
    .describe("stop: save a checkpoint and end; warn: a budget is used to 80 % or more by the horizon"),
  reason: z.string().describe("The reason, with the budget and what is left of it"),
  spentUsd: Money.nullable().describe("What the run has cost; null where it has no price"),
  usdPerHour: Money.nullable().describe("Its price per hour; null where it has none"),
  horizonSec: z.int().describe("Time ahead that was considered"),
  secondsLeft: z
    .number()
    .nullable()
    .describe("Time until the tightest budget is used up; null where nothing limits it"),
  budgets: z.array(GuardBudget).describe("Every budget that applies to the run, tightest first"),
  decidedAt: z.string().describe("When, ISO 8601"),
});
export type GuardAnswer = z.infer<typeof GuardAnswer>;

/** What a run costs while it runs, and the budgets that it draws on. */
export const RunMoney = z.strictObject({
  runId: z.string().describe("The run"),
  cost: RunCost,
  billedUsd: Money.nullable().describe("EffectiveCost of the bill lines matched to it, US dollars; null for none"),
  budgets: z.array(GuardBudget).describe("Every budget that applies to the run, tightest first"),
  secondsLeft: z
    .number()
    .nullable()
    .describe("Time until the tightest budget is used up; null where nothing limits it"),
  asOf: z.string().describe("When it was computed, ISO 8601"),
});
export type RunMoney = z.infer<typeof RunMoney>;

/** How a budget was used up. */
export const BudgetCurve = z.strictObject({
  no: z.int().describe("Number of the budget"),
  capUsd: Money.describe("Its cap"),
  from: z.string().describe("Start of the curve, ISO 8601"),
  endsAt: z.string().nullable().describe("End of the period, ISO 8601; null for a budget over all time"),
  points: z
    .array(z.strictObject({ at: z.string().describe("When, ISO 8601"), spentUsd: Money.describe("Spent until then") }))
    .describe("What was spent, from the start to now"),
  usedUpAt: z
    .string()
    .nullable()
    .describe("When the cap is reached if the runs that are alive go on, ISO 8601; null if it is not"),
});
export type BudgetCurve = z.infer<typeof BudgetCurve>;

/** Every budget that holds. */
export const BudgetList = z.strictObject({ budgets: z.array(BudgetState).describe("Budgets that hold") });
export type BudgetList = z.infer<typeof BudgetList>;

/** Where the money of a programme stands. */
export const MoneyOverview = z.strictObject({
  runsUsd: Money.describe("Accrued by all runs"),
  unpricedRuns: z.int().describe("Runs without a known price"),
  budgets: z.array(BudgetState).describe("Budgets that hold"),
  classes: z.array(ClassSum).describe("All imported bill lines by class"),
  unconverted: LeakageReport.shape.unconverted,
  billedUsd: Money.describe("Sum of all imported bills in US dollars"),
  leakUsd: Money.describe("Billed, but belongs to no run"),
  entries: z.int().describe("Entries of the ledger"),
  isIntact: z.boolean().describe("The ledger verifies"),
  topRuns: z.array(PricedRun).describe("The runs that cost most"),
  todayUsd: Money.describe("What runs cost today, UTC"),
  usdPerHour: Money.describe("What the runs that are alive cost per hour"),
  monthUsd: Money.describe("What runs cost in this month, UTC"),
  monthForecastUsd: Money.describe("At the end of the month, if the runs that are alive go on"),
});
export type MoneyOverview = z.infer<typeof MoneyOverview>;
