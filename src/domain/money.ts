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
  unpriced: z.int().describe("Ended intervals without a known price"),
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

/** Money to hold for a run before it starts. */
export const ReserveRequest = z.strictObject({
  runId: z.string().min(1).max(64).describe("Run that the money is for"),
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

/** Every budget that holds. */
export const BudgetList = z.strictObject({ budgets: z.array(BudgetState).describe("Budgets that hold") });
export type BudgetList = z.infer<typeof BudgetList>;

<<<<<<< HEAD
/** The one class that a bill line ends in. */
export const BillClass = z
  .enum([
    "run",
    "failed-run",
    "no-run",
    "around-run",
    "between-runs",
    "storage",
    "egress",
    "commitment-unused",
    "capacity-unused",
    "not-work",
    "other-service",
  ])
  .describe(
    "run: matched to a run; failed-run: to a run that failed or went silent; no-run: GPU or compute time of no run; around-run: the machine of a run, before or after it; between-runs: the machine of runs, between two of them; storage; egress; commitment-unused, capacity-unused: paid for and not used; not-work: tax, credit, support; other-service: not part of training",
  );
export type BillClass = z.infer<typeof BillClass>;

/** Money of a class of bill lines. */
export const ClassSum = z.strictObject({
  class: BillClass,
  lines: z.int().describe("Lines"),
  billedUsd: Money.describe("Sum of BilledCost"),
  effectiveUsd: Money.describe("Sum of EffectiveCost: a second view, never added to the first"),
  share: z.number().nullable().describe("Share of the billed total; null where that is zero"),
  isLeak: z.boolean().describe("Money spent without a run to show for it"),
  advice: z.string().describe("What to do about it"),
});
export type ClassSum = z.infer<typeof ClassSum>;

/** A value that was read otherwise than it stands. */
export const BillRepair = z.strictObject({
  column: z.string().describe("Column"),
  rule: z.string().describe("What was repaired"),
  count: z.int().describe("Rows"),
  example: z.string().describe("A value as written"),
});
export type BillRepair = z.infer<typeof BillRepair>;

/** An invoice to type in. */
export const InvoiceRequest = z.strictObject({
  number: z.string().min(1).max(80).describe("Number of the invoice"),
  seller: z.string().min(1).max(80).describe("Who sent it"),
  usd: Money.describe("Its amount, in the currency stated; below zero for a credit note"),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default("USD")
    .describe("Currency of the amount, ISO 4217"),
  from: z.iso.date().describe("First day that it is for"),
  to: z.iso.date().describe("Day after the last"),
  service: z
    .string()
    .min(1)
    .max(80)
    .default("Compute")
    .describe("What was bought, as a category of FOCUS: Compute, Storage ..."),
  resource: z
    .string()
    .max(200)
    .optional()
    .describe("Machine that it is for, as the tag tunewright.resource of runs names it"),
  run: z.string().max(64).optional().describe("Run that it is for"),
  memo: z.string().min(1).max(300).default("invoice").describe("What it is, in words"),
});
export type InvoiceRequest = z.infer<typeof InvoiceRequest>;

/** A rule of FOCUS that a file breaks. */
export const BillRule = z.strictObject({
  id: z.string().describe("Id of the rule in the requirements model of FOCUS 1.2"),
  level: z.enum(["must", "should"]).describe("What the specification says of it"),
  text: z.string().describe("The rule"),
  count: z.int().describe("Rows that break it; 1 for a column that is missing"),
  line: z.int().describe("First line that does"),
});
export type BillRule = z.infer<typeof BillRule>;

/** A bill as imported. */
export const BillImport = z.strictObject({
  file: z.string().describe("File"),
  sha256: z.string().describe("SHA-256 of the file"),
  isRepeat: z.boolean().describe("The same file was already imported: nothing was written"),
  format: z.string().describe("Format that was recognised"),
  lines: z.int().describe("Lines"),
  currency: z.string().describe("Currency"),
  billedTotal: Money.describe("Sum of BilledCost, to the last digit"),
  effectiveTotal: Money.describe("Sum of EffectiveCost, to the last digit"),
  classes: z.array(ClassSum).describe("Every line in exactly one class"),
  repairs: z.array(BillRepair).describe("Values that were read differently from how they are written"),
  rules: z.array(BillRule).describe("Rules of FOCUS 1.2 that the file breaks; empty for a mapped file or an invoice"),
  checkedRows: z.int().describe("Rows that were held against those rules"),
  replaced: z.string().nullable().describe("Earlier file whose entries were reversed for this one; null for none"),
});
export type BillImport = z.infer<typeof BillImport>;

/** A bill line to move to another class by hand. */
export const MatchRequest = z.strictObject({
  file: z.string().min(1).describe("Name of the imported bill"),
  line: z.int().min(1).describe("Its line"),
  class: BillClass,
  run: z.string().optional().describe("Whole id of the run, for the classes run and failed-run"),
  by: z.string().min(1).max(80).describe("Who says so"),
});
export type MatchRequest = z.infer<typeof MatchRequest>;

/** A bill line that was moved. */
export const MatchedLine = z.strictObject({
  file: z.string().describe("Name of the bill"),
  line: z.int().describe("The line"),
  from: BillClass,
  to: BillClass,
  usd: Money.describe("Its BilledCost, in the currency of the bill"),
});
export type MatchedLine = z.infer<typeof MatchedLine>;

/** A bill whose bytes come in the request. */
export const BillUpload = z.strictObject({
  name: z.string().min(1).max(200).describe("Name of the file: its ending says how it is read"),
  contentBase64: z.string().describe("The file, in base64"),
  map: z.array(z.string()).default([]).describe("Columns of FOCUS from columns of the file, as BilledCost=Amount"),
  replaces: z.string().optional().describe("Name or hash of the imported file that this one corrects"),
});
export type BillUpload = z.infer<typeof BillUpload>;

/** Costs of the ledger as FOCUS. */
export const FocusExport = z.strictObject({
  rows: z.int().describe("Rows"),
  csv: z.string().describe("The file: FOCUS 1.2, CSV"),
});
export type FocusExport = z.infer<typeof FocusExport>;

/** What one unit of a currency is worth. */
export const CurrencyRate = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .describe("Currency, ISO 4217"),
  day: z.iso.date().describe("First day on which the rate holds"),
  usd: PositiveMoney.describe("US dollars for one unit"),
  source: z.string().min(1).max(120).describe("Where it was read"),
});
export type CurrencyRate = z.infer<typeof CurrencyRate>;

/** Every stored rate. */
export const CurrencyRates = z.strictObject({ rates: z.array(CurrencyRate).describe("By currency and day") });
export type CurrencyRates = z.infer<typeof CurrencyRates>;

/** Money of a class in its place, for the leakage report. */
const LeakPlace = z.strictObject({
  class: BillClass,
  place: z.string().describe("Machine, service or run that the money went to"),
  lines: z.int().describe("Lines"),
  usd: Money.describe("BilledCost"),
  from: z.string().describe("Start of its first charge, ISO 8601"),
  to: z.string().describe("End of its last charge"),
  example: z.string().describe("File and line of the largest one: what ledger match takes"),
});

/** What was estimated for a run and what was billed. */
const RunBill = z.strictObject({
  runId: z.string().describe("The run"),
  name: z.string().describe("Its name"),
  accruedUsd: Money.nullable().describe("By its activity; null where it has no price"),
  billedUsd: Money.describe("EffectiveCost of the lines that were matched to it"),
  differenceUsd: Money.nullable().describe("Billed less accrued"),
  ratio: z.number().nullable().describe("Billed by accrued; null where nothing was accrued"),
});

/** Where billed money went that no run shows, and what the rest was estimated at. */
export const LeakageReport = z.strictObject({
  classes: z.array(ClassSum).describe("Every class, in US dollars"),
  billedUsd: Money.describe("All bills"),
  chargedUsd: Money.describe("All bills without tax, credit and support: what could leak"),
  leakUsd: Money.describe("The classes that leak"),
  leakShare: z.number().nullable().describe("Of what was charged; null where that is zero"),
  places: z.array(LeakPlace).describe("Where the most of it went, largest first"),
  runs: z.array(RunBill).describe("Estimate and bill of each run that was billed, the largest difference first"),
  unconverted: z
    .array(z.strictObject({ currency: z.string().describe("Currency"), amount: Money.describe("BilledCost in it") }))
    .describe("Bills in a currency without a stored rate: in no figure above"),
});
export type LeakageReport = z.infer<typeof LeakageReport>;

=======
>>>>>>> cf3f2186 (Close months with a recorded root, prove entries, keep heads, and account by activity and team)
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
});
export type MoneyOverview = z.infer<typeof MoneyOverview>;
