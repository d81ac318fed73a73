import type { AnswerCost } from "../domain/evaluation-judge.ts";
import type { EvaluationResult, ScoreSummary } from "../domain/evaluation-result.ts";
import type { JudgeCheck, JudgeMeasure } from "../domain/judge-check.ts";

// What the reports and the pages in the browser say alike about an evaluation.

/** Items that a denominator includes. */
export function denominatorText({ n, errors, errorsCountAs, unparsable }: ScoreSummary): string {
  const parts = [`${n} items`];
  if (errors > 0)
    parts.push(`${errors} without an answer (${errorsCountAs === "wrong" ? "counted as wrong" : "excluded"})`);
  if (unparsable > 0) parts.push(`${unparsable} that cannot be parsed (counted as wrong)`);
  return parts.join(", ");
}

/** Answers that were asked for, and those that could not be scored, by reason. */
export function gapRows({ counts, scores }: EvaluationResult): [what: string, count: number][] {
  return [
    ["Answers asked for", counts.answers],
    ["Answered", counts.answered],
    ["Without an answer", counts.errors],
    ["Declined by the endpoint", counts.refusals],
    ["Cut off at the token limit", counts.cutOff],
    ["Empty", counts.empty],
    ["Repeated only the prompt", counts.echoed],
    ...scores.map(({ scorer, unparsable }): [string, number] => [`Nothing to parse for ${scorer}`, unparsable]),
  ];
}

/** Why a group is not compared with the others: itself, its clusters, or that no other group is large enough. */
export function notComparedText({ n }: { n: number }, minItems: number): string {
  return n < minItems ? `fewer than ${minItems}` : "too few groups or clusters";
}

/** Cost of a part of an evaluation; `usd` is null if it is free. */
export type CostLine = { of: string } & Pick<
  AnswerCost,
  "requests" | "inputTokens" | "outputTokens" | "usd" | "unansweredUsd"
>;

/** Cost of the answers, of each judge and its check, and of vectors: one line each. */
export function costLines({ cost, judged, embeddings }: EvaluationResult): CostLine[] {
  return [
    { of: "Answers", ...cost },
    ...judged.flatMap(({ judges }) =>
      judges.flatMap((judge) => [
        { of: `Judge ${judge.judge}`, ...judge.cost },
        ...(judge.checkCost.requests === 0 ? [] : [{ of: `Check of ${judge.judge}`, ...judge.checkCost }]),
      ]),
    ),
    ...embeddings.map(({ scorer, ...use }) => ({
      of: `Vectors of ${scorer}`,
      outputTokens: 0,
      unansweredUsd: null,
      ...use,
    })),
  ];
}

/** Hashes of the parts of an evaluation, its model, the prompts of its judges and their models. */
export function fingerprintRows({
  fingerprints,
  model,
  endpoint,
  judged,
  benchmark,
  sampling,
}: EvaluationResult): [part: string, value: string][] {
  return [
    ...Object.entries(fingerprints),
    ["model", model ?? endpoint],
    ...judged.flatMap(({ scorer, prompt, judges }): [string, string][] => [
      [`prompt of the judges of ${scorer}`, prompt.sha256],
      ...judges.map((judge): [string, string] => [`judge ${judge.judge}`, judge.model]),
    ]),
    ...(benchmark === null ? [] : [[`${benchmark.title}: ${benchmark.file}`, benchmark.sha256] as [string, string]]),
    ...Object.entries(sampling).map(([name, value]): [string, string] => [name, JSON.stringify(value)]),
  ];
}

/** Measures of a judge against human labels, each with the threshold that it must meet, or "". */
export function judgeMeasures(check: JudgeCheck): [name: string, measure: JudgeMeasure, threshold: string][] {
  const { thresholds } = check;
  return [
    ["Agreement", check.agreement, ""],
    ["Kappa", check.kappa, `lower end at least ${thresholds.minKappa}`],
    ["Sensitivity", check.sensitivity, `lower end at least ${thresholds.minSensitivity}`],
    ["Specificity", check.specificity, `lower end at least ${thresholds.minSpecificity}`],
    ["Flips with the order", check.flipRate, `at most ${thresholds.maxFlipRate}`],
    ["Without a verdict", check.unparsable, `at most ${thresholds.maxUnparsable}`],
    ["Length effect", check.lengthEffect, ""],
    ["Self-preference", check.selfPreference, ""],
  ];
}
