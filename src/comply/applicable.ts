import type { AppliesFrom, ComplianceFact, ComplianceQuestion, Requirement } from "../domain/compliance.ts";
import { type Facts, holds, unknownFacts } from "./predicate.ts";

/** A requirement that applies, applies later, or may apply. */
export type Applicable = {
  requirement: Requirement;
  applies: "yes" | "later" | "unknown";
  /** Day from which it applies, `YYYY-MM-DD`; null if it has none. */
  from: string | null;
  dependsOn: string[];
};

/** The requirements that apply to these facts on a day, in the order of the catalogue. */
export function applicable(requirements: readonly Requirement[], facts: Facts, on: string): Applicable[] {
  return requirements.flatMap((requirement): Applicable[] => {
    const truth = holds(requirement.appliesWhen, facts);
    if (truth === false) return [];
    const from = dayFrom(requirement.appliesFrom, facts);
    if (truth === "unknown") {
      return [{ requirement, applies: "unknown", from, dependsOn: unknownFacts(requirement.appliesWhen, facts) }];
    }
    return [{ requirement, applies: from !== null && from > on ? "later" : "yes", from, dependsOn: [] }];
  });
}

/**
 * Day from which a requirement applies. If the deciding fact is unknown, the earliest possible day, so that nobody is
 * informed too late.
 */
function dayFrom(appliesFrom: AppliesFrom, facts: Facts): string | null {
  switch (appliesFrom.kind) {
    case "none":
      return null;
    case "day":
      return appliesFrom.day;
    case "by-high-risk":
      return facts.get("sys.highRisk") === "annexI" ? appliesFrom.annexI : appliesFrom.annexIII;
    default: {
      const placed = facts.get("scope.placedOnUnionMarketDate");
      const isEarlier = typeof placed === "string" && placed < appliesFrom.placedBefore;
      return isEarlier ? appliesFrom.dayIfPlacedBefore : appliesFrom.day;
    }
  }
}

/**
 * Next questions: unknown facts that are not derived, ordered by the number of requirements that each may settle. A
 * requirement that depends on several facts counts for each of them.
 */
export function questions(
  found: readonly Applicable[],
  facts: readonly ComplianceFact[],
  derivedFrom: ReadonlyMap<string, readonly string[]>,
): ComplianceQuestion[] {
  const counts = new Map<string, number>();
  for (const { dependsOn } of found) {
    for (const id of new Set(dependsOn.flatMap((name) => derivedFrom.get(name) ?? [name]))) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return facts
    .filter(({ id }) => counts.has(id))
    .map(({ id, type, description }) => ({ fact: id, type, question: description, decides: counts.get(id)! }))
    .toSorted((a, b) => b.decides - a.decides);
}
