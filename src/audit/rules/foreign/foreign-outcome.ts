import type { AuditFacts } from "../../facts.ts";
import type { ForeignRule, Outcome } from "../../rule.ts";
import { foreignContamination, foreignPersonalData, foreignRows } from "./foreign-data.ts";
import { foreignEvaluation, foreignTestSet } from "./foreign-evaluation.ts";
import { foreignBases, foreignBudget, foreignMethod, foreignRental, foreignSweep } from "./foreign-training.ts";

const FOREIGN_RULES: Readonly<Record<string, ForeignRule>> = {
  "full-fine-tune": foreignMethod,
  "no-early-stopping": foreignSweep,
  "on-demand-hyperscaler": foreignRental,
  "no-evaluation": foreignEvaluation,
  "no-contamination-check": foreignContamination,
  "personal-data": foreignPersonalData,
  "test-set-moved": foreignTestSet,
  "base-end-of-life": foreignBases,
  "budget-shape": foreignBudget,
  "labels-in-conflict": foreignRows,
};

/** The answer of a rule from the sources of an import; undefined if the rule answers as for any programme. */
export function foreignOutcome(rule: string, facts: AuditFacts): Outcome | undefined {
  return facts.foreign === null ? undefined : FOREIGN_RULES[rule]?.(facts, facts.foreign);
}
