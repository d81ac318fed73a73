import type { Programme } from "../domain/programme.ts";
import { computed, none, type LineCost, type LineModel, type ServingFacts, type TrainingFacts } from "./cost-facts.ts";
import type { LeafBook } from "./leaf.ts";
import { servingPerMonth } from "./serving-cost.ts";

/** Months after launch that the totals cover. */
export const MONTHS = 6;

/** Quarters of those months: maintenance is planned by the quarter. */
const QUARTERS = MONTHS / 3;

/** Labels of the maintenance lines. */
const LABELS: Readonly<Record<string, string>> = {
  reevaluation: "re-evaluation",
  drift: "drift monitoring",
  data: "new data and re-labelling",
  retrain: "re-train",
  evaluation: "evaluation of production traffic",
  migration: "migration to a newer base model",
};

/** What six months of maintenance and serving cost after launch. */
export function runningLines(
  request: { programme: Programme; training: TrainingFacts; serving?: ServingFacts },
  book: LeafBook,
): LineModel[] {
  const { programme, training, serving } = request;
  const line = (id: string, part: LineModel["part"], cost: LineCost): LineModel => ({
    id: `cost.maintenance.${id}`,
    category: "maintenance",
    label: LABELS[id] ?? id,
    part,
    cost,
  });
  const quarters = (cost: LineCost): LineCost => times(QUARTERS, "quarters", cost);
  return [
    line("reevaluation", "data-and-evaluation", quarters(quarterly(book, "maintenance.reevaluation.usd-per-quarter"))),
    line("drift", "mlops", quarters(quarterly(book, "maintenance.drift.usd-per-quarter"))),
    line("data", "data-and-evaluation", quarters(quarterly(book, "maintenance.data.usd-per-quarter"))),
    // A re-trained adapter costs people, not GPUs: at the estimates here its compute is a few per cent of the cycle.
    line("retrain", trainsAdapter(training) ? "mlops" : "compute", quarters(retrain(training, book))),
    line("evaluation", "data-and-evaluation", times(MONTHS, "months", evaluationPerMonth(programme, book))),
    line(
      "migration",
      "mlops",
      none("a decision, not upkeep: the assumption migration.usd says what one costs when you take it"),
    ),
    {
      id: "cost.serving.inference",
      category: "serving",
      label: "serving",
      part: "compute",
      cost: times(MONTHS, "months", servingPerMonth(programme, serving, book)),
    },
  ];
}

/** Upkeep for one month: a third of each quarterly activity, and the monthly evaluation. */
export function upkeepPerMonth(programme: Programme, training: TrainingFacts, book: LeafBook): LineCost[] {
  const perQuarter = [
    ...["reevaluation", "drift", "data"].map((id) => quarterly(book, `maintenance.${id}.usd-per-quarter`)),
    retrain(training, book),
  ];
  return [...perQuarter.map((cost) => times(1 / 3, "of a quarter", cost)), evaluationPerMonth(programme, book)];
}

function quarterly(book: LeafBook, id: string): LineCost {
  const usd = book.assumed(id, { isActivity: true });
  return computed(usd, (x) => x(usd));
}

/**
 * One re-train cycle. The published range spans all methods; an adapter is put in its lower half and full training in
 * its upper half, split at the geometric mean. With the lower half, the parts of a quarter sum to 7-24k, which agrees
 * with the published headline of 8-25k; with the whole range they do not (7-46k).
 */
function retrain(training: TrainingFacts, book: LeafBook): LineCost {
  const isAdapter = trainsAdapter(training);
  const usd = book.halfOf(
    "maintenance.retrain.usd-per-quarter",
    isAdapter ? "lower" : "upper",
    isAdapter ? "an adapter is re-trained" : "all weights are re-trained",
  );
  return computed(usd, (x) => x(usd));
}

function trainsAdapter({ method }: TrainingFacts): boolean {
  return method === "lora" || method === "qlora" || method === "dora";
}

function evaluationPerMonth({ evaluation }: Programme, book: LeafBook): LineCost {
  const usd =
    evaluation.monthlyUsd === undefined
      ? book.assumed("evaluation.monthly.usd", { isActivity: true })
      : book.stated("evaluation.monthlyUsd", evaluation.monthlyUsd, "USD/month");
  return computed(usd, (x) => x(usd));
}

function times(factor: number, unit: string, cost: LineCost): LineCost {
  if (cost.kind !== "computed") return cost;
  const shown = factor === 1 / 3 ? "1/3" : String(factor);
  return computed(`${shown} ${unit} × ${cost.formula}`, (x) => factor * cost.value(x));
}
