import { textTable } from "../../base/text-table.ts";
import type { EvaluationResult, ScoreSummary } from "../../domain/evaluation-result.ts";
import type { EvaluationRun, JudgeAskPlan, TargetPlan } from "../../domain/evaluation-run.ts";
import { judgedLines } from "./judge-card-text.ts";
import { counted } from "../../base/words.ts";
import { intervalText, points, scoreText, usdText } from "./score-words.ts";

const RIGHT = { align: "right" } as const;

/** Text of `eval run`. */
export function runText(run: EvaluationRun): string {
  const { evaluation, set, items, plans, judgePlans, ledger, results } = run;
  const head = `Evaluation ${evaluation}: ${items} items of the set ${set}, as locked`;
  if (results.length === 0) return [head, "", planTable(plans, judgePlans)].join("\n");
  const rows = results.flatMap(({ target, scores }) => scores.map((score) => scoreRow(target, score)));
  const columns = [
    { head: "target" },
    { head: "score" },
    { head: "mean", ...RIGHT },
    { head: "95 % interval", ...RIGHT },
    { head: "items", ...RIGHT },
    { head: "no answer", ...RIGHT },
    { head: "unparsable", ...RIGHT },
  ];
  return [
    head,
    "",
    textTable(columns, rows),
    "",
    ...benchmarkLine(results[0]!),
    ...results.flatMap(resultLines),
    ...(ledger ?? [])
      .filter(({ addedUsd }) => addedUsd !== "0.00")
      .map(({ part, name, addedUsd }) => `posted to the ledger: ${addedUsd} USD for the ${part} ${name}`),
    ...detectableLine(run),
  ].join("\n");
}

function detectableLine({ detectable, detectableBetween, results }: EvaluationRun): string[] {
  if (detectable === null) return [];
  const isShare = results.every(({ scores: [headline] }) => (headline?.mean ?? 0) <= 1);
  const size = isShare ? points(detectable) : scoreText(detectable);
  const [targets, terms] =
    detectableBetween.length === 0
      ? ["two targets", "power 80 %, correlation 0.5 assumed"]
      : [detectableBetween.join(" and "), "power 80 %, level 5 %"];
  return [`This set can detect a difference of about ${size} between ${targets} (${terms}).`];
}

function benchmarkLine({ benchmark }: EvaluationResult): string[] {
  if (benchmark === null) return [];
  const { title, file, sha256 } = benchmark;
  return [`the set is ${title}: ${file} is the published file, SHA-256 ${sha256.slice(0, 16)}`];
}

function scoreRow(target: string, score: ScoreSummary): string[] {
  const { scorer, mean, interval, n, errors, unparsable } = score;
  return [target, scorer, scoreText(mean), intervalText(interval), String(n), String(errors), String(unparsable)];
}

function resultLines(result: EvaluationResult): string[] {
  const { target, id, cost, counts, isComplete, stopped, judged, embeddings, contamination } = result;
  const odd = Object.entries({
    "declined by the endpoint": counts.refusals,
    "cut off": counts.cutOff,
    empty: counts.empty,
    "that only repeat the prompt": counts.echoed,
  }).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
  return [
    `${target}: ${counts.answered} of ${counts.answers} answers, ${cost.inputTokens} input and ${cost.outputTokens} output tokens, ${usdText(cost)}; evaluations/${id}`,
    ...(odd.length === 0 ? [] : [`${target}, of these answers: ${odd.join(", ")}`]),
    ...embeddings.map(({ scorer, source, usd: paid }) => {
      return `${target}: ${scorer} compares vectors by ${source}${paid === null ? "" : `, ${paid} USD`}`;
    }),
    ...judgedLines(target, judged),
    ...contaminationLines(target, contamination),
    ...(isComplete ? [] : [`${target} is not complete: ${stopped}`]),
  ];
}

function contaminationLines(target: string, contamination: EvaluationResult["contamination"]): string[] {
  if (contamination === null) return [];
  const { hitItems, trainingRows, against, clean } = contamination;
  const scores = clean.map(
    ({ scorer, mean, interval, n }) => `${scorer} ${scoreText(mean)} (${intervalText(interval)}, ${n} items)`,
  );
  const without = hitItems.length === 0 ? "" : `; without them ${scores.join(", ")}`;
  return [
    `${target}: ${counted(hitItems.length, "item")} found in ${against} (${counted(trainingRows, "training row")})${without}`,
  ];
}

/** Table of what would be asked. */
export function planTable(plans: readonly TargetPlan[], judgePlans: readonly JudgeAskPlan[]): string {
  const columns = [
    { head: "asked" },
    { head: "endpoint" },
    { head: "answers", ...RIGHT },
    { head: "kept", ...RIGHT },
    { head: "input tokens", ...RIGHT },
    { head: "at most, USD", ...RIGHT },
    { head: "cap, USD", ...RIGHT },
    { head: "items within the cap", ...RIGHT },
  ];
  const judges = judgePlans.map((plan) => [
    `judge ${plan.judge}`,
    plan.endpoint,
    `up to ${plan.requests}`,
    "",
    `up to ${plan.inputTokens}`,
    plan.mostUsd ?? "free",
    plan.maxUsd ?? "none",
    plan.affordableItems === null ? "all" : String(plan.affordableItems),
  ]);
  return textTable(columns, [
    ...plans.map((plan) => [
      plan.target,
      plan.endpoint,
      String(plan.requests),
      String(plan.known),
      String(plan.inputTokens),
      plan.mostUsd ?? "free",
      plan.maxUsd ?? "none",
      plan.affordableItems === null ? "all" : String(plan.affordableItems),
    ]),
    ...judges,
  ]);
}
