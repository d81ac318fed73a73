import { spread } from "../../base/quantile.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { PaybackPlan } from "../../domain/payback-plan.ts";
import type { CostRequest } from "../cost/cost-facts.ts";
import { costModel, drawModel } from "../cost/cost-model.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";
import { servingPerMonth } from "../serving/serving-cost.ts";
import { servingPeoplePerMonth } from "../serving/serving-people.ts";
import { withoutLow } from "../serve-plan/quantity-maths.ts";
import { type CashFlow, cashFlow } from "./cash-flow.ts";
import { savingInMonth, savingPerMonth, servingInMonth } from "./payback.ts";
import { TODAY_HINT } from "./todays-cost.ts";
import { type Computed, tuningLines } from "./tuning-costs.ts";

/** Value of a programme over one and two years, the latter also discounted. */
export type PresentValue = Pick<PaybackPlan, "net12Months" | "net24Months" | "npv24Months">;

/**
 * Savings minus serving, maintenance and the cost to launch, over the same draws as the payback.
 *
 * @param discountPerYear  yearly rate; each month's saving counts at its end
 */
export function presentValue(request: CostRequest, discountPerYear: number): PresentValue {
  const model = costModel(request);
  const { book, seed, draws } = model;
  const saving = savingPerMonth(request, book);
  const serving = servingPerMonth(request.programme, request.serving, book);
  const people = servingPeoplePerMonth(request.programme, request.serving, book);
  const { launch, maintenance, launchLacks } = tuningLines(request, model);
  if (saving.kind !== "computed") return all({ refused: reasonOf(saving), hint: TODAY_HINT });
  if (serving.kind !== "computed") {
    return all({
      refused: `serving is unknown: ${reasonOf(serving)}`,
      hint: "tunewright plan serve lists what is missing",
    });
  }
  const draw = drawModel(model);
  const kept = draw((x) => maintenance.value(x) + (people.kind === "computed" ? people.value(x) : 0)).values;
  const [saved, served, launched] = [saving, serving, launch].map(({ value }) => draw(value).values);
  const months = monthly(request, { book, serving, draw });
  const flows = Array.from(launched!, (investment, i) =>
    cashFlow(investment, {
      discountPerYear,
      pairOf: (month) => {
        const moved = months?.(month);
        return {
          baselineUsd: (moved?.saved ?? saved!)[i]!,
          optionUsd: (moved?.served ?? served!)[i]! + kept[i]!,
        };
      },
    }),
  );
  const basis = `${launchLacks}${draws.toLocaleString("en-US")} draws, seed ${seed}`;
  const valueOf = (pick: (flow: CashFlow) => number, words: string): Quantity => {
    const { p10, p50, p90 } = spread(flows.map(pick));
    const value: Quantity = {
      p10: Math.round(p10),
      p50: Math.round(p50),
      p90: Math.round(p90),
      unit: "USD",
      basis: `${words}; ${basis}`,
      n: 0,
      sources: [],
    };
    return withoutLow(value, serving.ends?.open);
  };
  return {
    net12Months: valueOf(
      ({ net }) => net.months12,
      "12 months of saving − serving − people − maintenance, less the cost to launch",
    ),
    net24Months: valueOf(
      ({ net }) => net.months24,
      "24 months of saving − serving − people − maintenance, less the cost to launch",
    ),
    npv24Months: valueOf(({ npv24 }) => npv24, `the same, month m divided by (1 + ${discountPerYear})^(m/12)`),
  };
}

/** Draws of each month, sampled once; undefined if all months are equal. */
function monthly(
  request: CostRequest,
  { book, serving, draw }: { book: LeafBook; serving: Computed; draw: ReturnType<typeof drawModel> },
): ((month: number) => { saved: Float64Array; served: Float64Array }) | undefined {
  const saving = request.outlook === undefined ? undefined : savingInMonth(request, book);
  if (saving === undefined) return undefined;
  const serve = servingInMonth(request, serving);
  const known = new Map<number, { saved: Float64Array; served: Float64Array }>();
  return (month) => {
    const found = known.get(month) ?? { saved: draw(saving(month)).values, served: draw(serve(month)).values };
    known.set(month, found);
    return found;
  };
}

function reasonOf(cost: { kind: "none" | "unknown"; reason: string }): string {
  return cost.reason;
}

function all(quantity: Quantity): PresentValue {
  return { net12Months: quantity, net24Months: quantity, npv24Months: quantity };
}
