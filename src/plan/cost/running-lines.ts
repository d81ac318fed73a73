import type { Programme } from "../../domain/programme.ts";
import { computed, none, type LineCost, type LineModel, type ServingFacts, type TrainingFacts } from "./cost-facts.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";
import { firstSupervisedRun, preferencePass, rowsRun, runOverhead, timesWithLoss } from "./planned-runs.ts";
import { servingPerMonth } from "../serving/serving-cost.ts";
import { servingPeoplePerMonth } from "../serving/serving-people.ts";

/** Months after launch that the totals cover. */
export const MONTHS = 6;

/** Number of quarters in these months; maintenance is planned by quarter. */
const QUARTERS = MONTHS / 3;

/** Labels of the maintenance lines. */
const LABELS: Readonly<Record<string, string>> = {
  reevaluation: "re-evaluation",
  drift: "drift monitoring",
  data: "new data and re-labelling",
  retrain: "retraining: compute",
  "retrain-work": "retraining: people",
  evaluation: "evaluation of production traffic",
  migration: "migration to a newer base model",
};

/** Cost of maintenance and serving in the six months after launch. */
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
    line("retrain", "compute", quarters(retrainCompute(programme, training, book))),
    line("retrain-work", "mlops", quarters(retrainWork(book))),
    line("evaluation", "data-and-evaluation", times(MONTHS, "months", evaluationPerMonth(programme, book))),
    line(
      "migration",
      "mlops",
      none("a decision, not maintenance: the assumption migration.usd states what a migration costs"),
    ),
    {
      id: "cost.serving.inference",
      category: "serving",
      label: "serving",
      part: "compute",
      cost: times(MONTHS, "months", servingPerMonth(programme, serving, book)),
    },
    {
      id: "cost.serving.people",
      category: "serving",
      label: "people who operate replicas",
      part: "mlops",
      cost: times(MONTHS, "months", servingPeoplePerMonth(programme, serving, book)),
    },
  ];
}

/** Maintenance for one month: a third of each quarterly activity, plus the monthly evaluation. */
export function maintenancePerMonth(programme: Programme, training: TrainingFacts, book: LeafBook): LineCost[] {
  const perQuarter = [
    ...["reevaluation", "drift", "data"].map((id) => quarterly(book, `maintenance.${id}.usd-per-quarter`)),
    retrainCompute(programme, training, book),
    retrainWork(book),
  ];
  return [...perQuarter.map((cost) => times(1 / 3, "of a quarter", cost)), evaluationPerMonth(programme, book)];
}

function quarterly(book: LeafBook, id: string): LineCost {
  const usd = book.assumed(id, { isActivity: true });
  return computed(usd, (x) => x(usd));
}

/**
 * Compute of one retraining cycle: a run over the rows, plus the supervised run before it or the preference pass after
 * it, their start-up at our own cost, and failed work. The settings are known by then, so there is no sweep; a corpus
 * is not trained on again.
 */
function retrainCompute(programme: Programme, training: TrainingFacts, book: LeafBook): LineCost {
  const request = { programme, training, book };
  const run = rowsRun(request);
  if (run.kind !== "computed") return run;
  const parts = [run];
  const first = firstSupervisedRun(request);
  const starts = first.kind === "none" ? 1 : 2;
  const overhead = Array.from({ length: starts }, () => runOverhead(request, "rows"));
  for (const part of [first, preferencePass(request), ...overhead]) {
    if (part.kind === "unknown") return part;
    if (part.kind === "computed") parts.push(part);
  }
  const failed = book.assumed("training.failed.share");
  return computed(
    `(${parts.map(({ formula }) => formula).join(" + ")}) / (1 − ${failed})`,
    (x) => parts.reduce((sum, part) => sum + part.value(x), 0) * timesWithLoss(x(failed)),
  );
}

/**
 * People and data of one retraining cycle: the lower half of the published range, which spans all methods and includes
 * compute. Its low end is for retraining an adapter, with a few per cent of compute. The upper half adds the compute of
 * larger runs, which has its own line at our cost. With the lower half, the parts of a quarter sum to 7-24k, which
 * agrees with the published headline of 8-25k; with the whole range they do not (7-46k).
 */
function retrainWork(book: LeafBook): LineCost {
  const usd = book.lowerHalf(
    "maintenance.retrain.usd-per-quarter",
    "people and data; the upper half is the compute of larger runs, which has its own line",
  );
  return computed(usd, (x) => x(usd));
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
  const { ends } = cost;
  return computed(
    `${shown} ${unit} × ${cost.formula}`,
    (x) => factor * cost.value(x),
    ends && { ...ends, p10: factor * ends.p10, p50: factor * ends.p50, p90: ends.p90 && factor * ends.p90 },
  );
}
