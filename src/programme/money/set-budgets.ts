import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import type { BudgetList, BudgetRequest, BudgetScope, ReserveRequest } from "../../domain/money.ts";
import type { Store } from "../../store/open-store.ts";
import { readBudget } from "../budget/read-budget.ts";
import { budgetStates } from "./budget-state.ts";
import { release, reserve, setBudget } from "./budgets.ts";
import type { Pricing } from "./pricing.ts";

/** Input as typed; without a cap, the approved budget of the folder is used. */
export type TypedBudget = {
  capUsd?: string | undefined;
  scope: BudgetScope;
  key: string;
  period: "total" | "month";
  setBy?: string | undefined;
};

/**
 * The budgets that a user asks to set: one, or those of `budget.json`: the cap of the whole and of each activity.
 *
 * @throws Failure bad_input if there is neither a cap nor an approved budget, or no person is named
 */
export async function budgetRequests(
  dir: string,
  { capUsd, scope, key, period, setBy }: TypedBudget,
): Promise<BudgetRequest[]> {
  if (capUsd !== undefined) {
    if (setBy === undefined)
      throw new Failure("bad_input", "a budget needs the name of the person who set it", { hint: "add --set-by" });
    return [{ scope, key, capUsd, period, setBy, sourceSha256: null }];
  }
  const budget = await readBudget(dir);
  if (budget === undefined) {
    throw new Failure("bad_input", "there is no approved budget in this folder, and no cap was given", {
      hint: "tunewright plan budget approves one; or add --cap-usd",
    });
  }
  const common = { period: "total" as const, setBy: setBy ?? budget.approver, sourceSha256: budget.sha256 };
  const caps = new Map<string, bigint>();
  for (const { category, capUsd: cap } of budget.lines)
    caps.set(category, (caps.get(category) ?? 0n) + parseMoney(cap));
  // The whole comes last: it ends what an earlier approval set and this one does not.
  return [
    ...[...caps].map(([category, cap]) => ({
      scope: "activity" as const,
      key: category,
      capUsd: formatMoney(cap, 0),
      ...common,
    })),
    { scope: "programme", key: "", capUsd: budget.capUsd, ...common },
  ];
}

/** Sets a budget and returns all active ones. */
export async function setBudgets(
  store: Store,
  request: BudgetRequest,
  { pricing, now }: { pricing: Pricing; now: Date },
): Promise<BudgetList> {
  await setBudget(store, request, now.getTime());
  return { budgets: await budgetStates(store, pricing, now) };
}

/** Reserves money for a run, and returns all budgets. @throws Failure over_budget */
export async function reserveAndShow(store: Store, request: ReserveRequest, pricing: Pricing): Promise<BudgetList> {
  const now = pricing.now();
  await reserve(store, request, { pricing, now });
  return { budgets: await budgetStates(store, pricing, now) };
}

/** Releases the reservation of a run, and returns all budgets. */
export async function releaseAndShow(store: Store, runId: string, pricing: Pricing): Promise<BudgetList> {
  const now = pricing.now();
  await release(store, runId, now);
  return { budgets: await budgetStates(store, pricing, now) };
}
