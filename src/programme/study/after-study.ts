import { commandLine } from "../../base/command-line.ts";
import type { Study } from "../../domain/study.ts";

/**
 * Next action after a study: approve the budget if it says go, meet the first condition and study again
 * if it says go-if, see the other methods if it says no-go.
 *
 * @param shown  the programme folder as people write it
 */
export function afterStudy({ verdict, conditions, risks }: Study, shown: string): string {
  if (verdict === "go") return commandLine(["plan", "budget", shown]);
  const [first] = risks.filter(({ severity }) => severity === "high");
  return verdict === "go-if" && first !== undefined && conditions.length > 0
    ? `${first.action}, then: ${commandLine(["feasibility", shown])}`
    : commandLine(["plan", "method", shown]);
}
