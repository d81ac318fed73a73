import { complianceRoles } from "../../comply/roles.ts";
import type { ComplianceRole, KnownFact } from "../../domain/compliance.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { gatherFacts } from "./gather-facts.ts";
import { readAnswers } from "../reading/read-answers.ts";

/** True if the roles say that a programme is outside the EU AI Act, none of whose dates apply then. Unknown is inside. */
export function isOutsideAct(roles: readonly ComplianceRole[]): boolean {
  return roles.some(({ id, answer }) => id === "scope" && answer === "no");
}

/**
 * Whether a programme and its answers state that it is outside the EU AI Act.
 *
 * @param on  day of the answer, `YYYY-MM-DD`
 * @throws Failure bad_input if `compliance.yaml` is invalid, or contradicts `programme.yaml`
 */
export async function isProgrammeOutsideAct(loaded: LoadedProgramme, on: string): Promise<boolean> {
  const records = { on, modificationFlop: null, flopSource: "not needed for the scope", personalDataScanned: null };
  const facts: ReadonlyMap<string, KnownFact> = gatherFacts(loaded, await readAnswers(loaded.dir), records);
  return isOutsideAct(complianceRoles(facts));
}
