import * as z from "zod";

import { Estimate, Quantity } from "./estimate.ts";
import { Figure } from "./figure.ts";
import { Money } from "./source.ts";

/** Part of a programme to which a cost line belongs. */
export const CostCategory = z.enum([
  "data",
  "training",
  "evaluation",
  "engineering",
  "serving",
  "maintenance",
  "compliance",
]);
export type CostCategory = z.infer<typeof CostCategory>;

/** One activity of a programme and its cost: every dollar of the total is on exactly one line. */
export const CostLine = z.strictObject({
  id: z.string().describe("Dotted id, also of its figure: `cost.data.experts`"),
  category: CostCategory.describe("Part of the programme"),
  label: z.string().describe("The activity"),
  cost: Estimate.nullable().describe("US dollars; null if unknown"),
  openEnd: z
    .string()
    .optional()
    .describe("Why the high end is unknown: p90 then takes the high side to be as wide as the low one"),
  reason: z.string().nullable().describe("Why it is unknown or zero; otherwise null"),
  basis: z.string().describe("How it was computed"),
});
export type CostLine = z.infer<typeof CostLine>;

/** One bar of a tornado chart: the total with one input at its low end and at its high end. */
export const TornadoBar = z.strictObject({
  input: z.string().describe("Id of the figure that varies"),
  label: z.string().describe("Name of the input"),
  lowUsd: z
    .number()
    .describe("Total with the input at its p10 and all others at the median (an estimate, not an amount)"),
  highUsd: z
    .number()
    .describe("Total with the input at its p90 and all others at the median (an estimate, not an amount)"),
});
export type TornadoBar = z.infer<typeof TornadoBar>;

/** Shares of the budget compared with the rule: 60-70 % data and evaluation, 5-15 % compute, the rest MLOps. */
export const BudgetShape = z.strictObject({
  shares: z.array(
    z.strictObject({
      part: z.enum(["data-and-evaluation", "compute", "mlops"]).describe("Part of the rule"),
      share: z.number().describe("Share of the total at the medians, 0-1"),
      low: z.number().describe("Low end of the rule"),
      high: z.number().describe("High end of the rule"),
      verdict: z.enum(["below", "within", "above"]).describe("Below, within or above the rule"),
      advice: z.string().describe("What to do if it is outside the rule; otherwise empty"),
    }),
  ),
});
export type BudgetShape = z.infer<typeof BudgetShape>;

/** One of our totals compared with the published range for the programme's class. */
export const EnvelopeCheck = z.strictObject({
  total: z.enum(["computeOnly", "endToEnd"]).describe("The total that is compared"),
  class: z.string().describe("Programmes that the envelope covers"),
  assumption: z.string().describe("Assumption with the envelope"),
  low: z.number().describe("Low end of the envelope, US dollars"),
  high: z.number().describe("High end of the envelope, US dollars"),
  ours: Quantity.describe("Our total, US dollars"),
  verdict: z.enum(["below", "within", "above", "unknown"]).describe("Our median compared with the envelope"),
  times: z.number().nullable().describe("Factor by which our median lies outside the nearer end; null if it is inside"),
  reason: z.string().describe("Why they differ, which one is used and why"),
});
export type EnvelopeCheck = z.infer<typeof EnvelopeCheck>;

/** Cost of a complete programme, by line. */
export const ProgrammeCost = z.strictObject({
  lines: z.array(CostLine).describe("All activities, including those of unknown cost"),
  categories: z
    .array(
      z.strictObject({
        category: CostCategory.describe("Part of the programme"),
        cost: Estimate.nullable().describe("Sum of its known lines, draw by draw; null if none is known"),
      }),
    )
    .describe("Sums by part of the programme"),
  computeOnly: Quantity.describe("Training compute of all runs; refused if no training line is known"),
  endToEnd: Estimate.describe("All cost to launch plus six months of maintenance, without serving"),
  withServing: Quantity.describe("End-to-end cost plus six months of serving; refused if serving is unknown"),
  unknown: z.array(z.string()).describe("Ids of lines that the totals exclude because they are unknown"),
  envelopes: z
    .array(EnvelopeCheck)
    .describe("Our totals compared with the published envelope of the programme's class; empty if none covers it"),
  shape: BudgetShape.describe("Budget shape of `endToEnd`"),
  tornado: z.array(TornadoBar).describe("What drives the range, largest first"),
  tornadoBaseUsd: z
    .number()
    .describe("Total with every input at its median, the origin of the bars (an estimate, not an amount)"),
  draws: z.int().describe("Monte Carlo draws"),
  seed: z.int().describe("Seed of the draws"),
  figures: z.array(Figure).describe("Chain of every number"),
});
export type ProgrammeCost = z.infer<typeof ProgrammeCost>;

/** A quoted budget line, compared with its own inputs and with our estimate. */
export const ReconciledLine = z.strictObject({
  category: CostCategory.describe("Part of the programme"),
  label: z.string().describe("Name of the line, as stated"),
  statedUsd: Money.describe("Stated amount"),
  fromInputsUsd: Money.nullable().describe("Quantity times price as stated; null if no inputs are stated"),
  differenceUsd: Money.nullable().describe("`fromInputsUsd` less `statedUsd`"),
  ours: Estimate.nullable().describe("Our estimate for the same line; null if unknown"),
  verdict: z.enum(["inside", "below", "above", "unknown"]).describe("The stated amount compared with our p10-p90"),
  why: z.string().describe("Why ours differs, or which of the article's ranges the inputs violate"),
});
export type ReconciledLine = z.infer<typeof ReconciledLine>;

/** A quoted budget, compared with its own arithmetic and with our estimate. */
export const Reconciliation = z.strictObject({
  source: z.string().describe("Who stated it"),
  statedTotalUsd: Money.describe("Stated total"),
  sumOfLinesUsd: Money.describe("Sum of the stated lines"),
  addsUp: z.boolean().describe("The two are equal to the cent"),
  lines: z.array(ReconciledLine).describe("Comparison by line"),
  findings: z
    .array(z.string())
    .describe("Prices outside the article's ranges, deviations from envelope and budget shape, corrected break-even"),
});
export type Reconciliation = z.infer<typeof Reconciliation>;
