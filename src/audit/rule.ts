import type { AuditEvidence } from "../domain/audit.ts";
import type { Quantity } from "../domain/estimate.ts";
import type { AuditFacts, ForeignFacts } from "./facts.ts";

/** Result of a rule: a finding and a pass have evidence; a rule that cannot be checked states why. */
export type Outcome =
  | {
      state: "finding";
      text: string;
      evidence: readonly [AuditEvidence, ...AuditEvidence[]];
      price: Quantity;
      action: string;
      dutyBreached?: boolean;
    }
  | { state: "pass"; text: string; evidence: readonly [AuditEvidence, ...AuditEvidence[]] }
  | { state: "not-checkable"; text: string; action: string; evidence?: readonly AuditEvidence[] };

/** A mistake and its detection: a pure function over facts. */
export type Rule = {
  id: string;
  /** Number among the ten mistakes of the article; null for an additional rule. */
  number: number | null;
  mistake: string;
  check: (facts: AuditFacts) => Outcome;
};

/** An unknown price. */
export function noPrice(refused: string, hint: string): Quantity {
  return { refused, hint };
}

/** The rule for an imported programme, if its sources state more or less than a plan does. Default: `find`. */
export type ForeignRule = (facts: AuditFacts, foreign: ForeignFacts) => Outcome | undefined;
