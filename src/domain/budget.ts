import * as z from "zod";

import { CostCategory } from "./cost.ts";
import { Day, PositiveMoney } from "./source.ts";

/** One line of an approved budget and its cap. */
export const BudgetLine = z.strictObject({
  id: z.string().describe("Id of the cost line"),
  category: CostCategory.describe("Part of the programme"),
  label: z.string().describe("The activity"),
  budgetUsd: PositiveMoney.describe("Approved amount in whole dollars: the estimate's p50 and its part of the reserve"),
  capUsd: PositiveMoney.describe("Amount that must not be exceeded: the estimate's p90, in whole dollars"),
});
export type BudgetLine = z.infer<typeof BudgetLine>;

/** A cost line without an approved amount: what it costs is unknown. */
export const NotBudgeted = z.strictObject({
  id: z.string().describe("Id of the cost line"),
  reason: z.string().describe("Why its cost is unknown, and what would make it known"),
});
export type NotBudgeted = z.infer<typeof NotBudgeted>;

/** `budget.json`: what was approved, by whom, on which plan. Later spending is metered against it. */
export const Budget = z.strictObject({
  version: z.literal(1).describe("Version of this schema"),
  programme: z.string().describe("Name of the programme"),
  approver: z.string().min(1).describe("Who approved it"),
  approvedOn: Day.describe("When"),
  note: z.string().describe("Words of the approver"),
  currency: z.literal("USD").describe("Currency of all amounts"),
  lines: z.array(BudgetLine).describe("The lines"),
  notBudgeted: z.array(NotBudgeted).describe("Lines of unknown cost: in no amount of this budget"),
  totalUsd: PositiveMoney.describe("Sum of the budgets, exactly; without the lines that are not budgeted"),
  capUsd: PositiveMoney.describe("Cap of the whole: the total's own p90, not the sum of the caps"),
  programmeSha256: z.string().describe("Hash of the programme file that was approved"),
  sha256: z.string().describe("Hash of this budget without this field, as canonical JSON"),
});
export type Budget = z.infer<typeof Budget>;
