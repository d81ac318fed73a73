import type { CostRequest, LineCost } from "./cost-facts.ts";
import { costModel, drawModel, type Drawn } from "./cost-model.ts";
import { maintenancePerMonth } from "./running-lines.ts";
import { servingPerMonth } from "../serving/serving-cost.ts";
import { servingPeoplePerMonth } from "../serving/serving-people.ts";

/** Monthly cost of serving, its people and maintenance, sampled together; null if one of them is unknown. */
export function runningPerMonth(request: CostRequest): Drawn | null {
  const { programme, training, serving } = request;
  const model = costModel(request);
  const parts: LineCost[] = [
    servingPerMonth(programme, serving, model.book),
    servingPeoplePerMonth(programme, serving, model.book),
    ...maintenancePerMonth(programme, training, model.book),
  ];
  if (parts.some(({ kind }) => kind === "unknown")) return null;
  const values = parts.flatMap((part) => (part.kind === "computed" ? [part.value] : []));
  return drawModel(model)((x) => values.reduce((sum, value) => sum + value(x), 0));
}
