import { wrapText } from "../../base/text-table.ts";
import type { CostPlan } from "../../domain/cost-plan.ts";
import { priceLines } from "../../plan/cost/price-line.ts";
import { programmeCostText } from "../../plan/cost/programme-cost-text.ts";
import { paybackText } from "../../plan/payback/payback-text.ts";
import { choiceLines } from "../../plan/serving/choice-text.ts";
import { reconcileText } from "../../plan/reconcile/reconcile-text.ts";

/** Text of a programme's cost: its lines, its payback, and a quoted budget if it has one. */
export function costPlanText({ programme, cost, usdPerGpuHour, serving, payback, reconciliation }: CostPlan): string {
  const hardware = [...priceLines("training", usdPerGpuHour), ...(serving === null ? [] : choiceLines(serving))];
  return [
    programmeCostText(programme, cost),
    hardware.map((line) => wrapText(line)).join("\n"),
    paybackText(payback),
    ...(reconciliation === null ? [] : [reconcileText(reconciliation)]),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
