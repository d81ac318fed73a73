import type { CostPlan } from "../../domain/cost-plan.ts";
import { programmeCostText } from "../../plan/cost/programme-cost-text.ts";
import { paybackText } from "../../plan/payback/payback-text.ts";
import { reconcileText } from "../../plan/reconcile/reconcile-text.ts";

/** Text of a programme's cost: its lines, its payback, and a quoted budget if it has one. */
export function costPlanText({ programme, cost, payback, reconciliation }: CostPlan): string {
  return [
    programmeCostText(programme, cost),
    paybackText(payback),
    ...(reconciliation === null ? [] : [reconcileText(reconciliation)]),
  ].join("\n\n");
}
