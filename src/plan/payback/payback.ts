import type { Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Payback } from "../../domain/study.ts";
import { apiRates } from "./api-rates.ts";
import { breakEvenTokens } from "./break-even.ts";
import { HORIZON_MONTHS } from "./cash-flow.ts";
import { computed, type CostRequest, type LineCost, type ServingFacts, unknown } from "../cost/cost-facts.ts";
import { costModel, drawModel, quantityOf, range, shownDraws, type Drawn } from "../cost/cost-model.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";
import { monthFactors, STEADY, withVolume } from "./outlook.ts";
import { paybackFigures } from "./payback-figures.ts";
import { withoutHigh, withoutLow } from "../serve-plan/quantity-maths.ts";
import { listPriceUsd, monthOfToday, replacedCost, TODAY_HINT, todaysCost } from "./todays-cost.ts";
import { type Computed, tuningLines } from "./tuning-costs.ts";
import { servingPerMonth } from "../serving/serving-cost.ts";
import { servingPeoplePerMonth } from "../serving/serving-people.ts";
import type { Read } from "../uncertainty/simulate.ts";

/** Number of months in the curve. */
const CURVE_MONTHS = 24;

/**
 * Payback of a programme and its return after twelve months, over the same draws as its cost: with serving and
 * maintenance, and without them, as published break-evens often are.
 *
 * An unknown part is named in the refusal. Unknown serving refuses only the results that include it.
 *
 * @param request  request of the cost; `serving` also contains the price of the current API
 */
export function payback(request: CostRequest & { serving: ServingFacts }): Payback & { figures: Figure[] } {
  const { programme, serving } = request;
  const model = costModel(request);
  const { book } = model;
  const saving = savingPerMonth(request, book);
  const served = servingPerMonth(programme, serving, book);
  const people = servingPeoplePerMonth(programme, serving, book);
  const { launch, launchLines, maintenance, launchLacks, maintenanceLacks } = tuningLines(request, model);
  const launchIds = launchLines.filter(({ cost }) => cost.kind === "computed").map(({ id }) => id);
  const breakEven = breakEvenTokens(request, book, [maintenance, people]);
  const draw = drawModel(model);
  const drawCost = (cost: LineCost): Drawn | string =>
    cost.kind === "computed" ? shownDraws(draw(cost.value), cost.ends) : cost.reason;
  const parts = {
    saving: drawCost(saving),
    serving: drawCost(served),
    people: draw(people.kind === "computed" ? people.value : () => 0),
    maintenance: draw(maintenance.value),
    investment: draw(launch.value),
  };
  const basis = `${model.draws.toLocaleString("en-US")} draws, seed ${model.seed}`;
  const quantity = (part: Drawn | string, hint: string): Quantity =>
    typeof part === "string" ? { refused: part, hint } : estimateOf(part, "USD", basis);
  const open = typeof parts.serving === "string" ? undefined : parts.serving.open;
  const [full, bare] =
    request.outlook === undefined ? bothOf(parts) : bothMoving(request, { parts, served, book, draw });
  const spent = spentOver(request, { parts, served, draw });
  const spentBasis = `${launchLacks}${maintenanceLacks}${basis}`;
  const answer = {
    today: todaysCost(programme.today, monthOfToday(programme, serving)),
    monthlySaving: quantity(parts.saving, TODAY_HINT),
    monthlyServing: quantity(parts.serving, SERVING_HINT),
    monthlyPeople: estimateOf(parts.people, "USD", people.kind === "computed" ? basis : people.reason),
    monthlyMaintenance: estimateOf(parts.maintenance, "USD", `${maintenanceLacks}${basis}`),
    investment: estimateOf(parts.investment, "USD", `${launchLacks}${basis}`),
    spent24Months: typeof spent === "string" ? quantity(spent, SERVING_HINT) : estimateOf(spent, "USD", spentBasis),
    monthWithServing: withoutHigh(monthOf(full, parts.investment, basis), open),
    monthWithoutServing: monthOf(bare, parts.investment, basis),
    neverShare: typeof full === "string" ? null : neverShare(monthsToPayBack(full, parts.investment.values)),
    roi12WithServing: withoutLow(roiOf(full, parts.investment, basis), open),
    roi12WithoutServing: roiOf(bare, parts.investment, basis),
    breakEvenTokensPerDay:
      breakEven.kind === "computed" ? withoutHigh(breakEvenOf(draw(breakEven.value), basis), open) : refusal(breakEven),
    curve: typeof full === "string" ? [] : curveOf(full, parts.investment.values, open !== undefined),
  };
  const investment = { formula: "sum of the launch lines, draw by draw", inputs: launchIds };
  const costs = { saving, serving: served, people, maintenance, investment, breakEven };
  return { ...answer, figures: paybackFigures(answer, costs, book) };
}

/** Input that would make the cost of serving known. */
const SERVING_HINT = "give serving.monthlyUsd, or the load and the GPU";

/** Monthly saving of the tuned model: its share of the API spend, and other cost that it replaces. */
export function savingPerMonth(request: CostRequest, book: LeafBook): LineCost {
  const terms = savingTerms(request, book);
  if (!Array.isArray(terms)) return terms;
  return computed(terms.map(({ words }) => words).join(" + "), (x) =>
    terms.reduce((sum, term) => sum + term.value(x), 0),
  );
}

/** A part of the saving; an API part changes with the API's price. */
type SavingTerm = { words: string; value: (read: Read) => number; isApi: boolean };

function savingTerms({ programme, serving }: CostRequest, book: LeafBook): SavingTerm[] | LineCost {
  const { today, serving: load } = programme;
  const cost = replacedCost(today, monthOfToday(programme, serving));
  if ("unknown" in cost) return unknown(cost.unknown);
  const terms: SavingTerm[] = [];
  if (cost.api?.basis === "list-price") {
    const rates = apiRates(serving!)!;
    const inputTokens = book.stated("serving.inputTokensPerMonth", load.inputTokensPerMonth!, "tokens/month");
    const outputTokens = book.stated("serving.outputTokensPerMonth", load.outputTokensPerMonth!, "tokens/month");
    terms.push({
      words: `(${inputTokens} × ${rates.input} + ${outputTokens} × ${rates.output}) / 10^6 ${rates.words}`,
      value: (x) => listPriceUsd(rates, { input: x(inputTokens), output: x(outputTokens) }),
      isApi: true,
    });
  } else if (today.apiUsdPerMonth !== undefined) {
    const spend = book.stated("today.apiUsdPerMonth", today.apiUsdPerMonth, "USD/month");
    const part = book.stated("today.shareReplaced", today.shareReplaced, "share");
    terms.push({ words: `${spend} × ${part}`, value: (x) => x(spend) * x(part), isApi: true });
  }
  if (today.laborUsdPerMonth !== undefined) {
    const labor = book.stated("today.laborUsdPerMonth", today.laborUsdPerMonth, "USD/month");
    terms.push({ words: labor, value: (x) => x(labor), isApi: false });
  }
  return terms;
}

/** Saving in a month, with traffic growth and API price decline up to that month; labour is constant. */
export function savingInMonth(
  request: CostRequest,
  book: LeafBook,
): ((month: number) => (x: Read) => number) | undefined {
  const terms = savingTerms(request, book);
  if (!Array.isArray(terms)) return undefined;
  return (month) => {
    const { volume, apiPrice } = monthFactors(request.outlook ?? STEADY, month);
    return (x) =>
      terms.reduce((sum, { value, isApi }) => sum + value(withVolume(x, volume)) * (isApi ? apiPrice : 1), 0);
  };
}

/** Cost of serving in a month, with traffic growth up to that month; a stated cost is constant. */
export function servingInMonth(
  { outlook = STEADY }: CostRequest,
  serving: Computed,
): (month: number) => (x: Read) => number {
  return (month) => (x) => serving.value(withVolume(x, monthFactors(outlook, month).volume));
}

/** Cost to launch, plus the cost of the following months of the curve, draw by draw. */
function spentOver(
  request: CostRequest,
  { parts, served, draw }: { parts: Parts; served: LineCost; draw: ReturnType<typeof drawModel> },
): Drawn | string {
  const { serving, people, maintenance, investment } = parts;
  if (typeof serving === "string") return serving;
  const inMonth =
    request.outlook === undefined || served.kind !== "computed" ? undefined : servingInMonth(request, served);
  const values = investment.values.map((usd, i) => usd + CURVE_MONTHS * (people.values[i]! + maintenance.values[i]!));
  for (let month = 1; month <= CURVE_MONTHS; month++) {
    const spent = inMonth === undefined ? serving.values : draw(inMonth(month)).values;
    for (const [i, usd] of spent.entries()) values[i]! += usd;
  }
  return { values, ...range(values), inputs: [], open: serving.open };
}

type Parts = {
  saving: Drawn | string;
  serving: Drawn | string;
  people: Drawn;
  maintenance: Drawn;
  investment: Drawn;
};

/** Net saving with serving and maintenance, and without. */
function bothOf(parts: Parts): [Net | string, Net | string] {
  return [steady(netOf(parts, true)), steady(netOf(parts, false))];
}

/** Payback month if the months differ. */
function bothMoving(
  request: CostRequest,
  { parts, served, book, draw }: { parts: Parts; served: LineCost; book: LeafBook; draw: ReturnType<typeof drawModel> },
): [Net | string, Net | string] {
  const saving = savingInMonth(request, book);
  const [full, bare] = [netOf(parts, true), netOf(parts, false)];
  if (saving === undefined) return [steady(full), steady(bare)];
  const saved = (month: number): Float64Array => draw(saving(month)).values;
  const serving = served.kind === "computed" ? servingInMonth(request, served) : undefined;
  return [
    typeof full === "string" || serving === undefined
      ? steady(full)
      : moving((month) => {
          const spent = draw(serving(month)).values;
          return saved(month).map((usd, i) => usd - spent[i]! - parts.people.values[i]! - parts.maintenance.values[i]!);
        }),
    moving(saved),
  ];
}

/** Net saving by draw, accumulated up to the end of a month; `isSteady` if all months are equal. */
type Net = { upTo: (month: number) => Float64Array; isSteady: boolean };

/** Net saving by draw, or the reason why it is unknown. */
function netOf({ saving, serving, people, maintenance }: Parts, withServing: boolean): Float64Array | string {
  if (typeof saving === "string") return saving;
  if (!withServing) return saving.values;
  if (typeof serving === "string") return `serving is unknown: ${serving}`;
  return saving.values.map((usd, i) => usd - serving.values[i]! - people.values[i]! - maintenance.values[i]!);
}

/** Net saving over equal months. */
function steady(net: Float64Array | string): Net | string {
  return typeof net === "string" ? net : { isSteady: true, upTo: (months) => net.map((usd) => usd * months) };
}

/** Net saving over months that are sampled separately. */
function moving(netInMonth: (month: number) => Float64Array): Net {
  const sums: Float64Array[] = [];
  return {
    isSteady: false,
    upTo: (months) => {
      for (let month = sums.length + 1; month <= months; month++) {
        const before = sums[month - 2];
        sums.push(netInMonth(month).map((usd, i) => usd + (before?.[i] ?? 0)));
      }
      return sums[months - 1] ?? new Float64Array(netInMonth(1).length);
    },
  };
}

/** Whole months until accumulated net savings reach the investment, by draw; infinite if they do not by the horizon. */
function monthsToPayBack(net: Net, investment: Float64Array): Float64Array {
  if (net.isSteady)
    return net.upTo(1).map((usd, i) => {
      const month = usd <= 0 ? Infinity : Math.max(1, Math.ceil(investment[i]! / usd - 1e-9));
      return month > HORIZON_MONTHS ? Infinity : month;
    });
  const months = new Float64Array(investment.length).fill(Infinity);
  for (let month = HORIZON_MONTHS; month >= 1; month--)
    for (const [i, sum] of net.upTo(month).entries()) if (sum >= investment[i]!) months[i] = month;
  return months;
}

function neverShare(months: Float64Array): number {
  return months.filter((month) => month === Infinity).length / months.length;
}

function monthOf(net: Net | string, investment: Drawn, basis: string): Quantity {
  if (typeof net === "string") return { refused: net, hint: TODAY_HINT };
  const months = monthsToPayBack(net, investment.values);
  const never = neverShare(months);
  if (never >= 0.5) {
    return {
      refused: `it does not pay back within ${HORIZON_MONTHS} months in ${Math.round(never * 100)} % of the draws`,
      hint: "replace more, reduce serving and maintenance, or do not fine-tune",
      neverShare: never,
    };
  }
  const { p10, p50, p90 } = range(months.map((month) => Math.min(month, HORIZON_MONTHS)));
  // A quantile between two draws takes the later month.
  const ends = { p10: Math.ceil(p10), p50: Math.ceil(p50), p90: Math.ceil(p90) };
  const late =
    never > 0
      ? `; ${(never * 100).toFixed(1)} % of draws, never or after ${HORIZON_MONTHS} months, count as ${HORIZON_MONTHS}`
      : "";
  return {
    ...ends,
    unit: "months",
    basis: `first month whose cumulative saving covers the investment; ${basis}${late}`,
    n: 0,
    sources: [],
  };
}

function roiOf(net: Net | string, investment: Drawn, basis: string): Quantity {
  if (typeof net === "string") return { refused: net, hint: TODAY_HINT };
  if (investment.p10 <= 0) return { refused: "the investment is zero", hint: "see what plan cost lists as unknown" };
  const percent = net.upTo(12).map((usd, i) => ((usd - investment.values[i]!) / investment.values[i]!) * 100);
  return {
    ...range(percent),
    unit: "%",
    basis: `(12 × net saving per month − investment) / investment; ${basis}`,
    n: 0,
    sources: [],
  };
}

/**
 * Break-even by draw; infinite if more volume never helps because each additional replica costs as much as it saves.
 */
function breakEvenOf(drawn: Drawn, basis: string): Quantity {
  const never = drawn.values.filter((value) => value === Infinity).length / drawn.values.length;
  if (never >= 0.1) {
    return {
      refused: `never in ${Math.round(never * 100)} % of the draws: a replica at full load costs more than the API for the same tokens`,
      hint: "a smaller model, a cheaper GPU-hour or a measured capacity (serving.outputTokensPerSec) may change that",
      neverShare: never,
    };
  }
  return {
    ...range(drawn.values),
    unit: "tokens/day",
    basis: `least tokens per day at which replicas and maintenance cost no more than the API for them; ${basis}`,
    n: 0,
    sources: [],
  };
}

function refusal(cost: Exclude<LineCost, Computed>): Quantity {
  return { refused: cost.reason, hint: "give today.api, the tokens of serving and a priced GPU" };
}

/** Cash by month; without a low end after launch if serving has no high end. */
function curveOf(net: Net, investment: Float64Array, isOpen: boolean): Payback["curve"] {
  return Array.from({ length: CURVE_MONTHS + 1 }, (_, month) => {
    const ends = range(net.upTo(month).map((usd, i) => usd - investment[i]!));
    return { month, ...ends, ...(isOpen && month > 0 ? { p10: null } : {}) };
  });
}

function estimateOf(drawn: Drawn, unit: string, basis: string): Quantity {
  return quantityOf(drawn, { unit, basis, n: 0, sources: [] });
}
