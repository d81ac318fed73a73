import type { Assumption } from "../../domain/assumption.ts";
import type { BudgetShape } from "../../domain/cost.ts";
import type { BudgetPart } from "./cost-facts.ts";

/** Advice for a part of the budget that is outside the rule. */
const ADVICE: Readonly<Record<BudgetPart, { below: string; above: string }>> = {
  "data-and-evaluation": {
    below:
      "move money to data, labelling and evaluation: they decide quality, and the rule gives them most of the budget",
    above:
      "check that engineering and maintenance are not missing from the plan: data alone does not run in production",
  },
  compute: {
    below:
      "a small share of compute is not an error: check only that sweeps, repeats and the preference pass are planned",
    above: "stop sweeps early, use spot or neocloud GPUs, or train an adapter instead of all weights",
  },
  mlops: {
    below: "check that engineering until launch, monitoring and compliance are planned in full",
    above: "reuse a training and serving stack instead of building one, or book annotation labour as data",
  },
};

/** The parts of the rule, in order. */
const PARTS = ["data-and-evaluation", "compute", "mlops"] as const;

/**
 * Shares of a budget compared with the rule: 60-70 % data, evaluation and labelling, 5-15 % compute, the rest MLOps.
 *
 * @param amounts  US dollars by part; parts may repeat
 */
export function budgetShape(
  amounts: readonly { part: BudgetPart; usd: number }[],
  assumption: (id: string) => Assumption,
): BudgetShape {
  const total = amounts.reduce((sum, { usd }) => sum + usd, 0);
  const shares = PARTS.map((part) => {
    const { p10: low, p90: high } = assumption(`shape.${part}.share`);
    const usd = amounts.filter((amount) => amount.part === part).reduce((sum, amount) => sum + amount.usd, 0);
    const share = total === 0 ? 0 : usd / total;
    const verdict = share < low ? ("below" as const) : share > high ? ("above" as const) : ("within" as const);
    return { part, share, low, high, verdict, advice: verdict === "within" ? "" : ADVICE[part][verdict] };
  });
  return { shares };
}
