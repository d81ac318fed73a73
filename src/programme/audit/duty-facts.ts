import type { DutyFact } from "../../audit/facts.ts";
import { Failure } from "../../base/failure.ts";
import { complyShow, type ComplyOptions } from "../comply/comply-show.ts";

/** Obligations that apply to a programme on the day of the audit; none for a day before the law of the catalogue. */
export async function dutyFacts(dir: string, options: ComplyOptions): Promise<DutyFact[]> {
  try {
    const { report } = await complyShow(dir, options);
    return report.requirements
      .filter(({ kind, applies }) => kind === "obligation" && applies === "yes")
      .map(({ id, title, ref, from, evidence }) => ({
        id,
        title,
        ref,
        from,
        asked: evidence.length,
        open: evidence.filter(({ state }) => state !== "found").map(({ artifact }) => artifact),
      }));
  } catch (error) {
    if (error instanceof Failure && error.kind === "bad_input") return [];
    throw error;
  }
}
