import { commandLine } from "../../base/command-line.ts";
import { textTable } from "../../base/text-table.ts";
import type { EvaluationComparison, GateReport, ScoreDifference } from "../../domain/evaluation-comparison.ts";
import type { SetCheck } from "../../domain/testset-lock.ts";
import { signed } from "../compare/judge-gate.ts";
import {
  cleanText,
  detectableText,
  missingTexts,
  pText,
  scoreText,
  signedIntervalText,
  uncorrectedText,
} from "./score-words.ts";

const RIGHT = { align: "right" } as const;

/** Columns of differences. */
const COLUMNS = [
  { head: "items", ...RIGHT },
  { head: "baseline", ...RIGHT },
  { head: "target", ...RIGHT },
  { head: "difference", ...RIGHT },
  { head: "95 % interval", ...RIGHT },
  { head: "p", ...RIGHT },
  { head: "higher", ...RIGHT },
  { head: "lower", ...RIGHT },
];

/** Text of `eval compare`. */
export function comparisonText(comparison: EvaluationComparison): string {
  const { baseline, target, set, differences, slices, flips, flipCount, alsoIn } = comparison;
  const [headline] = differences;
  return [
    `${target.target} compared with ${baseline.target}: ${evaluationsOf(comparison)}, set ${set.name}, ${set.items} items, paired by item`,
    ...alsoIn.map((name) => {
      const other = commandLine(["eval", "compare", `${name}-${baseline.target}`, `${name}-${target.target}`]);
      return `${name} has results of both, too: ${other}`;
    }),
    "",
    textTable(
      [{ head: "score" }, ...COLUMNS],
      differences.map((difference) => [difference.scorer, ...differenceCells(difference)]),
    ),
    "",
    ...missingTexts(comparison),
    ...(headline === undefined ? [] : [detectableText(headline)]),
    ...[cleanText(comparison), uncorrectedText(comparison)].filter((line) => line !== undefined),
    ...(slices.length === 0
      ? []
      : [
          "",
          textTable(
            [{ head: "slice" }, ...COLUMNS],
            slices.map((slice) => [`${slice.field} = ${slice.value}`, ...differenceCells(slice)]),
          ),
          "p of a slice is adjusted by Holm's method over the slices of its field.",
        ]),
    "",
    `${flipCount} items differ${
      flips.length === 0
        ? ""
        : `; the first: ${flips
            .slice(0, 5)
            .map(({ id, better }) => `${id} (${better === "target" ? "higher" : "lower"})`)
            .join(", ")}`
    }`,
  ].join("\n");
}

function evaluationsOf({ baseline, target }: EvaluationComparison): string {
  return baseline.evaluation === target.evaluation
    ? `evaluation ${target.evaluation}`
    : `evaluations ${target.evaluation} and ${baseline.evaluation}`;
}

/** Cells of a difference of scores, for text and HTML. */
export function differenceCells(entry: ScoreDifference): string[] {
  const { n, baseline, target, difference, interval, adjustedP, onlyTarget, onlyBaseline } = entry;
  return [
    String(n),
    scoreText(baseline),
    scoreText(target),
    difference === null ? "none" : signed(difference),
    signedIntervalText(interval),
    pText(adjustedP),
    String(onlyTarget),
    String(onlyBaseline),
  ];
}

/** Text of `eval gate`. */
export function gateText({ gates, evaluation }: GateReport): string {
  return gates
    .flatMap(({ gate, kind, margin, scorer, passed, checks }) => [
      `${passed ? "passed" : "FAILED"}  ${gate}: ${kind} of ${scorer} with a margin of ${margin} (${evaluation})`,
      ...checks.map((check) => `  ${check.passed ? "ok    " : "FAILED"}  ${check.detail}`),
    ])
    .join("\n");
}

/** Text of `eval verify`. */
export function setChecksText(
  checks: readonly SetCheck[],
  differenceLine: (difference: SetCheck["differences"][number]) => string,
): string {
  return checks
    .flatMap(({ set, folder, role, digest, ok, items, differences, differenceCount }) => [
      `${ok ? "unchanged" : "CHANGED"}  ${set} (${role}): ${folder}, ${items ?? "unknown"} items, digest ${digest.slice(0, 16)}`,
      ...differences.map((difference) => `  ${differenceLine(difference)}`),
      ...(differenceCount > differences.length ? [`  and ${differenceCount - differences.length} more`] : []),
    ])
    .join("\n");
}
