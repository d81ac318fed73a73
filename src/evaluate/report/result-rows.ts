import type { AnswerCost } from "../../domain/evaluation-judge.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import type { TableColumn } from "../../report/document.ts";

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

/** Cost of the answers, of each judge and its check, and of vectors: one line each; a price of null is none. */
export function costLines({ cost, judged, embeddings }: EvaluationResult): Spent[] {
  return [
    { of: "Answers", ...cost },
    ...judged.flatMap(({ judges }) =>
      judges.flatMap((judge) => [
        { of: `Judge ${judge.judge}`, ...judge.cost },
        ...(judge.checkCost.requests === 0 ? [] : [{ of: `Check of ${judge.judge}`, ...judge.checkCost }]),
      ]),
    ),
    ...embeddings.map(({ scorer, ...use }) => ({ of: `Vectors of ${scorer}`, outputTokens: 0, ...use })),
  ];
}

type Spent = { of: string } & Pick<AnswerCost, "requests" | "inputTokens" | "outputTokens" | "usd">;

const NUMBER = { align: "right" } as const;

/** Caption of the table of costs. */
export const COST_CAPTION = "Cost of the answers and of their judgement, including failed attempts.";

/** Columns of `costCells`. */
export const COST_COLUMNS: readonly TableColumn[] = [
  { head: "Of" },
  { head: "Requests", ...NUMBER },
  { head: "Input tokens", ...NUMBER },
  { head: "Output tokens", ...NUMBER },
  { head: "USD", ...NUMBER },
];

/** A line of the cost as cells: of what, requests, tokens, US dollars. */
export function costCells({ of, requests, inputTokens, outputTokens, usd }: Spent): string[] {
  return [of, String(requests), String(inputTokens), String(outputTokens), usd ?? "free of charge"];
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
