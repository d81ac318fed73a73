import type { EvaluationResult } from "../../../domain/evaluation-result.ts";
import type { ComplianceView } from "../compliance-view.ts";
import { dataStatements } from "./data-statements.ts";
import { factStatements } from "./fact-statements.ts";
import { topicStatements } from "./topic-statements.ts";
import { modelStatements } from "./model-statements.ts";
import { say, type Statements } from "./say.ts";

/**
 * Statements for fields of papers from the plan, the facts and the evaluations. Measurements of a data run and
 * statements of people replace them.
 *
 * @param on day of the papers
 */
export function programmeStatements(
  view: ComplianceView,
  evaluations: readonly EvaluationResult[],
  on: string,
): Statements {
  return [
    ...modelStatements(view, evaluations),
    ...dataStatements(view),
    ...factStatements(view),
    ...topicStatements(view),
    ...say("PST.0.version", `draft of ${on}`, "this paper: not released"),
    ...say("PST.0.updated MDF.H.date", on, "day of this paper"),
    ...say("MDF.H.ver", `draft of ${on}`, "this paper: not released"),
  ];
}
