import { commandLineIn, shellWord } from "../base/command-line.ts";
import type { AuditAnswer } from "../domain/audit.ts";
import type { AuditFacts } from "./facts.ts";
import type { Outcome, Rule } from "./rule.ts";
import { foreignOutcome } from "./rules/foreign/foreign-outcome.ts";
import { severityOf } from "./thresholds.ts";
import { loraWouldDo, onDemandHyperscaler } from "./rules/compute-rules.ts";
import { noEarlyStopping } from "./rules/sweep-rule.ts";
import { noEvaluation } from "./rules/evaluation-rules.ts";
import { annotationAsEngineering } from "./rules/annotation-rule.ts";
import { budgetShape } from "./rules/budget-shape-rule.ts";
import { noContaminationCheck, trainingRowsInTestSet } from "./rules/contamination-rule.ts";
import { labelsInConflict, personalData } from "./rules/data-rules.ts";
import { baseEndOfLife } from "./rules/end-of-life-rule.ts";
import { billAboveEstimate, unclaimedSpend } from "./rules/money-rules.ts";
import { baseLicence, noServingModel } from "./rules/model-rules.ts";
import { testSetMoved } from "./rules/test-set-rule.ts";
import { dutiesWithoutEvidence } from "./rules/duty-rule.ts";
import { tooFewItems } from "./rules/power-rule.ts";
import { secretsInFiles } from "./rules/secret-rule.ts";

/** The ten mistakes of the article in order, then additional rules. */
export const RULES: readonly Rule[] = [
  loraWouldDo,
  noEarlyStopping,
  onDemandHyperscaler,
  noEvaluation,
  annotationAsEngineering,
  noContaminationCheck,
  personalData,
  testSetMoved,
  baseEndOfLife,
  noServingModel,
  budgetShape,
  unclaimedSpend,
  billAboveEstimate,
  tooFewItems,
  dutiesWithoutEvidence,
  labelsInConflict,
  trainingRowsInTestSet,
  baseLicence,
  secretsInFiles,
];

/** The results of all rules, in order. */
export function auditAnswers(facts: AuditFacts, rules: readonly Rule[] = RULES): AuditAnswer[] {
  return rules.map(({ check, id, number, mistake }) => ({
    rule: id,
    number,
    mistake,
    ...answerOf(foreignOutcome(id, facts) ?? check(facts), facts),
  }));
}

function answerOf(outcome: Outcome, facts: AuditFacts): Omit<AuditAnswer, "rule" | "number" | "mistake"> {
  const { state, text } = outcome;
  const base = { state, text, evidence: [...(outcome.evidence ?? [])], dutyBreached: false };
  if (outcome.state === "pass") return { ...base, severity: null, price: null, action: null };
  const action = inFolder(outcome.action, facts.shownDir);
  if (outcome.state === "not-checkable") return { ...base, severity: null, price: null, action };
  const { price, dutyBreached = false } = outcome;
  const severity = severityOf({ price, dutyBreached }, facts.study.cost.endToEnd);
  return { ...base, severity, dutyBreached, price, action };
}

/** Commands of an action that neither name the folder of the programme nor are independent of it. */
const COMMAND = /\btunewright (?!-C |audit import |prices )([^;,]+)/g;

/** An action whose commands can be run where the audit was: `tunewright -C DIR` unless a command names the folder. */
function inFolder(action: string, shownDir: string): string {
  return action.replaceAll(COMMAND, (command, words: string) =>
    ` ${words} `.includes(` ${shellWord(shownDir)} `) ? command : `${commandLineIn(shownDir, [])} ${words}`,
  );
}
