import { Failure } from "../base/failure.ts";
import { canonicalJson, sha256 } from "../base/hash.ts";
import { formatMoney, PICO_PER_UNIT, splitMoney } from "../base/money.ts";
import type { Budget, BudgetLine } from "../domain/budget.ts";
import type { ProgrammeCost } from "../domain/cost.ts";
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
 * of a sum, so the total is shared out in proportion to the lines' medians by largest remainder: the lines sum to it
 * exactly. A line's cap is its own p90, never below its budget; the cap of the whole is the p90 of the whole, which
 * is less than the sum of the caps.
 *
 * @throws Failure bad_input where no approver is named or no line is known
 */
export function approveBudget(approval: Approval): Budget {
  const { programme, cost, approver, approvedOn, note, programmeSha256 } = approval;
  if (approver.trim() === "") throw new Failure("bad_input", "a budget needs the name of its approver");
  const known = cost.lines.flatMap(({ id, category, label, cost: estimate }) =>
    estimate !== null && estimate.p90 > 0 ? [{ id, category, label, p50: estimate.p50, p90: estimate.p90 }] : [],
  );
  const weights = known.map(({ p50 }) => BigInt(Math.round(p50 * 100)));
  if (weights.every((weight) => weight === 0n)) {
    throw new Failure("bad_input", "no line of the programme has a known cost: there is nothing to approve", {
      hint: "tunewright plan cost says what is missing",
    });
  }
  const totalDollars = BigInt(Math.round(cost.withServing.p50));
  // Split in units of a dollar: what is shared out are whole dollars, not fractions of one.
  const dollars = splitMoney(totalDollars, weights);
  const lines = known.map(({ id, category, label, p90 }, index): BudgetLine => {
    const budget = dollars[index]!;
    const cap = BigInt(Math.ceil(p90));
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
    totalUsd: usd(totalDollars),
    capUsd: usd(BigInt(Math.ceil(cost.withServing.p90))),
    programmeSha256,
  };
  return { ...body, sha256: sha256(canonicalJson(body)) };
}

/** True where a budget is as it was approved: its hash fits its content. */
export function isBudgetIntact({ sha256: hash, ...body }: Budget): boolean {
  return hash === sha256(canonicalJson(body));
}

function usd(dollars: bigint): string {
  return formatMoney(dollars * PICO_PER_UNIT);
}
