import { Failure } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { formatMoney, parseMoney, PICO_PER_UNIT } from "../../base/money.ts";
import type { Budget, BudgetLine } from "../../domain/budget.ts";
import type { ProgrammeCost } from "../../domain/cost.ts";
import { type Estimate, knownOf } from "../../domain/estimate.ts";
import type { Programme } from "../../domain/programme.ts";
import { type Phase, phaseOf } from "../cost/phase.ts";
import { headline, splitBudget } from "./split-budget.ts";

/** Input of an approval. */
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

/** Amounts of a budget before its approval. */
export type Amounts = Pick<Budget, "lines" | "totalUsd" | "capUsd">;

/**
 * The budget for a cost: one line per activity with a cost, in whole dollars; undefined if no line is known.
 *
 * The total is the median of the whole to three significant digits, including serving if it is known. Medians of lines
 * do not sum to the median of a sum. What the total has in excess of them is a reserve, which is divided among the lines
 * in proportion to their spread; where it has less, it is raised until no line is below its own median. A stated cost is
 * unchanged. Amounts are rounded like the ranges shown with them, and the lines sum exactly to the total. A line's cap is
 * its own p90, never below its budget. The cap of the whole is the p90 of the whole, which is less than the sum of the
 * caps.
 */
export function budgetAmounts(cost: ProgrammeCost): Amounts | undefined {
  const known = cost.lines.flatMap(({ id, category, label, cost: estimate }) =>
    estimate !== null && estimate.p90 > 0 ? [{ id, category, label, estimate }] : [],
  );
  if (known.length === 0) return undefined;
  const whole = wholeOf(cost);
  const isStated = known.every(({ estimate }) => estimate.p10 === estimate.p90);
  const dollars = splitBudget(known, isStated ? Math.round(whole.p50) : headline(Math.round(whole.p50)));
  const total = dollars.reduce((sum, line) => sum + line, 0);
  const lines = known.map(({ id, category, label, estimate }, index): BudgetLine => {
    const budget = dollars[index]!;
    const cap = Math.max(budget, estimate.p10 === estimate.p90 ? 0 : headline(Math.ceil(estimate.p90)));
    return { id, category, label, budgetUsd: usd(budget), capUsd: usd(cap) };
  });
  return { lines, totalUsd: usd(total), capUsd: usd(Math.max(total, headline(Math.ceil(whole.p90)))) };
}

/** The cost of the whole, with serving if its median is known; an unknown high end is as far from it as the low one. */
function wholeOf({ withServing, endToEnd }: ProgrammeCost): Pick<Estimate, "p50" | "p90"> {
  const known = knownOf(withServing) ?? endToEnd;
  return { p50: known.p50, p90: known.p90 ?? 2 * known.p50 - (known.p10 ?? known.p50) };
}

/** The amount of each phase; the three sum exactly to the total. */
export function budgetPhases(lines: readonly BudgetLine[]): Record<Phase, string> {
  const sum = (phase: Phase): string =>
    formatMoney(
      lines
        .filter(({ category }) => phaseOf(category) === phase)
        .reduce((total, line) => total + parseMoney(line.budgetUsd), 0n),
    );
  return { launch: sum("launch"), maintenance: sum("maintenance"), serving: sum("serving") };
}

/**
 * The approved budget of a programme: its amounts, its approver, and the plan on which it is based.
 *
 * @throws Failure bad_input if no approver is named or no line is known
 */
export function approveBudget(approval: Approval): Budget {
  const { programme, cost, approver, approvedOn, note, programmeSha256 } = approval;
  if (approver.trim() === "")
    throw new Failure("bad_input", "a budget needs the name of its approver", {
      hint: "add --approver with the name of the person who approves",
    });
  const amounts = budgetAmounts(cost);
  if (amounts === undefined) {
    throw new Failure("bad_input", "no line of the programme has a known cost: there is nothing to approve", {
      hint: "tunewright plan cost lists what is missing",
    });
  }
  const body = {
    version: 1 as const,
    programme: programme.name,
    approver: approver.trim(),
    approvedOn,
    note,
    currency: "USD" as const,
    ...amounts,
    notBudgeted: cost.lines
      .filter((line) => line.cost === null)
      .map(({ id, reason }) => ({ id, reason: reason ?? "unknown" })),
    programmeSha256,
  };
  return { ...body, sha256: sha256(canonicalJson(body)) };
}

/** True if a budget is unchanged since its approval: its hash matches its content. */
export function isBudgetIntact({ sha256: hash, ...body }: Budget): boolean {
  return hash === sha256(canonicalJson(body));
}

function usd(dollars: number): string {
  return formatMoney(BigInt(dollars) * PICO_PER_UNIT);
}
