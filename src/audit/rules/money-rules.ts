import { commandLine, commandLineIn } from "../../base/command-line.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { percent } from "../../base/words.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { BillClass, ClassSum } from "../../domain/bill.ts";
import type { BudgetShape, ReconciledLine } from "../../domain/cost.ts";
import type { Estimate } from "../../domain/estimate.ts";
import { pointRange } from "../../domain/point-range.ts";
import type { MoneyOverview } from "../../domain/money.ts";
import type { AuditFacts } from "../facts.ts";
import { noPrice, type Outcome, type Rule } from "../rule.ts";
import { ARTICLE_UNCLAIMED } from "../thresholds.ts";

/** Rule 5: people's work on data is budgeted as engineering. */
export const annotationAsEngineering: Rule = {
  id: "annotation-as-engineering",
  number: 5,
  mistake: "annotation booked as engineering",
  check: ({ programme, study, place }) => {
    const stated = study.reconciliation?.lines;
    if (stated === undefined) {
      return {
        state: "not-checkable",
        text: "Not checkable, because the programme states no budget and no hours by person: there is no evidence of where work was booked.",
        action: "set quoted in programme.yaml to the budget as booked",
      };
    }
    const data = sumOf(stated, "data");
    const engineering = sumOf(stated, "engineering");
    const ours = (category: string) => study.cost.categories.find((sum) => sum.category === category)?.cost ?? null;
    const [needed, expected] = [ours("data"), ours("engineering")];
    const evidence = [
      { place: place(["quoted", "lines"]), says: `data: ${dollars(data)}; engineering: ${dollars(engineering)}` },
    ] as const;
    if (needed === null || expected === null) {
      const text = "Not checkable, because the cost of the data or of the engineering is not estimated.";
      return { state: "not-checkable", text, action: "set data.minutesPerRow and team.engineerWeeks", evidence };
    }
    const estimates = `estimate: data ${dollarRange(needed)}, engineering ${dollarRange(expected)}`;
    if (data < needed.p10 && engineering > expected.p90) {
      const moved = (low: number, high: number): number => Math.max(0, Math.min(low, high));
      return {
        state: "finding",
        text: `The stated data line is below the estimate by as much as engineering is above it (${estimates}): data work seems to be booked as engineering.`,
        evidence,
        price: {
          p10: moved(needed.p10 - data, engineering - expected.p90),
          p50: moved(needed.p50 - data, engineering - expected.p50),
          p90: moved(needed.p90 - data, engineering - expected.p10),
          unit: "USD",
          basis: "the smaller of what data lacks and engineering exceeds: a misplaced amount, not a loss",
          n: 0,
          sources: [...needed.sources, ...expected.sources],
        },
        action: "book annotation under data, then run tunewright plan cost",
      };
    }
    return {
      state: "pass",
      text: `The stated budget of ${programme.quoted?.source ?? "its author"} does not show data work booked as engineering: the data line is not below its estimate, or engineering is not above its own (${estimates}).`,
      evidence,
    };
  },
};

/** Billed US dollars of some classes. Taxes, credits and support pay for nothing that runs, and belong to no run. */
function billedUsd({ classes }: MoneyOverview, keep: (sum: ClassSum) => boolean): number {
  return Number(formatMoney(classes.filter(keep).reduce((sum, { billedUsd }) => sum + parseMoney(billedUsd), 0n)));
}

function sumOf(lines: readonly ReconciledLine[], category: ReconciledLine["category"]): number {
  return lines.filter((line) => line.category === category).reduce((sum, line) => sum + Number(line.statedUsd), 0);
}

function dollars(value: number): string {
  return `${whole(value)} USD`;
}

function dollarRange({ p10, p90 }: Pick<Estimate, "p10" | "p90">): string {
  return `${whole(p10)}-${dollars(p90)}`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** An amount of a bill, to the cent. */
function cents(value: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

const PARTS: Readonly<Record<BudgetShape["shares"][number]["part"], string>> = {
  "data-and-evaluation": "data and evaluation",
  compute: "compute",
  mlops: "engineering and operations",
};

/**
 * Shares of the budget compared with the rule of the article: 60-70 % data and evaluation, 5-15 % compute, the rest.
 * Checks the quoted budget, because that was decided; otherwise the plan.
 */
export const budgetShape: Rule = {
  id: "budget-shape",
  number: null,
  mistake: "an unbalanced budget",
  check: ({ study, shownDir, quotedShape, place }) => {
    const plan = { place: "cost.shape of the study", says: `plan: ${sharesText(study.cost.shape)}` };
    const judged = quotedShape ?? study.cost.shape;
    const evidence: [AuditEvidence, ...AuditEvidence[]] = quotedShape
      ? [{ place: place(["quoted", "lines"]), says: `quoted: ${sharesText(quotedShape)}` }, plan]
      : [plan];
    const what = quotedShape ? "quoted budget" : "plan";
    const off = judged.shares.filter(({ verdict }) => verdict !== "within");
    if (off.length === 0) return { state: "pass", text: `The ${what} has the shape of the rule.`, evidence };
    return {
      state: "finding",
      text: `In the ${what}, ${off.map(({ part, verdict, advice }) => `${PARTS[part]} is ${verdict} the rule (${advice})`).join("; ")}.`,
      evidence,
      price: noPrice("a shape is not an amount of money", "tunewright plan cost shows the lines"),
      action: commandLine(["plan", "cost", shownDir]),
    };
  },
};

function sharesText({ shares }: BudgetShape): string {
  return shares
    .map(({ part, share, low, high }) => `${PARTS[part]} ${percent(share)} (rule: ${shareRange(low, high)})`)
    .join("; ");
}

/** A range of shares, as in `60-70 %`. */
function shareRange(low: number, high: number): string {
  return `${percent(low).replace(/ %$/, "")}-${percent(high)}`;
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
    return {
      state: "finding",
      text: `${percent(leak / charged)} of the bill belongs to no run; the article reports ${range}.`,
      evidence,
      price: {
        ...pointRange(leak),
        unit: "USD",
        basis: "billed amounts, no estimate",
        n: 0,
        sources: ["imported bills"],
      },
      action: "tunewright ledger show",
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
