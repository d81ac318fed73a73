import { amount, minus, percent, span, usd, whole, wholePercent } from "../../../base/words.ts";
import { formatRange } from "../../../base/units.ts";
import { slowEndOf } from "../../../plan/serving/choice-text.ts";
import { LABELLING_MINUTES } from "../../../plan/cost/labelling-minutes.ts";
import { isForced, monthlySpend } from "../../../plan/method/method-reading.ts";
import { withoutWords } from "../../../plan/cost/without-words.ts";
import { type Estimate, isRefusal, middleOf } from "../../../domain/estimate.ts";
import { cheaperAlternative } from "../alternative-figures.ts";
import { missingUsdPerMonth } from "../break-even-text.ts";
import { type StudyFacts, firstYearReturn, launchLacks } from "../study-facts.ts";
import type { RiskRule } from "./risk-rule.ts";

/** Share of draws without payback above which a warning is given. */
const NEVER_SHARE = { low: 0.1, high: 0.5 } as const;

/**
 * Share of the programme's cost below which an alternative becomes a condition of the verdict.
 *
 * @source a judgement: half the cost outweighs the range of an estimate, and a test on the frozen set is cheap
 */
const FAR_CHEAPER = 0.5;

const PARTS = {
  "data-and-evaluation": "data and evaluation",
  compute: "compute",
  mlops: "MLOps and engineering",
} as const;

/** Monthly cost at the medians. */
function runningUsd({ monthlyServing, monthlyPeople, monthlyMaintenance }: StudyFacts["payback"]): number {
  return [monthlyServing, monthlyPeople, monthlyMaintenance].reduce((sum, part) => sum + (middleOf(part) ?? 0), 0);
}

/** Risks of the money. */
export const MONEY_RISKS: readonly RiskRule[] = [
  {
    id: "money.spend-below-rule",
    about: "less is spent today than the rule requires",
    severity: ({ methodFacts }) => {
      const spend = monthlySpend(methodFacts);
      return spend !== undefined && spend < Number(methodFacts.limits.tuneFromUsdPerMonth) ? "high" : undefined;
    },
    text: ({ methodFacts }) =>
      `${usd(monthlySpend(methodFacts) ?? 0)} USD a month is spent today, under the ${usd(Number(methodFacts.limits.tuneFromUsdPerMonth))} from which tuning is worth considering.`,
    action: "prompt a frontier model, and reconsider when the spend has grown",
  },
  {
    id: "money.assumption-without-effect",
    about: "a replaced assumption has no effect",
    severity: (facts) => (replacedReferences(facts).length > 0 ? "low" : undefined),
    text: (facts) =>
      `${replacedReferences(facts).join(", ")}: your value is recorded, but no number of this study depends on it; it is a published figure for comparison.`,
    action: "remove it, or find the assumption that the number depends on",
  },
  {
    id: "money.saving-unknown",
    about: "the savings of the programme are unknown",
    severity: (facts) => (middleOf(facts.payback.monthlySaving) === undefined ? unlessForced(facts) : undefined),
    text: () => "The monthly savings of the programme are not stated, so it has no payback.",
    action: "set today.apiUsdPerMonth or today.laborUsdPerMonth",
  },
  {
    id: "money.serving-unknown",
    about: "serving cost is unknown",
    severity: (facts) => (middleOf(facts.payback.monthlyServing) === undefined ? unlessForced(facts) : undefined),
    text: ({ payback }) =>
      `The cost of serving is unknown (${"refused" in payback.monthlyServing ? payback.monthlyServing.refused : ""}): a payback without it is not valid.`,
    action: servingAction,
  },
  {
    id: "money.request-lengths",
    about: "the lengths of requests are not the programme's own",
    severity: ({ serving, programme }) =>
      serving?.requests.basis === "default" && programme.serving.monthlyUsd === undefined ? "high" : undefined,
    text: ({ serving }) =>
      `Serving is sized for requests of ${whole(serving!.requests.inputTokens)} input and ${whole(serving!.requests.outputTokens)} output tokens: the lengths of its requests are not known.`,
    action: "set serving.requestInputTokens and serving.requestOutputTokens",
  },
  {
    id: "money.alternative",
    about: "an alternative for the same traffic costs less over 24 months",
    // Another model may be unsuitable, so a small difference decides nothing; the open model that is tuned is the most
    // similar. Prompts alone always cost less than tuning: every programme must beat them, so they are no condition.
    severity: (facts) => {
      const best = cheaperAlternative(facts);
      if (best === undefined) return undefined;
      if (best.id === "prompting") return "medium";
      const share = middleOf(best.usd24Months)! / middleOf(facts.alternatives.own24Months)!;
      return best.id === "open-weight-host" || share < FAR_CHEAPER ? "high" : "medium";
    },
    text: (facts) => {
      const best = cheaperAlternative(facts)!;
      return `For the same traffic ${best.label} costs ${usd(middleOf(best.usd24Months)!)} USD over 24 months, the programme ${usd(middleOf(facts.alternatives.own24Months)!)}.`;
    },
    action: "show on the frozen test set that the best alternative is not good enough",
  },
  {
    id: "money.spend-unlike-list",
    about: "the stated spend is far from the list price of the stated traffic",
    severity: ({ alternatives }) => (alternatives.findings.length > 0 ? "high" : undefined),
    text: ({ alternatives }) => `${alternatives.findings.join(" ")}.`,
    action: "correct today.apiUsdPerMonth or the tokens of serving, or state the discount",
  },
  {
    id: "money.labour-in-full",
    about: "a share replaced is stated next to labour alone, to which it does not apply",
    severity: ({ programme: { today } }) =>
      today.shareReplaced < 1 && today.laborUsdPerMonth !== undefined && today.apiUsdPerMonth === undefined
        ? "high"
        : undefined,
    text: ({ programme: { today } }) =>
      `All ${usd(Number(today.laborUsdPerMonth))} USD a month of today.laborUsdPerMonth count as saved; today.shareReplaced, ${percent(today.shareReplaced)}, applies only to today.apiUsdPerMonth, which is not stated.`,
    action: "remove today.shareReplaced, and state in today.laborUsdPerMonth only what the programme saves",
  },
  {
    id: "money.api-withdrawn",
    about: "the API in use is withdrawn by its seller",
    severity: ({ apiWithdrawal }) => (apiWithdrawal === null ? undefined : "high"),
    text: ({ apiWithdrawal, programme: { today } }) =>
      `Savings are counted from ${today.api}: ${apiWithdrawal}. It cannot be used any longer.`,
    action: "set today.api and today.apiUsdPerMonth to the model that replaces it",
  },
  {
    id: "money.serving-slow-end",
    about: "at the slow end of its range a serving replica meets no SLO",
    severity: ({ serving, programme }) =>
      serving === null || programme.serving.monthlyUsd !== undefined || slowEndOf(serving.chosen) === undefined
        ? undefined
        : "high",
    text: ({ serving }) =>
      `A replica at the slow end of its estimate meets no SLO, so the high ends of serving cost and payback are unknown: ${slowEndOf(serving!.chosen)!.refused}.`,
    action: "load-test a replica, or relax the SLO",
  },
  {
    id: "money.serving-weak-price",
    about: "the serving fleet is priced by a published range alone",
    severity: ({ serving, programme }) =>
      serving === null || serving.chosen.priceNote === null || programme.serving.monthlyUsd !== undefined
        ? undefined
        : "low",
    text: ({ serving }) => `The price of ${serving!.chosen.gpu} for serving is weak: ${serving!.chosen.priceNote}.`,
    action: "get an offer and set serving.gpuUsdPerHour, or add it to prices.csv",
  },
  {
    id: "money.serving-dearer",
    about: "serving, its people and maintenance cost more than the usage that they replace",
    severity: ({ payback }) => {
      const running = runningUsd(payback);
      const saving = middleOf(payback.monthlySaving);
      return saving !== undefined && running > saving ? "high" : undefined;
    },
    text: ({ payback }) =>
      `Serving (${usd(middleOf(payback.monthlyServing) ?? 0)} USD a month), its people (${usd(middleOf(payback.monthlyPeople) ?? 0)}) and maintenance (${usd(middleOf(payback.monthlyMaintenance) ?? 0)}) cost more at the median than the ${usd(middleOf(payback.monthlySaving) ?? 0)} that they replace.`,
    action: "serve a smaller model, share the GPUs with other models, or stay with the API",
  },
  {
    id: "money.no-payback",
    about: "some of the draws never pay back",
    severity: ({ payback: { neverShare } }) =>
      neverShare === null || neverShare < NEVER_SHARE.low
        ? undefined
        : neverShare >= NEVER_SHARE.high
          ? "high"
          : "medium",
    text: ({ payback }) =>
      `In ${Math.round((payback.neverShare ?? 0) * 100)} % of the draws the programme never pays back.`,
    action: "narrow the widest inputs of the tornado chart first",
  },
  {
    id: "money.return",
    about: "the return after twelve months is negative at the median",
    severity: (facts) => {
      const back = firstYearReturn(facts.payback);
      return back !== undefined && back.roi.p50 < 0 ? "high" : undefined;
    },
    text: ({ payback }) => {
      const back = firstYearReturn(payback);
      if (back === undefined) return "";
      const { roi, range, counts } = back;
      return `The return after 12 months is ${range} %, ${minus(wholePercent(roi.p50))} % at the median, ${counts}.`;
    },
    action: ({ payback }) => {
      const missing = missingUsdPerMonth(payback);
      return missing === undefined
        ? "find further usage that it replaces, or cut the cost to launch"
        : `find another ${usd(missing)} USD a month of usage that it replaces, or cut its costs by that amount`;
    },
  },
  {
    id: "money.shape",
    about: "the shape of the budget is unusual",
    severity: ({ cost }) =>
      cost.shape.shares.some((share) => share.part === "data-and-evaluation" && share.verdict === "below")
        ? "medium"
        : undefined,
    text: ({ cost }) => {
      const off = cost.shape.shares.filter((share) => share.verdict !== "within");
      const parts = off.map(
        ({ part, share, low, high }) =>
          `${percent(share)} for ${PARTS[part]} (rule: ${percent(low)} to ${percent(high)})`,
      );
      return `The budget consists of ${parts.join(", ")}.`;
    },
    action: "see the budget shape in the cost section: the usual cause is missing data or evaluation work",
  },
  {
    id: "money.labelling-time",
    about: "minutes per labelled row are assumed; high if labelling is a tenth of the cost to launch or more",
    severity: (facts) => {
      const cost = assumedLabelling(facts);
      if (cost === undefined) return undefined;
      return cost.p50 >= 0.1 * (middleOf(facts.payback.investment) ?? 0) ? "high" : "medium";
    },
    text: (facts) => {
      const minutes = facts.cost.figures.find(({ id }) => id === LABELLING_MINUTES);
      const { kind } = facts.programme.task;
      return `Minutes per labelled row are not stated: ${formatRange(minutes?.p10 ?? 0, minutes?.p90 ?? 0)} are assumed for a row of ${kind}, ${span(assumedLabelling(facts)!, usd)} USD in total.`;
    },
    action: "time people on a hundred rows and set data.minutesPerRow",
  },
  {
    id: "money.unknown-lines",
    about: "cost lines are unknown and not in any total; high if one of them is due before launch",
    severity: ({ cost }) => (launchLacks(cost) !== "" ? "high" : cost.unknown.length > 0 ? "medium" : undefined),
    text: ({ cost }) =>
      launchLacks(cost) !== ""
        ? `The cost to launch and the returns are ${launchLacks(cost)}, which is required.`
        : `The totals are${withoutWords(cost.lines).slice(1)}, whose cost is unknown.`,
    action: ({ cost }) =>
      `state the cost of ${cost.lines.flatMap(({ cost: known, label }) => (known === null ? [label] : [])).join(", ")}`,
  },
  {
    id: "money.quote",
    about: "the quoted budget does not add up",
    severity: ({ reconciliation }) => (reconciliation !== null && !reconciliation.addsUp ? "medium" : undefined),
    text: ({ reconciliation }) =>
      `The stated lines sum to ${amount(reconciliation?.sumOfLinesUsd ?? "0")} USD, the stated total is ${amount(reconciliation?.statedTotalUsd ?? "0")}.`,
    action: "ask its author which of the two is right",
  },
];

/** Advice on how to determine the cost of serving: state a price if only that is missing, otherwise the load. */
function servingAction({ serving }: StudyFacts): string {
  const chosen = serving?.chosen;
  return chosen && isRefusal(chosen.usdPerGpuHour)
    ? `set serving.gpuUsdPerHour or serving.monthlyUsd: there is ${chosen.usdPerGpuHour.refused}; ${chosen.usdPerGpuHour.hint}`
    : "set serving.outputTokensPerMonth and serving.gpu, or serving.monthlyUsd";
}

/** An unknown payback makes the decision conditional, unless an outside API is ruled out and money is not decisive. */
function unlessForced({ methodFacts }: StudyFacts): "high" | "medium" {
  return isForced(methodFacts) ? "medium" : "high";
}

/** Cost of labelling if its minutes per row are assumed; undefined if they are stated or nobody labels. */
function assumedLabelling({ cost }: StudyFacts): Estimate | undefined {
  const line = cost.lines.find(({ id }) => id === "cost.data.experts");
  const isAssumed = cost.figures.some(({ id }) => id === LABELLING_MINUTES);
  return isAssumed ? (line?.cost ?? undefined) : undefined;
}

/** Ids of overridden assumptions that no estimate uses. */
function replacedReferences({ programme, assumption }: StudyFacts): string[] {
  return Object.keys(programme.assumptions).filter((id) => assumption(id).use === "reference");
}
