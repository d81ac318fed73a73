import type { CostCategory } from "../../domain/cost.ts";
import type { Programme } from "../../domain/programme.ts";
import {
  computed,
  type CostRequest,
  none,
  unknown,
  type BudgetPart,
  type LineCost,
  type LineModel,
  type TrainingFacts,
} from "./cost-facts.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";
import { isOneLongRun } from "./planned-runs.ts";

type PlannedRuns = Pick<TrainingFacts, "method" | "runs">;

type LaunchFacts = Pick<CostRequest, "programme" | "measuredEvaluation"> & { training: PlannedRuns };

/** Cost of evaluation, engineering and compliance until launch. */
export function launchLines(request: LaunchFacts, book: LeafBook): LineModel[] {
  const { programme } = request;
  return [
    line({ id: "evaluation.setup", label: "evaluation set-up", part: "data-and-evaluation" }, setUp(programme, book)),
    line(
      { id: "evaluation.runs", label: "evaluations before launch", part: "data-and-evaluation" },
      evaluations(request, book),
    ),
    line({ id: "engineering.mlops", label: "engineering and MLOps", part: "mlops" }, engineering(programme, book)),
    line({ id: "compliance.review", label: "compliance work", part: "mlops" }, compliance(programme, book)),
  ];
}

function line({ id, label, part }: { id: string; label: string; part: BudgetPart }, cost: LineCost): LineModel {
  return { id: `cost.${id}`, category: id.split(".")[0] as CostCategory, label, part, cost };
}

function setUp({ evaluation }: Programme, book: LeafBook): LineCost {
  const usd =
    evaluation.setupUsd === undefined
      ? book.assumed("evaluation.setup.usd", { isActivity: true })
      : book.stated("evaluation.setupUsd", evaluation.setupUsd, "USD");
  return computed(usd, (x) => x(usd));
}

/** Cost of evaluations. If no count is stated, there is one per run; a run over a corpus alone counts as one. */
function evaluations({ programme, training, measuredEvaluation }: LaunchFacts, book: LeafBook): LineCost {
  const { evaluation, data } = programme;
  if (evaluation.evaluations === 0) return none("no evaluation before launch (evaluation.evaluations: 0)");
  const usd = perEvaluation(evaluation, measuredEvaluation, book);
  if (evaluation.evaluations === undefined && isOneLongRun(training) && data.plannedRows === 0) {
    return computed(`${usd}: one evaluation of the one run`, (x) => x(usd));
  }
  const count =
    evaluation.evaluations !== undefined
      ? book.stated("evaluation.evaluations", evaluation.evaluations, "evaluations")
      : training.runs !== undefined
        ? book.stated("training.runs", training.runs, "runs")
        : book.assumed("training.runs");
  const why = evaluation.evaluations === undefined ? ": one evaluation per run" : "";
  return computed(`${count} × ${usd}${why}`, (x) => Math.round(x(count)) * x(usd));
}

/** Cost of one evaluation: as stated, otherwise that of the last paid evaluation, otherwise as assumed. */
function perEvaluation(
  { usdPerEvaluation }: Programme["evaluation"],
  measured: LaunchFacts["measuredEvaluation"],
  book: LeafBook,
): string {
  if (usdPerEvaluation !== undefined) return book.stated("evaluation.usdPerEvaluation", usdPerEvaluation, "USD");
  if (measured === undefined) return book.assumed("evaluation.run.usd", { isActivity: true });
  const { id, on, usd, items } = measured;
  return book.measured("evaluation.usd", {
    label: `cost of one evaluation, as measured on ${items} items`,
    value: usd,
    unit: "USD",
    ref: `evaluations/${id}, ${on}`,
  });
}

/**
 * Cost of engineering. Stated weeks are the median and have the spread of effort estimates; assumed weeks have their
 * own spread.
 */
function engineering({ team }: Programme, book: LeafBook): LineCost {
  const hours = book.stated("team.hoursPerWeek", team.hoursPerWeek, "h/week");
  const rate =
    team.engineerUsdPerHour === undefined
      ? book.assumed("engineering.usd-per-hour")
      : book.stated("team.engineerUsdPerHour", team.engineerUsdPerHour, "USD/h");
  if (team.engineerWeeks === undefined) {
    const weeks = book.assumed("engineering.weeks", { isActivity: true });
    return computed(`${weeks} × ${hours} × ${rate}`, (x) => x(weeks) * x(hours) * x(rate));
  }
  if (team.engineerWeeks === 0) return none("no engineering is planned (team.engineerWeeks: 0)");
  const weeks = book.stated("team.engineerWeeks", team.engineerWeeks, "weeks");
  const error = book.assumed("cost.effort-error.factor", { isActivity: true });
  return computed(`${weeks} × ${hours} × ${rate} × ${error}`, (x) => x(weeks) * x(hours) * x(rate) * x(error));
}

function compliance({ compliance: facts, data }: Programme, book: LeafBook): LineCost {
  if (facts.reviewUsd !== undefined) {
    const usd = book.stated("compliance.reviewUsd", facts.reviewUsd, "USD");
    return computed(usd, (x) => x(usd));
  }
  const causes = [
    data.personalData !== "none" ? `personal data (${data.personalData})` : "",
    data.regulated ? "a regulated domain" : "",
    facts.euMarket === true ? "the EU market" : "",
    facts.distributesWeights === true ? "weights given to others" : "",
  ].filter((cause) => cause !== "");
  const open = [
    facts.euMarket === undefined ? "compliance.euMarket" : "",
    facts.distributesWeights === undefined ? "compliance.distributesWeights" : "",
  ].filter((field) => field !== "");
  if (causes.length === 0 && open.length > 0) {
    return unknown(
      `whether this work is due depends on ${open.join(" and ")}, not stated; set ${open.length === 1 ? "it" : "them"}, or compliance.reviewUsd`,
    );
  }
  if (causes.length === 0) return none("no personal data, no regulated domain, no EU market, no weights released");
  return unknown(
    `${causes.join(", ")}: this work is due, but no published figure states its cost; set compliance.reviewUsd`,
  );
}
