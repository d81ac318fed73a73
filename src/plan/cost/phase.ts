import type { CostCategory } from "../../domain/cost.ts";

/** Period in which a cost is incurred: until launch, or after it as maintenance or serving. */
export type Phase = "launch" | "maintenance" | "serving";

/** The phase of a part of the programme. */
export function phaseOf(category: CostCategory): Phase {
  if (category === "serving") return "serving";
  return category === "maintenance" ? "maintenance" : "launch";
}
