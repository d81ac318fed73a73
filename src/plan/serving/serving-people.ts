import type { Programme } from "../../domain/programme.ts";
import { computed, type LineCost, none, type ServingFacts } from "../cost/cost-facts.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";

/**
 * Cost of operating your own replicas for one month: hours of an engineer × hourly rate. Maintenance of the model
 * itself is a separate line.
 */
export function servingPeoplePerMonth(
  { serving, team }: Programme,
  facts: ServingFacts | undefined,
  book: LeafBook,
): LineCost {
  if (serving.monthlyUsd !== undefined) return none("serving.monthlyUsd is assumed to include them");
  if (facts === undefined) return none("no serving is planned");
  const hours = book.assumed("serving.operations.hours-per-month");
  const rate =
    team.engineerUsdPerHour === undefined
      ? book.assumed("engineering.usd-per-hour")
      : book.stated("team.engineerUsdPerHour", team.engineerUsdPerHour, "USD/hour");
  return computed(`${hours} × ${rate}`, (x) => x(hours) * x(rate));
}
