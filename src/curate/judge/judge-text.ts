import { amount, counted, whole } from "../../base/words.ts";
import type { JudgePlan, JudgeSummary } from "../../domain/judge.ts";

/** Lines of the estimate: endpoint, requests, cost. */
export function judgePlanLines({ endpoint, model, prompt, estimate, maxUsd }: JudgePlan): string[] {
  const { questions, known, inputTokens, outputTokens, usd: cost, paidUsd } = estimate;
  const left = questions - known;
  return [
    `judge: ${model} at ${endpoint}, prompt ${prompt}`,
    `questions: ${whole(left)} to ask, ${whole(known)} already answered${paidUsd === null ? "" : ` for ${usd(paidUsd)}`}`,
    `tokens: ${whole(inputTokens.low)} to ${whole(inputTokens.high)} in (estimated), at most ${whole(outputTokens)} out`,
    `price: ${estimate.price}`,
    ...(cost === null || maxUsd === null
      ? []
      : [`cost: ${usd(cost.low)} to ${usd(cost.high)}, capped at ${usd(maxUsd)}`]),
  ];
}

/** The estimate with the first question, for review before anything is sent. */
export function judgePlanText(plan: JudgePlan): string {
  const first = plan.firstQuestion;
  return [
    ...judgePlanLines(plan),
    ...(first === null ? ["all questions have answers"] : ["", "the first question:", "", first]),
  ].join("\n");
}

/** The verdicts of a model, one per line. */
export function judgeLines(summary: JudgeSummary): string[] {
  const { judged, unjudged, values, spentUsd, maxUsd, estimatedUsage, failure, sent } = summary;
  const open = unjudged.reduce((sum, { questions }) => sum + questions, 0);
  const list = (pairs: readonly [string, number][]): string =>
    pairs.map(([name, count]) => `${name} ${whole(count)}`).join(", ");
  return [
    `judge: ${summary.model}, ${counted(judged, "verdict")}: ${judged === 0 ? "none" : list(values.map(({ value, questions }) => [value, questions]))}`,
    ...(open === 0
      ? []
      : [`unjudged: ${whole(open)}: ${list(unjudged.map(({ reason, questions }) => [reason, questions]))}`]),
    ...(spentUsd === null || maxUsd === null
      ? [`requests: ${whole(sent)}, free`]
      : [`cost: ${usd(spentUsd)} of ${usd(maxUsd)}; ${counted(sent, "request")} in this run`]),
    ...(estimatedUsage === 0
      ? []
      : [`${counted(estimatedUsage, "answer")} without a token count: their cost is estimated`]),
    ...(failure === null ? [] : [`last failure: ${failure}`]),
  ];
}

/**
 * The failure of a command that left questions open, because the cap was reached or the endpoint failed; undefined if
 * no questions are open.
 */
export function judgeEnding({
  unjudged,
  maxUsd,
  failure,
}: JudgeSummary): { kind: "over_budget" | "outside"; message: string } | undefined {
  const questionsOf = (reason: string): number => unjudged.find((entry) => entry.reason === reason)?.questions ?? 0;
  if (questionsOf("over-cap") > 0) {
    return {
      kind: "over_budget",
      message: `${counted(questionsOf("over-cap"), "question")} not asked: the next could exceed the cap of ${usd(maxUsd ?? "0")}; earlier answers are kept`,
    };
  }
  if (questionsOf("no-answer") === 0) return undefined;
  return {
    kind: "outside",
    message: `${counted(questionsOf("no-answer"), "question")} without an answer (${failure ?? "unknown"}); the others are kept. Run the same command again to retry`,
  };
}

/** An exact amount in full. */
function usd(decimal: string): string {
  return `${amount(decimal)} USD`;
}
