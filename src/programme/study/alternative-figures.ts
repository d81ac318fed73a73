import type { Alternative, Alternatives } from "../../domain/alternative.ts";
import { middleOf } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import { usd } from "../../base/words.ts";
import { computedFigure } from "../training-plan/training-figures.ts";
import type { StudyFacts } from "./study-facts.ts";

/** Chains of the alternatives: a price of the day on the stated tokens, and the sums over months. */
export function alternativeFigures({ own24Months, options }: Alternatives): Figure[] {
  return [
    computedFigure(own24Months, {
      id: "alternative.own.usd24Months",
      label: "the programme over 24 months",
      unit: "USD",
      formula: "investment + 24 × (serving + people + maintenance), draw by draw",
      inputs: ["payback.investment", "payback.monthlyServing", "payback.monthlyPeople", "payback.monthlyMaintenance"],
    }),
    ...options.flatMap(({ id, label, usdPerMonth, usd24Months }) => [
      computedFigure(usdPerMonth, {
        id: `alternative.${id}.usdPerMonth`,
        label: `${label}, a month`,
        unit: "USD",
        formula: "price of the day × tokens of the month, or the stated spend",
        inputs: [],
      }),
      computedFigure(usd24Months, {
        id: `alternative.${id}.usd24Months`,
        label: `${label}, 24 months`,
        unit: "USD",
        formula: "cost to launch + 24 × a month",
        inputs: [`alternative.${id}.usdPerMonth`],
      }),
    ]),
  ];
}

/** The best alternative other than current use, if it costs less than the programme over 24 months. */
export function cheaperAlternative({ alternatives }: Pick<StudyFacts, "alternatives">): Alternative | undefined {
  const best = alternatives.options.find(({ id }) => id === alternatives.best);
  const own = middleOf(alternatives.own24Months);
  if (best === undefined || own === undefined || best.id === "nothing") return undefined;
  return middleOf(best.usd24Months)! < own ? best : undefined;
}

/**
 * Comparison of the programme with its best allowed alternative, as a reason of the verdict; none if either is unknown.
 */
export function alternativeReason({ alternatives }: Pick<StudyFacts, "alternatives">): string[] {
  const { own24Months, options } = alternatives;
  const middle = middleOf(own24Months);
  if (middle === undefined) return [];
  const allowed = options.filter(({ isAllowed }) => isAllowed);
  if (allowed.length === 0)
    return [`Over 24 months the programme costs ${usd(middle)} USD; no alternative is allowed.`];
  const best = options.find(({ id }) => id === alternatives.best);
  if (best === undefined) return [];
  const which = allowed.length === 1 ? "only" : "best";
  return [`Over 24 months the programme costs ${usd(middle)} USD; the ${which} ${pricedWords(options, best)}.`];
}

function pricedWords(options: readonly Alternative[], { label, usd24Months }: Alternative): string {
  const kind = options.every(({ isAllowed }) => isAllowed) ? "alternative" : "allowed alternative";
  return `${kind}, ${label}, ${usd(middleOf(usd24Months)!)}`;
}
