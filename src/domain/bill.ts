import * as z from "zod";

import { Month } from "./ledger.ts";
import { Money, PositiveMoney } from "./source.ts";

/** The class of a bill line; every line has exactly one. */
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
    "run: matched to a run; failed-run: matched to a run that failed or stopped reporting; no-run: GPU or compute time of no run; around-run: the machine of a run, before or after it; between-runs: the machine of several runs, between two of them; storage; egress; commitment-unused, capacity-unused: paid for but unused; not-work: tax, credit, support; other-service: not part of training",
  );
export type BillClass = z.infer<typeof BillClass>;

/** Amounts of one class of bill lines. */
export const ClassSum = z.strictObject({
  class: BillClass,
  lines: z.int().describe("Lines; a line that several runs share counts once for each part"),
  billedUsd: Money.describe("Sum of BilledCost"),
  effectiveUsd: Money.describe("Sum of EffectiveCost, an alternative view that is never added to the first"),
  share: z.number().nullable().describe("Share of the billed total; null if the total is zero"),
  isLeak: z.boolean().describe("This money was spent and no run accounts for it"),
  advice: z.string().describe("What to do about it"),
});
export type ClassSum = z.infer<typeof ClassSum>;

/** A value that was repaired during parsing. */
export const BillRepair = z.strictObject({
  column: z.string().describe("Column"),
  rule: z.string().describe("What was repaired"),
  count: z.int().describe("Rows"),
  example: z.string().describe("An example value, as written"),
});
export type BillRepair = z.infer<typeof BillRepair>;

/** An invoice entered by hand. */
export const InvoiceRequest = z.strictObject({
  number: z.string().min(1).max(80).describe("Number of the invoice"),
  seller: z.string().min(1).max(80).describe("Sender of the invoice"),
  usd: Money.describe("Amount in the stated currency; negative for a credit note"),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default("USD")
    .describe("Currency of the amount, ISO 4217"),
  from: z.iso.date().describe("First day of the billed period"),
  to: z.iso.date().describe("Day after the last day of the billed period"),
  service: z
    .string()
    .min(1)
    .max(80)
    .default("Compute")
    .describe("What was bought, as a FOCUS category: Compute, Storage ..."),
  resource: z
    .string()
    .max(200)
    .optional()
    .describe("Machine that the invoice is for, as in the tag tunewright.resource of runs"),
  run: z.string().max(64).optional().describe("Run that the invoice is for"),
  memo: z.string().min(1).max(300).default("invoice").describe("Description"),
});
export type InvoiceRequest = z.infer<typeof InvoiceRequest>;

/** A FOCUS rule that a file violates. */
export const BillRule = z.strictObject({
  id: z.string().describe("Id of the rule in the requirements model of FOCUS 1.2"),
  level: z.enum(["must", "should"]).describe("The rule as the specification states it"),
  text: z.string().describe("The rule in plain words"),
  count: z.int().describe("Rows that violate the rule; 1 for a missing column"),
  line: z.int().describe("First line that violates it"),
});
export type BillRule = z.infer<typeof BillRule>;

/** Result of a bill import. */
export const BillImport = z.strictObject({
  file: z.string().describe("File"),
  sha256: z.string().describe("SHA-256 of the file"),
  isRepeat: z.boolean().describe("The same file was already imported; nothing was written"),
  format: z.string().describe("Format that was recognised"),
  lines: z.int().describe("Lines"),
  currency: z.string().describe("Currency"),
  billedTotal: Money.describe("Sum of BilledCost, to the last digit"),
  effectiveTotal: Money.describe("Sum of EffectiveCost, to the last digit"),
  classes: z.array(ClassSum).describe("Totals by class; every line has exactly one class"),
  repairs: z.array(BillRepair).describe("Values that were repaired when they were read"),
  rules: z.array(BillRule).describe("Rules of FOCUS 1.2 that the file violates; empty for a mapped file or an invoice"),
  checkedRows: z.int().describe("Rows that were checked against these rules"),
  replaced: z
    .string()
    .nullable()
    .describe("Earlier file whose entries were reversed because this file replaces it; null if none"),
});
export type BillImport = z.infer<typeof BillImport>;

/** A request to move a bill line to another class. */
export const MatchRequest = z.strictObject({
  file: z.string().min(1).describe("Name of the imported bill"),
  line: z.int().min(1).describe("Line number"),
  class: BillClass,
  run: z.string().optional().describe("Full id of the run, for the classes run and failed-run"),
  by: z.string().min(1).max(80).describe("Who decided it"),
});
export type MatchRequest = z.infer<typeof MatchRequest>;

/** A bill line that was moved. */
export const MatchedLine = z.strictObject({
  file: z.string().describe("Name of the bill"),
  line: z.int().describe("Line number"),
  from: BillClass,
  to: BillClass,
  usd: Money.describe("Its BilledCost, in the currency of the bill"),
});
export type MatchedLine = z.infer<typeof MatchedLine>;

/** A bill sent in the body of a request. */
export const BillUpload = z.strictObject({
  name: z.string().min(1).max(200).describe("Name of the file; its extension decides how it is read"),
  contentBase64: z.string().describe("The file, in base64"),
  map: z.array(z.string()).default([]).describe("FOCUS columns by columns of the file, as in BilledCost=Amount"),
  replaces: z.string().optional().describe("Name or hash of the imported file that this one corrects"),
});
export type BillUpload = z.infer<typeof BillUpload>;

/** A bill whose bytes are the body of the request. */
export const BillFileUpload = BillUpload.omit({ contentBase64: true });
export type BillFileUpload = z.infer<typeof BillFileUpload>;

/** Costs of the ledger as FOCUS. */
export const FocusExport = z.strictObject({
  rows: z.int().describe("Rows"),
  csv: z.string().describe("The file: FOCUS 1.2, CSV"),
});
export type FocusExport = z.infer<typeof FocusExport>;

/** Exchange rate of a currency. */
export const CurrencyRate = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .describe("Currency, ISO 4217"),
  day: z.iso.date().describe("First day on which the rate applies"),
  usd: PositiveMoney.describe("US dollars per unit"),
  source: z.string().min(1).max(120).describe("Source of the rate"),
});
export type CurrencyRate = z.infer<typeof CurrencyRate>;

/** All stored exchange rates. */
export const CurrencyRates = z.strictObject({ rates: z.array(CurrencyRate).describe("Rates, by currency and day") });
export type CurrencyRates = z.infer<typeof CurrencyRates>;

/** Amounts of one class at one location, for the leakage report. */
const LeakPlace = z.strictObject({
  class: BillClass,
  place: z.string().describe("Machine, service or run that caused the charge"),
  lines: z.int().describe("Lines"),
  usd: Money.describe("BilledCost"),
  from: z.string().describe("Start of its first charge, ISO 8601"),
  to: z.string().describe("End of its last charge"),
  example: z.string().describe("File and line of the largest charge, in the form that ledger match accepts"),
});

/** Estimated and billed cost of one run. */
const RunBill = z.strictObject({
  runId: z.string().describe("The run"),
  name: z.string().describe("Its name"),
  accruedUsd: Money.nullable().describe("Cost accrued from its activity; null if it has no price"),
  billedUsd: Money.describe("EffectiveCost of the lines matched to the run"),
  differenceUsd: Money.nullable().describe("Billed less accrued"),
  ratio: z.number().nullable().describe("Billed divided by accrued; null if nothing was accrued"),
  billedCostUsd: Money.describe("BilledCost of the same lines, before commitments are spread over what used them"),
  basis: z.string().describe("Price that the accrued cost is based on"),
  reasons: z
    .array(z.string())
    .describe("Why accrued and billed differ, as far as it is known; empty if they are equal"),
});

/** A run whose GPUs were idle in some of the samples. */
export const IdleGpus = z.strictObject({
  runId: z.string().describe("Run"),
  name: z.string().describe("Its name"),
  gpus: z.int().describe("GPUs that were measured"),
  samples: z.int().describe("Samples of their utilization"),
  meanPercent: z.number().describe("Mean utilization, percent"),
  idleShare: z.number().describe("Share of the samples with less than 5 % utilization"),
  idleUsd: Money.nullable().describe("That share of the run's cost, an estimate; null if the cost is unknown"),
});
export type IdleGpus = z.infer<typeof IdleGpus>;

/** Query of the leakage report. */
export const LeakageQuery = z.strictObject({
  month: Month.optional().describe("Month, such as 2026-11: charges that end in this month; default: all charges"),
});

/** Billed costs that no run accounts for, and the comparison of the other bills with the estimates. */
export const LeakageReport = z.strictObject({
  month: z.string().nullable().describe("Month whose charges it covers, by their end; null: all charges"),
  bills: z.int().min(0).describe("Number of bills with such charges"),
  from: z.string().nullable().describe("Start of the first charge, ISO 8601; null without any"),
  to: z.string().nullable().describe("End of the last charge; null without any"),
  classes: z.array(ClassSum).describe("Every class, in US dollars"),
  billedUsd: Money.describe("All of these charges"),
  chargedUsd: Money.describe("These charges without tax, credit and support: the base of the leakage share"),
  leakUsd: Money.describe("The classes that count as leakage"),
  leakShare: z.number().nullable().describe("Leakage as a share of that base; null if the base is zero"),
  places: z.array(LeakPlace).describe("The largest leaks, largest first"),
  runs: z.array(RunBill).describe("Estimate and bill of each billed run, largest difference first"),
  idle: z
    .array(IdleGpus)
    .describe(
      "Runs with idle GPUs by their system metrics, most expensive first; part of the cost of runs, not of leakUsd",
    ),
  unbilled: z
    .strictObject({ runs: z.int().min(0).describe("Number of runs"), accruedUsd: Money.describe("Their cost") })
    .describe("Runs that accrued cost between the first and the last charge and have no line in a bill"),
  unconverted: z
    .array(
      z.strictObject({
        currency: z.string().describe("Currency"),
        amount: Money.describe("BilledCost in that currency"),
      }),
    )
    .describe("Bills in a currency without a stored rate; no figure above includes them"),
});
export type LeakageReport = z.infer<typeof LeakageReport>;
