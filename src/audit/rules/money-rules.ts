import { commandLineIn } from "../../base/command-line.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { percent, span, usd } from "../../base/words.ts";
import type { BillClass, ClassSum } from "../../domain/bill.ts";
import type { Estimate } from "../../domain/estimate.ts";
import { pointRange } from "../../domain/point-range.ts";
import type { MoneyOverview } from "../../domain/money.ts";
import type { AuditFacts } from "../facts.ts";
import type { Outcome, Rule } from "../rule.ts";
import { ARTICLE_UNCLAIMED } from "../thresholds.ts";
import { shareRange } from "./budget-shape-rule.ts";

/** Billed US dollars of some classes. Taxes, credits and support pay for nothing that runs, and belong to no run. */
function billedUsd({ classes }: MoneyOverview, keep: (sum: ClassSum) => boolean): number {
  return Number(formatMoney(classes.filter(keep).reduce((sum, { billedUsd }) => sum + parseMoney(billedUsd), 0n)));
}

/** An amount in whole dollars. */
export function dollars(value: number): string {
  return `${whole(value)} USD`;
}

/** The range of an estimate in dollars. */
export function dollarRange(estimate: Pick<Estimate, "p10" | "p90">): string {
  return `${span(estimate, usd)} USD`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** An amount of a bill, to the cent. */
function cents(value: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** Billed money that no run accounts for. */
export const unclaimedSpend: Rule = {
  id: "unclaimed-spend",
  number: null,
  mistake: "spend that no run claims",
  check: ({ spend }: AuditFacts) => {
    const overview = spend?.overview;
    if (overview === undefined || overview.classes.length === 0) return withoutBill(overview, "no bill was imported");
    const charged = billedUsd(overview, ({ class: name }) => name !== "not-work");
    if (charged <= 0) return withoutBill(overview, "the imported bills charge nothing but taxes, credits and support");
    const leak = Number(overview.leakUsd);
    const range = shareRange(ARTICLE_UNCLAIMED.low, ARTICLE_UNCLAIMED.high);
    const says = `${cents(leak)} of ${cents(charged)} USD charged, without taxes, credits and support, belongs to no run (${percent(leak / charged)}; the article: ${range})`;
    const evidence = [{ place: "ledger, imported bills", says }] as const;
    if (leak <= 0) return { state: "pass", text: "Every billed dollar has a run.", evidence };
    const hasRuns = spend !== null && spend.runs > 0;
    return {
      state: "finding",
      text: `${percent(leak / charged)} of the bill belongs to no run; ${hasRuns ? `the article reports ${range}.` : "no run is logged that could claim it, so import the runs before you judge this share."}`,
      evidence,
      price: {
        ...pointRange(leak),
        unit: "USD",
        basis: "billed amounts, no estimate",
        n: 0,
        sources: ["imported bills"],
      },
      action: hasRuns ? "tunewright ledger show" : "tunewright runs import SOURCE, then tunewright ledger leaks",
    };
  },
};

/** The answer without a bill in US dollars: a bill in another currency needs its exchange rate first. */
function withoutBill(overview: MoneyOverview | undefined, because: string): Outcome {
  const [first, ...rest] = overview?.unconverted ?? [];
  if (first === undefined) {
    return {
      state: "not-checkable",
      text: `Not checkable, because ${because}.`,
      action: "tunewright ledger import BILL.csv",
    };
  }
  const sums = [first, ...rest].map(({ amount, currency }) => `${amount} ${currency}`).join(", ");
  return {
    state: "not-checkable",
    text: `Not checkable, because bills of ${sums} are not converted to US dollars.`,
    action: `tunewright ledger rate --currency ${first.currency} --usd RATE --day DAY --source SOURCE`,
    evidence: [{ place: "ledger, imported bills", says: `${sums} without an exchange rate` }],
  };
}

/** Classes of bill lines that belong to a run. */
const OF_RUNS: ReadonlySet<BillClass> = new Set(["run", "failed-run"]);

/** Bills of runs above the range that the plan gives for training. */
export const billAboveEstimate: Rule = {
  id: "bill-above-estimate",
  number: null,
  mistake: "runs that cost more than their estimate",
  check: ({ spend, study, shownDir }: AuditFacts) => {
    const { cost } = study.training;
    const overview = spend?.overview;
    const billed = overview === undefined ? 0 : billedUsd(overview, ({ class: name }) => OF_RUNS.has(name));
    if (billed <= 0) return withoutBill(overview, "no imported bill belongs to a run");
    if ("refused" in cost) {
      const text = `Not checkable, because the training is not estimated: ${cost.refused}.`;
      return { state: "not-checkable", text, action: cost.hint };
    }
    const evidence = [
      { place: "ledger, imported bills", says: `${dollars(billed)} belong to runs` },
      { place: "training of the study", says: `estimate of all runs: ${dollarRange(cost)}` },
    ] as const;
    if (billed <= cost.p90)
      return { state: "pass", text: "The bills of runs are not above the estimate of all runs.", evidence };
    return {
      state: "finding",
      text: `The bills of runs are above the estimate of all training runs, by ${dollars(billed - cost.p90)} at least.`,
      evidence,
      price: {
        p10: billed - cost.p90,
        p50: billed - cost.p50,
        p90: billed - cost.p10,
        unit: "USD",
        basis: "billed amount less the estimate",
        n: 0,
        sources: ["imported bills", ...cost.sources],
      },
      action: commandLineIn(shownDir, ["runs", "list"]),
    };
  },
};
