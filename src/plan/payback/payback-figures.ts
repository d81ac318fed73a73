import { figureEnds, isRefusal, knownOf } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Payback } from "../../domain/study.ts";
import type { LineCost } from "../cost/cost-facts.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";
import { trace } from "../uncertainty/simulate.ts";

/** Derivation of a result from existing figures. */
type Chain = { formula: string; inputs: string[] };

/**
 * The derivation of each result of a payback: `payback.<name>`, down to the leaves. The derivation of the investment
 * leads to the cost lines, whose figures are part of the cost.
 */
export function paybackFigures(
  answer: Omit<Payback, "today" | "curve" | "neverShare">,
  costs: {
    saving: LineCost;
    serving: LineCost;
    people: LineCost;
    maintenance: LineCost;
    investment: Chain;
    breakEven: LineCost;
  },
  book: LeafBook,
): Figure[] {
  const leaves = new Map<string, Figure>(book.background);
  const figure = (name: keyof typeof answer, label: string, chain: LineCost | Chain): Figure => {
    const quantity = answer[name];
    const known = knownOf(quantity);
    const inputs =
      "inputs" in chain ? chain.inputs : chain.kind === "computed" ? trace(book.leaves, chain.value).inputs : [];
    for (const id of inputs) {
      const leaf = book.leaves.get(id);
      if (leaf) leaves.set(id, leaf.figure);
    }
    return {
      id: `payback.${name}`,
      label,
      unit: known?.unit ?? "USD",
      ...figureEnds(quantity),
      ...("formula" in chain ? { formula: chain.formula } : {}),
      inputs,
      source: { kind: "computed", ref: isRefusal(quantity) ? "computed" : quantity.basis },
      ...(isRefusal(quantity) ? { reason: quantity.refused } : {}),
    };
  };
  const net = [
    "payback.monthlySaving",
    "payback.monthlyServing",
    "payback.monthlyPeople",
    "payback.monthlyMaintenance",
  ];
  const figures = [
    figure("monthlySaving", "saved per month", costs.saving),
    figure("monthlyServing", "serving per month", costs.serving),
    figure("monthlyPeople", "people who operate replicas, per month", costs.people),
    figure("monthlyMaintenance", "maintenance per month", costs.maintenance),
    figure("investment", "cost to launch", costs.investment),
    figure("monthWithServing", "month in which it has paid back", {
      formula: "⌈investment / (saving − serving − people − maintenance)⌉",
      inputs: ["payback.investment", ...net],
    }),
    figure("monthWithoutServing", "the same without serving and maintenance", {
      formula: "⌈investment / saving⌉",
      inputs: ["payback.investment", "payback.monthlySaving"],
    }),
    figure("roi12WithServing", "return after 12 months", {
      formula: "(12 × (saving − serving − people − maintenance) − investment) / investment",
      inputs: ["payback.investment", ...net],
    }),
    figure("roi12WithoutServing", "the same without serving and maintenance", {
      formula: "(12 × saving − investment) / investment",
      inputs: ["payback.investment", "payback.monthlySaving"],
    }),
    figure("breakEvenTokensPerDay", "output tokens per day from which self-hosting is cheaper", costs.breakEven),
  ];
  return [...leaves.values(), ...figures];
}
