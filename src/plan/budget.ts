import { Failure } from "../base/failure.ts";
import { canonicalJson, sha256 } from "../base/hash.ts";
import { formatMoney, PICO_PER_UNIT, splitMoney } from "../base/money.ts";
import type { Budget, BudgetLine } from "../domain/budget.ts";
import type { ProgrammeCost } from "../domain/cost.ts";
import type { Estimate } from "../domain/estimate.ts";
import type { Programme } from "../domain/programme.ts";

/** What an approval is made of. */
export type Approval = {
  programme: Programme;
  cost: ProgrammeCost;
  approver: string;
  /** Day of the approval, YYYY-MM-DD. */
  approvedOn: string;
  note: string;
  /** Hash of the `programme.yaml` that the cost was computed from. */
  programmeSha256: string;
};

/**
 * The approved budget of a programme: one line per activity that costs something, in whole dollars.
 *
 * The total is the median of the whole, serving included where it is known. Medians of lines do not sum to the median
 * of a sum (skewed lines sum to more), so what is left is a reserve that goes to the lines in proportion to their
 * spread: a line whose cost is fixed gets none of it. Whole dollars by largest remainder: the lines sum to the total
 * exactly. A line's cap is its own p90, never below its budget; the cap of the whole is the p90 of the whole, which
 * is less than the sum of the caps.
 *
 * @throws Failure bad_input where no approver is named or no line is known
 */
export function approveBudget(approval: Approval): Budget {
  const { programme, cost, approver, approvedOn, note, programmeSha256 } = approval;
  if (approver.trim() === "") throw new Failure("bad_input", "a budget needs the name of its approver");
  const known = cost.lines.flatMap(({ id, category, label, cost: estimate }) =>
    estimate !== null && estimate.p90 > 0 ? [{ id, category, label, estimate }] : [],
  );
  if (known.length === 0) {
    throw new Failure("bad_input", "no line of the programme has a known cost: there is nothing to approve", {
      hint: "tunewright plan cost says what is missing",
    });
  }
  const total = Math.round(cost.withServing.p50);
  const dollars = wholeDollars(
    known.map(({ estimate }) => estimate),
    total,
  );
  const lines = known.map(({ id, category, label, estimate }, index): BudgetLine => {
    const budget = dollars[index]!;
    const cap = BigInt(Math.ceil(estimate.p90));
    return { id, category, label, budgetUsd: usd(budget), capUsd: usd(cap > budget ? cap : budget) };
  });
  const body = {
    version: 1 as const,
    programme: programme.name,
    approver: approver.trim(),
    approvedOn,
    note,
    currency: "USD" as const,
    lines,
    totalUsd: usd(BigInt(total)),
    capUsd: usd(BigInt(Math.ceil(cost.withServing.p90))),
    programmeSha256,
  };
  return { ...body, sha256: sha256(canonicalJson(body)) };
}

/** Medians plus each line's part of the reserve, in whole dollars that sum to the total exactly. */
function wholeDollars(estimates: readonly Estimate[], total: number): bigint[] {
  const sum = (value: (estimate: Estimate) => number): number =>
    estimates.reduce((all, estimate) => all + value(estimate), 0);
  const spread = sum(({ p10, p90 }) => p90 - p10);
  const reserve = total - sum(({ p50 }) => p50);
  const wanted = estimates.map(({ p10, p50, p90 }) =>
    Math.max(0, p50 + (spread === 0 ? 0 : (reserve * (p90 - p10)) / spread)),
  );
  // The wanted amounts sum to the total but for their cents, so that sharing it out only rounds them.
  return splitMoney(
    BigInt(total),
    wanted.map((amount) => BigInt(Math.round(amount * 100))),
  );
}

/** True where a budget is as it was approved: its hash fits its content. */
export function isBudgetIntact({ sha256: hash, ...body }: Budget): boolean {
  return hash === sha256(canonicalJson(body));
}

function usd(dollars: bigint): string {
  return formatMoney(dollars * PICO_PER_UNIT);
}
