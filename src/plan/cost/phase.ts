import type { CostCategory } from "../../domain/cost.ts";

/** When a cost falls: until launch, or after it as maintenance or as serving. */
export type Phase = "launch" | "maintenance" | "serving";

/** The phase that a part of the programme belongs to. */
export function phaseOf(category: CostCategory): Phase {
  if (category === "serving") return "serving";
  return category === "maintenance" ? "maintenance" : "launch";
}
