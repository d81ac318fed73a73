import { type Change, known, UNKNOWN } from "../changed-facts.ts";
import { type RuleCase, both } from "./rule-case.ts";

const payback = (over: object): Change => ({ payback: over });

/** An alternative that costs so much over 24 months, where the programme costs 100,000 USD. */
const alternative = (id: string, usd24Months: number): Change => ({
  alternatives: {
    own24Months: known(100_000),
    best: id,
    options: [{ id, label: "another", usd24Months: known(usd24Months), usdPerMonth: known(1) }],
  },
});

const GPU_COST = { p10: 1660, p50: 1930, p90: 2210, unit: "USD/month", basis: "", n: 0, sources: [] };
const STATED_PRICE = { gpu: "L40S", priceNote: null, gpuUsdPerMonth: GPU_COST };

/** Serving hardware whose replica meets no SLO at the slow end of its range, or does. */
const slowEnd = (isSlow: boolean, monthlyUsd?: string): Change => {
  const { p10, p50, unit } = GPU_COST;
  const open = { refused: "the slow end meets no SLO", hint: "measure", known: { p10, p50, unit } };
  const chosen = { ...STATED_PRICE, gpuUsdPerMonth: isSlow ? open : GPU_COST };
  return { serving: { chosen, requests: { basis: "stated" } }, programme: { serving: { monthlyUsd } } };
};

const weakPrice = (priceNote: string | null): Change => ({
  serving: { chosen: { ...STATED_PRICE, priceNote }, requests: { basis: "stated" } },
  programme: { serving: { monthlyUsd: undefined } },
});

const shares = (verdict: string): Change => ({
  cost: { shape: { shares: [{ part: "data-and-evaluation", share: 0.3, low: 0.35, high: 0.6, verdict }] } },
});

/** Lines of the cost, of which one is unknown. */
const unknownLine = (category: string, cost: object | null): Change => ({
  cost: { lines: [{ id: "x", category, label: "a line", cost }], unknown: cost === null ? ["a line"] : [] },
});

const labelling = (p50: number, isAssumed: boolean): Change => ({
  payback: { investment: known(100_000) },
  cost: {
    lines: [{ id: "cost.data.experts", category: "data", label: "Experts", cost: known(p50) }],
    figures: isAssumed ? [{ id: "labelling.minutesPerRow", p10: 1, p50: 2, p90: 3 }] : [],
  },
});

/** Cases of the risks of the money: of each rule one for every severity that it has. */
export const MONEY_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  "money.spend-below-rule": [
    {
      fires: { methodFacts: { apiUsdPerMonth: "4999", laborUsdPerMonth: undefined } },
      as: "high",
      near: { methodFacts: { apiUsdPerMonth: "5000", laborUsdPerMonth: undefined } },
    },
  ],
  "money.assumption-without-effect": [
    {
      fires: { programme: { assumptions: { "leak.share": {} } } },
      as: "low",
      near: { programme: { assumptions: { "dataset.rights.usd": {} } } },
    },
  ],
  "money.saving-unknown": [
    { fires: payback({ monthlySaving: UNKNOWN }), as: "high", near: payback({ monthlySaving: known(0) }) },
  ],
  "money.serving-unknown": [
    { fires: payback({ monthlyServing: UNKNOWN }), as: "high", near: payback({ monthlyServing: known(0) }) },
  ],
  "money.request-lengths": [
    {
      fires: {
        serving: { chosen: STATED_PRICE, requests: { basis: "default" } },
        programme: { serving: { monthlyUsd: undefined } },
      },
      as: "high",
      near: {
        serving: { chosen: STATED_PRICE, requests: { basis: "default" } },
        programme: { serving: { monthlyUsd: "1" } },
      },
    },
  ],
  "money.alternative": [
    { fires: alternative("open-weight-host", 99_999), as: "high", near: alternative("open-weight-host", 100_000) },
    { fires: alternative("cheapest-api", 99_999), as: "medium", near: alternative("nothing", 99_999) },
    { fires: alternative("cheapest-api", 50_000), as: "medium", near: alternative("nothing", 50_000) },
    { fires: alternative("cheapest-api", 49_999), as: "high", near: alternative("nothing", 49_999) },
    { fires: alternative("prompting", 49_999), as: "medium", near: alternative("nothing", 49_999) },
  ],
  "money.labour-in-full": [
    {
      fires: { programme: { today: { apiUsdPerMonth: undefined, laborUsdPerMonth: "9000", shareReplaced: 0.5 } } },
      as: "high",
      near: { programme: { today: { apiUsdPerMonth: "9000", laborUsdPerMonth: "9000", shareReplaced: 0.5 } } },
    },
  ],
  "money.api-withdrawn": [
    { fires: { apiWithdrawal: "its seller withdrew it" }, as: "high", near: { apiWithdrawal: null } },
  ],
  "money.serving-slow-end": [
    { fires: slowEnd(true), as: "high", near: slowEnd(false) },
    { fires: slowEnd(true), as: "high", near: slowEnd(true, "1") },
  ],
  "money.serving-weak-price": [
    { fires: weakPrice("a published range, 213 days old"), as: "low", near: weakPrice(null) },
  ],
  "money.spend-unlike-list": [
    {
      fires: { alternatives: { findings: ["it is far from the list price"] } },
      as: "high",
      near: { alternatives: { findings: [] } },
    },
  ],
  "money.serving-dearer": [
    {
      fires: payback({
        monthlySaving: known(99),
        monthlyServing: known(50),
        monthlyPeople: known(30),
        monthlyMaintenance: known(20),
      }),
      as: "high",
      near: payback({
        monthlySaving: known(100),
        monthlyServing: known(50),
        monthlyPeople: known(30),
        monthlyMaintenance: known(20),
      }),
    },
  ],
  "money.no-payback": [
    { fires: payback({ neverShare: 0.5 }), as: "high", near: payback({ neverShare: null }) },
    { fires: payback({ neverShare: 0.1 }), as: "medium", near: payback({ neverShare: 0.099 }) },
  ],
  "money.return": [
    {
      fires: payback({ roi12WithServing: known(-0.1) }),
      as: "high",
      near: payback({ roi12WithServing: known(0) }),
    },
    {
      fires: both(payback({ roi12WithServing: known(-0.1) }), { methodFacts: { apiAllowed: false } }),
      as: "high",
      near: payback({ roi12WithServing: UNKNOWN, roi12WithoutServing: UNKNOWN }),
    },
  ],
  "money.shape": [{ fires: shares("below"), as: "medium", near: shares("within") }],
  "money.labelling-time": [
    { fires: labelling(10_000, true), as: "high", near: labelling(10_000, false) },
    { fires: labelling(9_999, true), as: "medium", near: labelling(9_999, false) },
  ],
  "money.unknown-lines": [
    { fires: unknownLine("data", null), as: "high", near: unknownLine("data", known(1)) },
    { fires: unknownLine("serving", null), as: "medium", near: unknownLine("serving", known(1)) },
  ],
  "money.quote": [
    {
      fires: { reconciliation: { addsUp: false } },
      as: "medium",
      near: { reconciliation: { addsUp: true } },
    },
  ],
};
