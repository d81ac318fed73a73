import { percent } from "../../base/words.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import type { Estimate } from "../../domain/estimate.ts";
import type { WatchCheck } from "../../domain/watch-check.ts";
import type { QualitySeries, WatchPlan } from "../../domain/watch-plan.ts";
import { detectablePairedDifference } from "../../statistics/index.ts";

type Retrain = WatchPlan["retrain"];

/** Signals whose alarms a retraining can answer: the behaviour of the model, and the questions it is asked. */
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
 * Whether there is a reason to retrain today, and what a retraining is expected to gain and cost. Alarms about the
 * model's behaviour or its questions are reasons, and so is a score that fell in evaluations over time; alarms about
 * time and cost are not. Without a check, an alarm or a fall, the answer is "not yet".
 *
 * @param quality  evaluations over time
 * @param cost  of one retraining with its work; null if unknown
 */
export function retrainDecision(
  checks: readonly WatchCheck[],
  { quality, cost }: { quality: readonly QualitySeries[]; cost: Estimate | null },
): Retrain {
  const fallen = quality.filter(({ change }) => change !== null && change.interval.high < 0);
  const gain = expectedGain(fallen);
  const { decision, reasons } = decided(checks, { quality, fallen });
  return {
    decision,
    reasons,
    gain,
    cost,
    usdPerPoint: perPoint(cost, gain.points),
    risks: risksOf(quality, gain.points),
    quality: [...quality],
  };
}

function decided(
  checks: readonly WatchCheck[],
  { quality, fallen }: { quality: readonly QualitySeries[]; fallen: readonly QualitySeries[] },
): Pick<Retrain, "decision" | "reasons"> {
  const alarms = checks.flatMap((check) =>
    check.signals
      .filter(({ state, signal }) => state === "alarm" && ANSWERED.has(signal))
      .map(
        ({ label, slice }) =>
          `${check.watch}: ${label}${slice === null ? "" : ` (${slice.by} ${slice.value})`} is in alarm`,
      ),
  );
  const falls = fallen.map((series) => `${nameOf(series)} fell by ${fallText(series)}`);
  if (alarms.length + falls.length > 0) {
    return {
      decision: "decide-now",
      reasons: [
        ...alarms,
        ...falls,
        "find the cause first: revert a new prompt template or model instead of retraining",
      ],
    };
  }
  const [worst] = checks.map(({ falseAlarms }) => falseAlarms).toSorted((a, b) => b - a);
  const steady = quality.map((series) => `${nameOf(series)} did not fall beyond chance`);
  return {
    decision: "not-yet",
    reasons: [
      worst === undefined
        ? "no traffic was checked: it is unknown whether retraining would help"
        : `no signal that retraining can improve is in alarm, with false alarms in ${percent(worst)} of years`,
      ...(steady.length > 0
        ? steady
        : ["evaluate on the replay set before the decision: quality may fall without any signal"]),
    ],
  };
}

function nameOf({ target, scorer, evaluation, points }: QualitySeries): string {
  return `${scorer} of ${target} in ${evaluation} since ${points[0]!.day}`;
}

function fallText({ change }: QualitySeries): string {
  const { difference, interval } = change!;
  return `${points(-difference)} points (95 % interval ${points(-interval.high)} to ${points(-interval.low)})`;
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}

/** Points that a retraining can regain: the largest measured fall, else the published loss of a quarter. */
function expectedGain(fallen: readonly QualitySeries[]): Retrain["gain"] {
  const [worst] = fallen.toSorted((a, b) => a.change!.difference - b.change!.difference);
  if (worst !== undefined) {
    const { interval } = worst.change!;
    return { points: [-100 * interval.high, -100 * interval.low], basis: `measured: the fall of ${nameOf(worst)}` };
  }
  const skipped = assumptionsWith()("maintenance.skipped.points-per-quarter");
  return {
    points: [skipped.p10, skipped.p90],
    basis: "published, not measured here: the loss of a quarter without maintenance",
  };
}

function perPoint(cost: Estimate | null, [least, most]: readonly [number, number]): Retrain["usdPerPoint"] {
  if (cost === null || least <= 0) return null;
  return [cost.p10 / most, cost.p90 / least];
}

/** Share of the correlation of two models on the same items that is assumed for what a set can show. */
const CORRELATION = 0.5;

function risksOf(quality: readonly QualitySeries[], [, most]: readonly [number, number]): string[] {
  const small = quality.flatMap((series) => {
    const { mean, n } = series.points.at(-1)!;
    if (n === 0 || mean <= 0 || mean >= 1) return [];
    const shown = 100 * detectablePairedDifference(n, { p: mean, correlation: CORRELATION });
    if (shown <= most) return [];
    return [
      `${series.evaluation} has ${n} items: it cannot reliably show a gain of less than ${shown.toFixed(1)} points, so a better model may not pass its gate`,
    ];
  });
  return [
    "the new model may be worse on questions without an alarm: gate it against the current one, by slice",
    ...small,
  ];
}
