import { counted } from "../../base/words.ts";
import type { EvaluationGate } from "../../domain/evaluation.ts";
import type { GateCheck, GateResult, ScoreDifference, SliceDifference } from "../../domain/evaluation-comparison.ts";
import type { EvaluationFingerprints, EvaluationResult } from "../../domain/evaluation-result.ts";
import { itemsToDetect, nonInferiorityItems } from "../../statistics/index.ts";

/** Input of a gate. */
export type GateFacts = {
  difference: ScoreDifference;
  /** For the gate's scorer. */
  slices: readonly SliceDifference[];
  baseline: EvaluationResult;
  target: EvaluationResult;
  /** The score of single answers that the gate's score rests on: of pass@k, the one that it counts. */
  answerScore: string;
  /** Answers without that score on each side, such as those without a verdict of a judge. */
  unscored: { baseline: number; target: number };
  /** Fingerprints that each side would have by the current eval/NAME.yaml. */
  now: { baseline: StatedNow; target: StatedNow };
  /** Training rows that it states for the target. */
  trainedOn: readonly string[] | undefined;
  /** Files of training rows or labels that have other content now. */
  changedFiles: readonly string[];
};

type StatedNow = Pick<EvaluationFingerprints, "prompt" | "scorers" | "sampling" | "gates" | "target">;

/** Level of a significant decrease. */
const LEVEL = 0.05;

/**
 * Judges a gate. Non-inferiority passes if the lower end of the paired 95 % interval is above minus the margin, so that
 * a target that is worse by the margin passes in at most one case of 40; superiority passes if it is above the margin.
 * Where a lower score is better, both are mirrored.
 */
export function judgeGate(gate: EvaluationGate, facts: GateFacts): GateResult {
  const { difference, baseline, target } = facts;
  const checks = [
    differenceCheck(gate, difference),
    check(
      "items",
      difference.n >= gate.minItems,
      `${difference.n} items have a score on both; minItems is ${gate.minItems}`,
    ),
    ...[baseline, target].map((entry) => errorCheck(gate, entry)),
    ...unscoredCheck(gate, baseline, facts.unscored.baseline),
    ...unscoredCheck(gate, target, facts.unscored.target),
    ...[baseline, target]
      .filter(({ isComplete }) => !isComplete)
      .map((entry) => check("complete", false, `${entry.target}: ${entry.stopped}`)),
    ...sliceChecks(gate, facts.slices),
    ...contaminationCheck(gate, facts),
    ...[baseline, target].flatMap((entry) => judgeCheck(facts.answerScore, entry)),
    ...statedBefore(facts),
  ];
  return {
    gate: gate.name,
    kind: gate.kind,
    scorer: gate.scorer,
    margin: gate.margin,
    passed: checks.every(({ passed }) => passed),
    checks,
    difference,
    comparison: { baseline: baseline.id, target: target.id },
  };
}

function check(name: GateCheck["check"], passed: boolean, detail: string): GateCheck {
  return { check: name, passed, detail };
}

/** Parts of the file that must be unchanged, with the reasons. */
const STATED = [
  ["prompt", "the prompt was changed after an evaluation ran: run it again, so that the result applies to this prompt"],
  ["scorers", "the scorers were changed after an evaluation ran: run it again, so that the result has these scores"],
  [
    "sampling",
    "the sampling was changed after an evaluation ran: run it again, so that the answers are sampled with these settings",
  ],
  [
    "gates",
    "the gates were changed after an evaluation ran: run it again, so that no margin is chosen to fit the result",
  ],
] as const;

function statedBefore({ baseline, target, now, changedFiles }: GateFacts): GateCheck[] {
  const sides = [
    { entry: baseline, stated: now.baseline },
    { entry: target, stated: now.target },
  ];
  const changed = STATED.filter(([part]) =>
    sides.some(({ entry, stated }) => entry.fingerprints[part] !== stated[part]),
  ).map(([, why]) => why);
  const replaced = sides
    .filter(({ entry, stated }) => entry.fingerprints.target !== stated.target)
    .map(
      ({ entry }) =>
        `${entry.target} was changed after its evaluation ran: run it again, so that the gate decides on this target`,
    );
  const rewritten = changedFiles.map(
    (file) => `${file} was changed after an evaluation ran: run it again, so that the result rests on these rows`,
  );
  const reasons = [...replaced, ...rewritten, ...changed];
  if (reasons.length === 0) return [check("stated-before", true, "the gates are unchanged since the evaluations ran")];
  return reasons.map((why) => check("stated-before", false, why));
}

function differenceCheck({ kind, margin, better }: EvaluationGate, entry: ScoreDifference): GateCheck {
  const { interval, difference } = entry;
  const bound = (kind === "superiority") === (better !== "lower") ? margin : -margin;
  if (interval === null || difference === null)
    return check("difference", false, "there are too few items for an interval");
  const seen = `difference ${signed(difference)}, 95 % interval ${signed(interval.low)} to ${signed(interval.high)}`;
  const [end, side] = better === "lower" ? ["upper", "below"] : ["lower", "above"];
  const asked = `the ${end} bound must be ${side} ${signed(bound)}`;
  const isPassed = better === "lower" ? interval.high < bound : interval.low > bound;
  const items = isPassed || kind === "superiority" ? null : itemsForMargin(margin, entry);
  const more =
    items === null || items <= entry.n ? "" : `; a target that is as good needs about ${items} items to pass`;
  return check("difference", isPassed, `${seen}; ${asked}${more}`);
}

/**
 * Number of items on which a target as good as the baseline passes in 80 of 100 cases, given how often the two differ
 * here.
 */
function itemsForMargin(
  margin: number,
  { n, method, difference, onlyBaseline, onlyTarget, standardError }: ScoreDifference,
): number | null {
  if (margin <= 0 || n === 0) return null;
  if (method === "tango" || method === "tango-clustered") {
    const items = nonInferiorityItems(margin, Math.max(1, onlyBaseline + onlyTarget) / n);
    const independent = ((onlyBaseline + onlyTarget) / n - (difference ?? 0) ** 2) / (n - 1);
    const isClustered = method === "tango-clustered" && independent > 0;
    const copies = isClustered ? Math.max(1, (standardError ?? 0) ** 2 / independent) : 1; // items that count as one
    return Math.ceil(items * copies);
  }
  return standardError === null ? null : Math.ceil(itemsToDetect(margin, standardError ** 2 * n));
}

function errorCheck({ maxErrorShare }: EvaluationGate, { target, counts }: EvaluationResult): GateCheck {
  const share = counts.answers === 0 ? 1 : counts.errors / counts.answers;
  const seen = `${target}: ${counts.errors} of ${counts.answers} answers are missing`;
  return check("errors", share <= maxErrorShare, `${seen}; the limit is ${percentOf(maxErrorShare)}`);
}

/** Answers that could not be scored are left out of the difference, and may be the wrong ones. */
function unscoredCheck(
  { maxErrorShare, scorer }: EvaluationGate,
  { target, counts }: EvaluationResult,
  unscored: number,
): GateCheck[] {
  if (unscored === 0) return [];
  const seen = `${target}: ${unscored} of ${counts.answered} answers have no score ${scorer}`;
  const isFew = unscored <= maxErrorShare * counts.answered;
  return [check("errors", isFew, `${seen}; the limit is ${percentOf(maxErrorShare)}`)];
}

function sliceChecks({ slices: asked, better }: EvaluationGate, slices: readonly SliceDifference[]): GateCheck[] {
  if (asked === undefined) return [];
  const judged = slices.filter(({ n }) => n >= asked.minItems);
  const few = slices.length - judged.length;
  const [sign, falls, fall] = better === "lower" ? [-1, "rises", "rise"] : [1, "falls", "fall"];
  const fallen = judged.filter(({ difference, adjustedP }) => {
    const gain = sign * (difference ?? 0);
    return gain < -asked.maxFall || (gain < 0 && adjustedP !== null && adjustedP < LEVEL);
  });
  if (judged.length === 0) {
    return [check("slices", false, `no slice has ${asked.minItems} items, so no slice can be judged`)];
  }
  const small =
    few === 0
      ? ""
      : `; ${counted(few, "slice")} with fewer than ${asked.minItems} items ${few === 1 ? "is" : "are"} not judged`;
  if (fallen.length === 0) {
    return [
      check(
        "slices",
        true,
        `none of ${counted(judged.length, "slice")} ${falls} by more than ${asked.maxFall} or significantly${small}`,
      ),
    ];
  }
  return fallen.map(({ field, value, difference, n, adjustedP }) =>
    check(
      "slices",
      false,
      `${field} = ${value}: ${signed(difference ?? 0)} over ${n} items (adjusted p ${(adjustedP ?? 1).toFixed(4)}); a slice must not ${fall} by more than ${asked.maxFall} or significantly`,
    ),
  );
}

/** A score of judges decides only if human labels admit all of them. */
function judgeCheck(scorer: string, { target, judged }: EvaluationResult): GateCheck[] {
  const score = judged.find((entry) => entry.scorer === scorer);
  if (score === undefined) return [];
  const names = score.judges.map(({ judge }) => judge).join(", ");
  return [
    check(
      "judge",
      score.isAdmitted,
      score.isAdmitted
        ? `${target}: the human labels admit ${names}`
        : `${target}: the human labels do not admit ${names}: ${score.reasons[0] ?? "unknown"}`,
    ),
  ];
}

function contaminationCheck(
  { maxContaminatedShare }: EvaluationGate,
  { target: { target, contamination, items }, trainedOn }: GateFacts,
): GateCheck[] {
  if (maxContaminatedShare === undefined) return [];
  if (contamination === null) {
    return [
      check(
        "contamination",
        false,
        `the set has not been compared with the training rows of ${target}: set trainedOn of the target, and run it again`,
      ),
    ];
  }
  if (trainedOn?.join(", ") !== contamination.against) {
    return [
      check(
        "contamination",
        false,
        `the set was compared with ${contamination.against}; trainedOn of ${target} is now ${trainedOn?.join(", ") ?? "not set"}: run it again`,
      ),
    ];
  }
  const hits = contamination.hitItems.length;
  return [
    check(
      "contamination",
      hits / items <= maxContaminatedShare,
      `${hits} of ${items} items were found in ${contamination.against}; the limit is ${percentOf(maxContaminatedShare)}`,
    ),
  ];
}

/** A difference with its sign, four decimals. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(4);
  return Number(text) === 0 ? "0.0000" : `${value < 0 ? "-" : "+"}${text}`;
}

function percentOf(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}
