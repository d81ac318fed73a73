import type { FactValue, Predicate } from "../domain/compliance.ts";

/** Values of facts by name; a name that is absent, or null, is unknown. */
export type Facts = ReadonlyMap<string, FactValue>;

/** Truth in Kleene's logic: an unknown leaf remains unknown unless the others decide. */
export type Truth = true | false | "unknown";

/**
 * Whether a condition holds for the facts. A false child decides `all`, a true one decides `any`, even if others are
 * unknown.
 */
export function holds(predicate: Predicate, facts: Facts): Truth {
  if ("always" in predicate) return true;
  if ("not" in predicate) {
    const truth = holds(predicate.not, facts);
    return truth === "unknown" ? truth : !truth;
  }
  if ("all" in predicate) return decide(predicate.all, { facts, deciding: false });
  if ("any" in predicate) return decide(predicate.any, { facts, deciding: true });
  const fact = facts.get(predicate.fact) ?? null;
  return fact === null ? "unknown" : compare(fact, predicate.op, predicate.value);
}

function decide(children: readonly Predicate[], { facts, deciding }: { facts: Facts; deciding: boolean }): Truth {
  const truths = children.map((child) => holds(child, facts));
  if (truths.includes(deciding)) return deciding;
  return truths.includes("unknown") ? "unknown" : !deciding;
}

function compare(fact: NonNullable<FactValue>, op: string, value: unknown): Truth {
  switch (op) {
    case "eq":
      return fact === value;
    case "ne":
      return fact !== value;
    case "in":
      return (value as unknown[]).includes(fact);
    case "includes":
      return (fact as string[]).includes(value as string);
    case "gt":
      return (fact as number) > (value as number);
    case "gte":
      return (fact as number) >= (value as number);
    case "lt":
      return (fact as number) < (value as number);
    case "lte":
      return (fact as number) <= (value as number);
    case "before":
      return (fact as string) < (value as string);
    default:
      return (fact as string) >= (value as string);
  }
}

/** The unknown facts of a condition that could still change its value. */
export function unknownFacts(predicate: Predicate, facts: Facts): string[] {
  if (holds(predicate, facts) !== "unknown") return [];
  if ("fact" in predicate) return [predicate.fact];
  if ("not" in predicate) return unknownFacts(predicate.not, facts);
  if ("always" in predicate) return [];
  const children = "all" in predicate ? predicate.all : predicate.any;
  return [...new Set(children.flatMap((child) => unknownFacts(child, facts)))];
}
