import * as z from "zod";

import { Estimate, Quantity } from "./estimate.ts";
import { Figure } from "./figure.ts";
import { Money } from "./source.ts";

/** Part of a programme that a cost line belongs to. */
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

/** One activity of a programme and what it costs: every dollar of the total stands on exactly one line. */
export const CostLine = z.strictObject({
  id: z.string().describe("Dotted id, also of its figure: `cost.data.experts`"),
  category: CostCategory.describe("Part of the programme"),
  label: z.string().describe("The activity"),
  cost: Estimate.nullable().describe("US dollars; null where unknown"),
  reason: z.string().nullable().describe("Why it is unknown or zero; null elsewhere"),
  basis: z.string().describe("How it was computed, in words"),
});
export type CostLine = z.infer<typeof CostLine>;

/** One bar of a tornado chart: the total when one input stands at its low and at its high end. */
export const TornadoBar = z.strictObject({
  input: z.string().describe("Id of the figure that is moved"),
  label: z.string().describe("What it is"),
  lowUsd: z.number().describe("Median-based total with the input at its p10 (an estimate, not an amount)"),
  highUsd: z.number().describe("Median-based total with the input at its p90 (an estimate, not an amount)"),
});
export type TornadoBar = z.infer<typeof TornadoBar>;

/** Shares of the budget against the rule of 60-70 % data and evaluation, 5-15 % compute, the rest MLOps. */
export const BudgetShape = z.strictObject({
  shares: z.array(
    z.strictObject({
      part: z.enum(["data-and-evaluation", "compute", "mlops"]).describe("Part of the rule"),
      share: z.number().describe("Share of the total at the medians, 0-1"),
      low: z.number().describe("Low end of the rule"),
      high: z.number().describe("High end of the rule"),
      verdict: z.enum(["below", "within", "above"]).describe("Where it stands"),
      advice: z.string().describe("What to do when it is off; empty when it is not"),
    }),
  ),
});
export type BudgetShape = z.infer<typeof BudgetShape>;

/** One of our totals against the published envelope of the programme's class. */
export const EnvelopeCheck = z.strictObject({
  total: z.enum(["computeOnly", "endToEnd"]).describe("The total that is held against it"),
  class: z.string().describe("Programmes that the envelope is for"),
  assumption: z.string().describe("Assumption that holds the envelope"),
  low: z.number().describe("Its low end, US dollars"),
  high: z.number().describe("Its high end, US dollars"),
  ours: Quantity.describe("Our total, US dollars"),
  verdict: z.enum(["below", "within", "above", "unknown"]).describe("Our median against it"),
  times: z.number().nullable().describe("How many times our median lies outside its nearer end; null where within"),
  reason: z.string().describe("Why they differ, which is used and why"),
});
export type EnvelopeCheck = z.infer<typeof EnvelopeCheck>;

/** What a whole programme costs, line by line. */
export const ProgrammeCost = z.strictObject({
  lines: z.array(CostLine).describe("Every activity; unknown ones too"),
  categories: z
    .array(
      z.strictObject({
        category: CostCategory.describe("Part of the programme"),
        cost: Estimate.nullable().describe("Sum of its known lines, draw by draw; null where none is known"),
      }),
    )
    .describe("Sums by part of the programme"),
  computeOnly: Quantity.describe("Training compute of all runs; refused where no training line is known"),
  endToEnd: Estimate.describe("Everything to launch and six months of maintenance, without serving"),
  withServing: Quantity.describe("The same with six months of serving; refused where serving is unknown"),
  unknown: z.array(z.string()).describe("Ids of lines that are not in the totals because they are unknown"),
  envelopes: z
    .array(EnvelopeCheck)
    .describe("Our totals against the published envelope of the programme's class; empty where none covers it"),
  shape: BudgetShape.describe("Budget-shape check on `endToEnd`"),
  tornado: z.array(TornadoBar).describe("What drives the range, largest first"),
  tornadoBaseUsd: z
    .number()
    .describe("Total with every input at its median, where the bars start (an estimate, not an amount)"),
  draws: z.int().describe("Monte Carlo draws"),
  seed: z.int().describe("Seed of the draws"),
  figures: z.array(Figure).describe("Chain of every number"),
});
export type ProgrammeCost = z.infer<typeof ProgrammeCost>;

/** A stated line next to what its own inputs give and what we estimate. */
export const ReconciledLine = z.strictObject({
  category: CostCategory.describe("Part of the programme"),
  label: z.string().describe("As the author named it"),
  statedUsd: Money.describe("Stated amount"),
  fromInputsUsd: Money.nullable().describe("Quantity times price as stated; null where the author gives no inputs"),
  differenceUsd: Money.nullable().describe("`fromInputsUsd` less `statedUsd`"),
  ours: Estimate.nullable().describe("Our estimate for the same line; null where unknown"),
  verdict: z.enum(["inside", "below", "above", "unknown"]).describe("The stated amount against our p10-p90"),
  why: z.string().describe("Why ours differs, or where the author's inputs break the author's own ranges"),
});
export type ReconciledLine = z.infer<typeof ReconciledLine>;

/** A stated budget held against its own arithmetic and against our estimate. */
export const Reconciliation = z.strictObject({
  source: z.string().describe("Who stated it"),
  statedTotalUsd: Money.describe("Stated total"),
  sumOfLinesUsd: Money.describe("Sum of the stated lines"),
  addsUp: z.boolean().describe("The two are equal to the cent"),
  lines: z.array(ReconciledLine).describe("Line by line"),
  findings: z
    .array(z.string())
    .describe("Prices outside the author's own ranges, envelope and budget shape broken, break-even corrected"),
});
export type Reconciliation = z.infer<typeof Reconciliation>;
