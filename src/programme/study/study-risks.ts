import type { Risk } from "../../domain/study.ts";
import { CURATION_RISKS } from "./risks/curation-risks.ts";
import { DATA_RISKS } from "./risks/data-risks.ts";
import { DUTY_RISKS } from "./risks/duty-risks.ts";
import { MONEY_RISKS } from "./risks/money-risks.ts";
import type { RiskRule } from "./risks/risk-rule.ts";
import { TRAINING_RISKS } from "./risks/training-risks.ts";
import type { StudyFacts } from "./study-facts.ts";

/** The table of risks. */
export const RISK_RULES: readonly RiskRule[] = [
  ...MONEY_RISKS,
  ...DATA_RISKS,
  ...CURATION_RISKS,
  ...TRAINING_RISKS,
  ...DUTY_RISKS,
];

const ORDER: Readonly<Record<Risk["severity"], number>> = { high: 0, medium: 1, low: 2 };

/** All existing risks, worst first; equal ones in table order. */
export function studyRisks(facts: StudyFacts): Risk[] {
  return RISK_RULES.flatMap((rule): Risk[] => {
    const severity = rule.severity(facts);
    if (severity === undefined) return [];
    const action = typeof rule.action === "string" ? rule.action : rule.action(facts);
    return [{ id: rule.id, severity, text: rule.text(facts), action }];
  }).toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}
