import type { AuditFacts } from "../../audit/facts.ts";
import { Failure } from "../../base/failure.ts";
import { complyShow } from "../comply/comply-show.ts";
import type { ComplyOptions } from "../comply/compliance-view.ts";

/**
 * Duties that apply to a programme on the day of the audit, or the reason why they are unknown: contradictory
 * facts, a day before the law, or a file that is gone.
 */
export async function dutyFacts(
  dir: string,
  options: ComplyOptions,
): Promise<Pick<AuditFacts, "duties" | "undecidedDuties" | "dutyProblem">> {
  try {
    const { report } = await complyShow(dir, options);
    const obligations = report.requirements.filter(({ kind }) => kind === "obligation");
    const duties = obligations
      .filter(({ applies }) => applies === "yes")
      .map(({ id, title, ref, from, evidence }) => ({
        id,
        title,
        ref,
        from,
        asked: evidence.length,
        open: evidence.filter(({ state }) => state !== "found").map(({ artifact }) => artifact),
      }));
    const undecidedDuties = obligations.filter(({ applies }) => applies === "unknown").length;
    return { duties, undecidedDuties, dutyProblem: null };
  } catch (error) {
    if (error instanceof Failure && (error.kind === "bad_input" || error.kind === "not_found"))
      return { duties: [], undecidedDuties: 0, dutyProblem: error.message };
    throw error;
  }
}
