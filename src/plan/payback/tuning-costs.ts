import type { Estimate } from "../../domain/estimate.ts";
import { type CostRequest, type LineCost, type LineModel } from "../cost/cost-facts.ts";
import { costModel, drawModel, type CostModel, type Drawn } from "../cost/cost-model.ts";
import { phaseOf } from "../cost/phase.ts";
import { maintenancePerMonth } from "../cost/running-lines.ts";

/** A computed cost. */
export type Computed = Extract<LineCost, { kind: "computed" }>;

/** Cost of a tuned model in addition to serving: to launch it, and to maintain it per month. */
export type TuningLines = {
  launch: Computed;
  launchLines: readonly LineModel[];
  maintenance: Computed;
  /** Unknown parts of the launch, as the start of a basis; empty if there are none. */
  launchLacks: string;
  /** Unknown parts of the maintenance. */
  maintenanceLacks: string;
};

/** Training, data, evaluation and people until launch, and the monthly maintenance with retraining, as formulas. */
export function tuningLines({ programme, training }: CostRequest, { lines, book }: CostModel): TuningLines {
  const maintenanceParts = maintenancePerMonth(programme, training, book);
  const launchLines = lines.filter(({ category }) => phaseOf(category) === "launch");
  const unknownLabels = launchLines.filter(({ cost }) => cost.kind === "unknown").map(({ label }) => label);
  return {
    launch: sumCosts(launchLines.map(({ cost }) => cost)),
    launchLines,
    maintenance: sumCosts(maintenanceParts),
    launchLacks: unknownLabels.length === 0 ? "" : `without ${unknownLabels.join(", ")} (unknown); `,
    // Only a run can be an unknown part of maintenance.
    maintenanceLacks: maintenanceParts.some(({ kind }) => kind === "unknown")
      ? "without the compute of retraining (unknown); "
      : "",
  };
}

/** Cost to launch and maintenance, over the draws of the programme's cost. */
export function drawnTuning(request: CostRequest): {
  investment: Estimate;
  maintenance: Estimate;
  investmentDraws: Float64Array;
  maintenanceDraws: Float64Array;
} {
  const model = costModel(request);
  const { launch, maintenance, launchLacks, maintenanceLacks } = tuningLines(request, model);
  const draw = drawModel(model);
  const [launched, kept] = [draw(launch.value), draw(maintenance.value)];
  const basis = `${model.draws.toLocaleString("en-US")} draws, seed ${model.seed}`;
  const estimate = ({ p10, p50, p90 }: Drawn, lacks: string): Estimate => ({
    p10,
    p50,
    p90,
    unit: "USD",
    basis: `${lacks}${basis}`,
    n: 0,
    sources: [],
  });
  return {
    investment: estimate(launched, launchLacks),
    maintenance: estimate(kept, maintenanceLacks),
    investmentDraws: launched.values,
    maintenanceDraws: kept.values,
  };
}

/** Sum of the known costs. */
function sumCosts(costs: readonly LineCost[]): Computed {
  const known = costs.filter((cost): cost is Computed => cost.kind === "computed");
  return {
    kind: "computed",
    formula: known.map(({ formula }) => formula).join(" + "),
    value: (x) => known.reduce((sum, cost) => sum + cost.value(x), 0),
  };
}
