import * as z from "zod";

import { Money, PositiveMoney } from "./source.ts";
import { RunSummary } from "./tracked-run.ts";

/** What a run has cost, by the time the server saw it alive. */
export const RunCost = z.strictObject({
  usd: Money.nullable().describe("Cost so far; null where no price is known"),
  reason: z.string().nullable().describe("Why there is no cost; null where there is one"),
  usdPerHour: Money.nullable().describe("Price of the run's machines per hour, on the last day it was seen"),
  gpuHours: z.number().nullable().describe("GPU-hours; null where the number of GPUs is not known"),
  basis: z.string().describe("Where the price comes from, and what it was multiplied by"),
});
export type RunCost = z.infer<typeof RunCost>;

/** A run with its cost. */
export const PricedRun = z.strictObject({ ...RunSummary.shape, cost: RunCost });
export type PricedRun = z.infer<typeof PricedRun>;

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
  key: z.string().default("").describe("Which one: name, id or `key=value` of the tag; empty for the programme"),
  capUsd: PositiveMoney.describe("Amount not to be passed"),
  period: z.enum(["total", "month"]).default("total").describe("Over all time, or anew each month"),
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
  leftUsd: Money.describe("Cap less spent and held; below zero where it was passed"),
  usedShare: z.number().nullable().describe("Spent and held as a share of the cap; null for a cap of zero"),
});
export type BudgetState = z.infer<typeof BudgetState>;

/** Every budget that holds. */
export const BudgetList = z.strictObject({ budgets: z.array(BudgetState).describe("Budgets that hold") });
export type BudgetList = z.infer<typeof BudgetList>;

/** The one class that a bill line ends in. */
export const BillClass = z
  .enum(["run", "no-run", "around-run", "storage", "egress", "commitment-unused", "not-work", "other-service"])
  .describe(
    "run: matched to a run; no-run: GPU or compute time of no run; around-run: same machine, before or after its run; storage; egress; commitment-unused; not-work: tax, credit, support; other-service: not part of training",
  );
export type BillClass = z.infer<typeof BillClass>;

/** Money of a class of bill lines. */
export const ClassSum = z.strictObject({
  class: BillClass,
  lines: z.int().describe("Lines"),
  billedUsd: Money.describe("Sum of BilledCost"),
  effectiveUsd: Money.describe("Sum of EffectiveCost: a second view, never added to the first"),
  share: z.number().nullable().describe("Share of the billed total; null where that is zero"),
  isLeak: z.boolean().describe("Money for which no run has anything to show"),
  advice: z.string().describe("What to do about it"),
});
export type ClassSum = z.infer<typeof ClassSum>;

/** A value that was read otherwise than it stands. */
export const BillRepair = z.strictObject({
  column: z.string().describe("Column"),
  rule: z.string().describe("What was repaired"),
  count: z.int().describe("Rows"),
  example: z.string().describe("A value as it stands"),
});
export type BillRepair = z.infer<typeof BillRepair>;

/** A bill as imported. */
export const BillImport = z.strictObject({
  file: z.string().describe("File"),
  sha256: z.string().describe("SHA-256 of the file"),
  isRepeat: z.boolean().describe("The same file was imported before: nothing was written"),
  format: z.string().describe("Format that was recognised"),
  lines: z.int().describe("Lines"),
  currency: z.string().describe("Currency"),
  billedTotal: Money.describe("Sum of BilledCost, to the last digit"),
  effectiveTotal: Money.describe("Sum of EffectiveCost, to the last digit"),
  classes: z.array(ClassSum).describe("Every line in exactly one class"),
  repairs: z.array(BillRepair).describe("What was read otherwise than it stands"),
});
export type BillImport = z.infer<typeof BillImport>;

/** Where the money of a programme stands. */
export const MoneyOverview = z.strictObject({
  runsUsd: Money.describe("Accrued by all runs"),
  unpricedRuns: z.int().describe("Runs without a known price"),
  budgets: z.array(BudgetState).describe("Budgets that hold"),
  classes: z.array(ClassSum).describe("All imported bill lines by class"),
  billedUsd: Money.describe("Sum of all imported bills"),
  leakUsd: Money.describe("Billed, and of no run"),
  entries: z.int().describe("Entries of the ledger"),
  isIntact: z.boolean().describe("The ledger verifies"),
  topRuns: z.array(PricedRun).describe("The runs that cost most"),
});
export type MoneyOverview = z.infer<typeof MoneyOverview>;
