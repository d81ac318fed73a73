import type { Risk } from "../../../domain/study.ts";
import type { StudyFacts } from "../study-facts.ts";

/** A row of the table of risks. */
export type RiskRule = {
  id: string;
  /** Condition of the rule in words, for the printed table. */
  about: string;
  /** Severity; undefined if the risk does not exist. */
  severity: (facts: StudyFacts) => Risk["severity"] | undefined;
  /** The risk with its numbers. */
  text: (facts: StudyFacts) => string;
  /** Advice. */
  action: string | ((facts: StudyFacts) => string);
};
