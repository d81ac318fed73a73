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
): Promise<Pick<AuditFacts, "duties" | "dutyProblem">> {
  try {
    const { report } = await complyShow(dir, options);
    const duties = report.requirements
      .filter(({ kind, applies }) => kind === "obligation" && applies === "yes")
      .map(({ id, title, ref, from, evidence }) => ({
        id,
        title,
        ref,
        from,
        asked: evidence.length,
        open: evidence.filter(({ state }) => state !== "found").map(({ artifact }) => artifact),
      }));
    return { duties, dutyProblem: null };
  } catch (error) {
    if (error instanceof Failure && (error.kind === "bad_input" || error.kind === "not_found"))
      return { duties: [], dutyProblem: error.message };
    throw error;
  }
}
