import { commandLine } from "../../base/command-line.ts";
import { percent, usd } from "../../base/words.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { BudgetShape } from "../../domain/cost.ts";
import { noPrice, type Rule } from "../rule.ts";
import { ACTUALS_FROM } from "../thresholds.ts";

const PARTS: Readonly<Record<BudgetShape["shares"][number]["part"], string>> = {
  "data-and-evaluation": "data and evaluation",
  compute: "compute",
  mlops: "engineering and operations",
};

/**
 * Shares of the budget compared with the rule of the article: 60-70 % data and evaluation, 5-15 % compute, the rest.
 * Checks the quoted budget, because that was decided, otherwise the plan; and what was spent, once it is a large part of
 * the plan: a programme spends on data first.
 */
export const budgetShape: Rule = {
  id: "budget-shape",
  number: null,
  mistake: "an unbalanced budget",
  check: ({ study, shownDir, quotedShape, actual, place }) => {
    const plan = { place: "cost.shape of the study", says: `plan: ${sharesText(study.cost.shape)}` };
    const spent = actual === null ? 0 : actual.totalUsd / study.cost.endToEnd.p50;
    const evidence: [AuditEvidence, ...AuditEvidence[]] = [
      ...(quotedShape ? [{ place: place(["quoted", "lines"]), says: `quoted: ${sharesText(quotedShape)}` }] : []),
      plan,
      ...(actual === null
        ? []
        : [
            {
              place: "ledger",
              says: `spent: ${sharesText(actual.shape)}; ${usd(actual.totalUsd)} USD, ${percent(spent)} of the plan${spent < ACTUALS_FROM ? ", too little to judge its shape" : ""}`,
            },
          ]),
    ] as [AuditEvidence, ...AuditEvidence[]];
    const judged = [
      { what: quotedShape ? "the quoted budget" : "the plan", shape: quotedShape ?? study.cost.shape },
      ...(actual !== null && spent >= ACTUALS_FROM ? [{ what: "what was spent", shape: actual.shape }] : []),
    ];
    const off = judged.filter(({ shape }) => shape.shares.some(({ verdict }) => verdict !== "within"));
    if (off.length === 0) {
      const what = judged.map((each) => each.what).join(" and ");
      return {
        state: "pass",
        text: `${what[0]!.toUpperCase()}${what.slice(1)} ${judged.length === 1 ? "has" : "have"} the shape of the rule.`,
        evidence,
      };
    }
    return {
      state: "finding",
      text: off.map(({ what, shape }) => `In ${what}, ${offText(shape)}.`).join(" "),
      evidence,
      price: noPrice("a shape is not an amount of money", "tunewright plan cost shows the lines"),
      action: commandLine(["plan", "cost", shownDir]),
    };
  },
};

function offText({ shares }: BudgetShape): string {
  return shares
    .filter(({ verdict }) => verdict !== "within")
    .map(({ part, verdict, advice }) => `${PARTS[part]} is ${verdict} the rule (${advice})`)
    .join("; ");
}

function sharesText({ shares }: BudgetShape): string {
  return shares
    .map(({ part, share, low, high }) => `${PARTS[part]} ${percent(share)} (rule: ${shareRange(low, high)})`)
    .join("; ");
}

/** A range of shares, such as `60-70 %`. */
export function shareRange(low: number, high: number): string {
  return `${percent(low).replace(/ %$/, "")}-${percent(high)}`;
}
