import type { Memorisation } from "../domain/memorisation.ts";
import { counted, percent } from "../base/words.ts";

/** Number of control codes that may have the lowest loss by chance before the test is in doubt. */
const CONTROLS_BY_CHANCE = 1;

/**
 * Verdict of the tests on a model: not negligible if members can be distinguished, a planted canary is found, or
 * training rows are reproduced verbatim more often than other rows.
 */
export function memorisationVerdict({
  membership,
  exposures,
  verbatim,
}: Pick<Memorisation, "membership" | "exposures" | "verbatim">): Pick<Memorisation, "verdict" | "reasons"> {
  const reasons: string[] = [];
  let isFound = false;
  if (membership !== null) {
    const { auc, ci95 } = membership;
    const isDistinct = ci95.low > 0.5;
    isFound ||= isDistinct;
    reasons.push(
      `membership: AUC ${auc.toFixed(3)} (95 % ${ci95.low.toFixed(3)} to ${ci95.high.toFixed(3)}): ${isDistinct ? "members have lower losses" : "members cannot be distinguished from other rows"}`,
    );
  }
  if (exposures.length > 0) {
    const planted = exposures.filter(({ isPlanted }) => isPlanted);
    const controls = exposures.filter(({ isPlanted }) => !isPlanted);
    const [hits, alarms] = [planted, controls].map((list) => list.filter((canary) => canary.isFound).length) as [
      number,
      number,
    ];
    isFound ||= hits > 0 && alarms <= CONTROLS_BY_CHANCE;
    reasons.push(
      `canaries: ${hits} of ${planted.length} planted ones found, ${alarms} of ${counted(controls.length, "control")}`,
    );
  }
  if (verbatim !== null) {
    const { members, others } = verbatim;
    isFound ||= members.verbatim > 0 && members.ci95.low > others.ci95.low;
    const share = (count: number, of: number): string => (of === 0 ? "no answer" : percent(count / of));
    reasons.push(
      `verbatim: ${members.verbatim} of ${members.answered} answers (${share(members.verbatim, members.answered)}) repeat their training row; ${others.verbatim} of ${others.answered} rows that were not trained on (${share(others.verbatim, others.answered)})`,
    );
  }
  return { verdict: isFound ? "tested-nonnegligible" : "tested-negligible", reasons };
}
