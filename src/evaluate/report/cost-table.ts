import type { CostLine } from "../../report/evaluation-rows.ts";
import type { TableColumn } from "../../report/document.ts";

const NUMBER = { align: "right" } as const;

/** Caption of the table of costs. */
export const COST_CAPTION =
  "Cost of the answers and of their judgement, including failed attempts; an interrupted request counts with its largest possible cost.";

/** Columns of `costCells`. */
export const COST_COLUMNS: readonly TableColumn[] = [
  { head: "Of" },
  { head: "Requests", ...NUMBER },
  { head: "Input tokens", ...NUMBER },
  { head: "Output tokens", ...NUMBER },
  { head: "USD", ...NUMBER },
  { head: "Of it without an answer", ...NUMBER },
];

/** A line of the cost as cells: of what, requests, tokens, US dollars, and those for requests without an answer. */
export function costCells({ of, requests, inputTokens, outputTokens, usd, unansweredUsd }: CostLine): string[] {
  return [
    of,
    String(requests),
    String(inputTokens),
    String(outputTokens),
    usd ?? "free of charge",
    unansweredUsd ?? "",
  ];
}
