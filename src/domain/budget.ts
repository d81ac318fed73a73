import * as z from "zod";

import { CostCategory } from "./cost.ts";
import { Day, PositiveMoney } from "./source.ts";

/** One line of an approved budget and its cap. */
export const BudgetLine = z.strictObject({
  id: z.string().describe("Id of the cost line"),
  category: CostCategory.describe("Part of the programme"),
  label: z.string().describe("The activity"),
  budgetUsd: PositiveMoney.describe(
    "Approved amount in whole dollars: the p50 of the estimate plus its share of the reserve",
  ),
  capUsd: PositiveMoney.describe(
    "Amount that must not be exceeded, in whole dollars: the p90 of the estimate to three significant digits, or the budget if that is more",
  ),
});
export type BudgetLine = z.infer<typeof BudgetLine>;

/** A cost line without an approved amount because its cost is unknown. */
export const NotBudgeted = z.strictObject({
  id: z.string().describe("Id of the cost line"),
  reason: z.string().describe("Why its cost is unknown, and what would make it known"),
});
export type NotBudgeted = z.infer<typeof NotBudgeted>;

/** `budget.json`: what was approved, by whom and on the basis of which plan. Later spending is compared with it. */
export const Budget = z.strictObject({
  version: z.literal(1).describe("Version of this schema"),
  programme: z.string().describe("Name of the programme"),
  approver: z.string().min(1).describe("Who approved it"),
  approvedOn: Day.describe("When it was approved"),
  note: z.string().describe("The approver's comment"),
  currency: z.literal("USD").describe("Currency of all amounts"),
  lines: z.array(BudgetLine).describe("The lines"),
  notBudgeted: z.array(NotBudgeted).describe("Lines with unknown cost; no amount of this budget includes them"),
  totalUsd: PositiveMoney.describe("Exact sum of the lines, without those of unknown cost"),
  capUsd: PositiveMoney.describe("Total cap: the p90 of the total, not the sum of the caps"),
  programmeSha256: z.string().describe("Hash of the approved programme file"),
  sha256: z.string().describe("Hash of this budget without this field, as canonical JSON"),
});
export type Budget = z.infer<typeof Budget>;
