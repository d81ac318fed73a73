import * as z from "zod";

import { Money, PositiveMoney } from "./source.ts";

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
