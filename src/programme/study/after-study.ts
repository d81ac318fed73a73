import { commandLine } from "../../base/command-line.ts";
import type { Study } from "../../domain/study.ts";

/**
 * Next action after a study: after go, approve the budget; after go-if, meet the first condition and study again; after
 * no-go, see the other methods.
 *
 * @param shown the programme folder as displayed
 */
export function afterStudy({ verdict, conditions, risks }: Study, shown: string): string {
  if (verdict === "go") return commandLine(["plan", "budget", shown]);
  const [first] = risks.filter(({ severity }) => severity === "high");
  return verdict === "go-if" && first !== undefined && conditions.length > 0
    ? `${first.action}, then: ${commandLine(["feasibility", shown])}`
    : commandLine(["plan", "method", shown]);
}
