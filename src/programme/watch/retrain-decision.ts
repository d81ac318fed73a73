import { percent } from "../../base/words.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import type { WatchCheck } from "../../domain/watch-check.ts";
import type { WatchPlan } from "../../domain/watch-plan.ts";

/** Signals whose alarms a re-train can answer: the behaviour of the model, and the questions it is asked. */
const ANSWERED: ReadonlySet<string> = new Set([
  "refusal",
  "format",
  "feedback",
  "answer-length",
  "input",
  "language",
  "prompt-length",
]);

/**
 * Whether there is a reason to re-train today. Alarms about the model's behaviour or its questions are reasons; alarms
 * about time and cost are not. Without a check or an alarm, the answer is "not yet".
 */
export function retrainDecision(checks: readonly WatchCheck[]): WatchPlan["retrain"] {
  const skipped = assumptionsWith()("maintenance.skipped.points-per-quarter");
  const published = `published, not measured here: ${skipped.p10} to ${skipped.p90} points of quality are lost in a quarter without maintenance`;
  if (checks.length === 0) {
    return {
      decision: "not-yet",
      reasons: ["no traffic was checked: it is unknown whether retraining would help", published],
    };
  }
  const open = checks.flatMap((check) =>
    check.signals
      .filter(({ state, signal }) => state === "alarm" && ANSWERED.has(signal))
      .map(
        ({ label, slice }) =>
          `${check.watch}: ${label}${slice === null ? "" : ` (${slice.by} ${slice.value})`} is in alarm`,
      ),
  );
  if (open.length > 0) {
    return {
      decision: "decide-now",
      reasons: [...open, "find the cause first: revert a new prompt template or model instead of retraining"],
    };
  }
  const [worst] = checks.map(({ falseAlarms }) => falseAlarms).toSorted((a, b) => b - a);
  return {
    decision: "not-yet",
    reasons: [
      `no signal that retraining can improve is in alarm, with false alarms in ${percent(worst!)} of years`,
      "evaluate on the replay set before the decision: quality may fall without any signal",
      published,
    ],
  };
}
